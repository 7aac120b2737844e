// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
)

// readEnvironment reads the definition of a registered environment.
func readEnvironment(ctx context.Context, api *azureml.Workspace, environment environmentModel) (json.RawMessage, diag.Diagnostics) {
	var diags diag.Diagnostics
	at := environmentPath
	name, version := environment.Name.ValueString(), environment.deployedVersion()
	object := fmt.Sprintf("environment %q version %q", name, version)
	if version == "" {
		object = fmt.Sprintf("environment %q", name)
	}
	definition, err := api.GetEnvironment(ctx, name, version)
	switch {
	case err == nil:
		return definition, nil
	case azureml.IsNotFound(err) && version == "":
		diags.AddAttributeError(at, "The environment does not exist",
			fmt.Sprintf("The workspace has no environment %q. Register it, correct environment.name, or define the environment inline (base_image or base_dockerfile). The names of curated environments begin with AzureML-.", name))
	case azureml.IsNotFound(err):
		diags.AddAttributeError(at, "The environment does not exist",
			fmt.Sprintf("The workspace has no environment %q with version %q. Register it, or correct environment.name and environment.version; without a version, the latest one is deployed.", name, version))
	default:
		diags.Append(diagnostics.AtPath(at, "Could not read the environment", object, err))
	}
	return nil, diags
}
