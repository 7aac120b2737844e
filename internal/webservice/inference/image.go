// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

const (
	mimePython = "application/x-python"
	mimeBinary = "application/octet-stream"
)

// Image returns what is deployed: the models alone for a no-code deployment,
// else with the code and the whole definition of the environment. That of a
// registered environment is read from the workspace, as the SDK does.
func Image(ctx context.Context, api *azureml.Workspace, plan Config, registryPassword string) (*azureml.EnvironmentImage, diag.Diagnostics) {
	var diags diag.Diagnostics
	result := &azureml.EnvironmentImage{ModelIDs: values.StringSlice(plan.ModelIDs)}
	inference := values.Decode[inferenceModel](ctx, plan.Object)
	if inference == nil {
		return result, diags
	}
	at := environmentPath
	var environment environmentModel
	if decoded := values.Decode[environmentModel](ctx, inference.Environment); decoded != nil {
		environment = *decoded
	}
	var definition json.RawMessage
	if environment.registered() {
		registered, readDiags := readEnvironment(ctx, api, environment)
		diags.Append(readDiags...)
		if diags.HasError() {
			return nil, diags
		}
		definition = registered
	} else {
		inline, err := inlineDefinition(environment, values.Decode[registryModel](ctx, environment.BaseImageRegistry), registryPassword)
		if err != nil {
			diags.AddAttributeError(at.AtName("conda_dependencies"), "Invalid conda_dependencies", err.Error())
			return nil, diags
		}
		definition = inline
	}
	definition, err := withVariables(definition, codeVariables(*inference))
	if err != nil {
		diags.AddAttributeError(at, "The environment cannot be deployed", fmt.Sprintf("Environment %q: %s.", environment.Name.ValueString(), err))
		return nil, diags
	}
	result.Environment = definition
	result.DriverProgram, result.Assets = codeAssets(*inference)
	return result, diags
}

// codeVariables says where the code is inside the image: below the name of its
// directory, or where it is a single file, at the top.
func codeVariables(inference inferenceModel) map[string]string {
	script := inference.EntryScript.ValueString()
	directory := inference.SourceDirectoryName.ValueString()
	if directory == "" {
		return map[string]string{entryScriptVariable: path.Base(script)}
	}
	return map[string]string{
		entryScriptVariable:     directory + "/" + script,
		sourceDirectoryVariable: directory,
	}
}

// codeAssets returns the files of the code; the driver first, as the SDK sends them.
func codeAssets(inference inferenceModel) (driver string, assets []azureml.ImageAsset) {
	if values.IsSet(inference.DriverURL) {
		driver = fileName(inference.DriverURL.ValueString(), "driver.py")
		assets = append(assets, azureml.ImageAsset{ID: driver, URL: inference.DriverURL.ValueString(), MimeType: mimePython})
	}
	source := azureml.ImageAsset{URL: inference.SourceURL.ValueString(), MimeType: mimeBinary}
	if directory := inference.SourceDirectoryName.ValueString(); directory != "" {
		source.ID = fileName(source.URL, directory+".tar.gz")
		source.Unpack = true
	} else {
		source.ID = path.Base(inference.EntryScript.ValueString())
	}
	return driver, append(assets, source)
}

// fileName returns the last segment of a URL's path, without a query such as a SAS.
func fileName(text, fallback string) string {
	parsed, err := url.Parse(text)
	if err != nil {
		return fallback
	}
	name := path.Base(strings.TrimSuffix(parsed.Path, "/"))
	if name == "." || name == "/" {
		return fallback
	}
	return name
}
