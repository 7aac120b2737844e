// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/testrequest"
)

// The patterns and texts are rules of the Python SDK azureml-core 1.51.
var (
	nameRule = validators.Matches(`^[a-z][-a-z0-9]{1,30}[a-z0-9]$`,
		"A service name has 3 to 32 lowercase letters, digits and dashes, starts with a letter and ends with a letter or digit.")
	namespaceRule = validators.Matches(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`,
		"A Kubernetes namespace has 1 to 63 lowercase letters, digits and dashes, and starts and ends with a letter or digit.")
	computeNameRule = validators.Matches(`^[^/]*$`,
		"A compute target is named by its own name, the last part of its resource id, such as aks-demo.")
	dnsNameLabelRule = validators.Matches(`^[a-zA-Z][a-zA-Z0-9-]{3,61}[a-zA-Z0-9]$`,
		"A DNS name label has 5 to 63 letters, digits and dashes, starts with a letter and ends with a letter or digit.")
	modelIDRule = validators.Matches(`^[a-zA-Z0-9][a-zA-Z0-9\-._]{0,254}:[1-9][0-9]*$`,
		"Write name:version, such as iris:1, with the version as a number; data.mlws_model looks up the latest.")
)

// check applies the rules between attributes to a configuration, at validate and at apply. A
// null or unknown value never breaks a rule that its later value might keep.
func check(ctx context.Context, config deployment) diag.Diagnostics {
	var diags diag.Diagnostics
	checkAuth(config, authmode.Error, &diags)
	diags.Append(inference.Check(ctx, config.image())...)
	diags.Append(testrequest.Check(ctx, config.TestRequest)...)
	if config.compute == azureml.ComputeACI {
		checkSSL(ctx, config, &diags)
		return diags
	}
	checkScaling(config, &diags)
	checkLimits(config, &diags)
	return diags
}

// checkAuth adds the violations of the rules of the auth modes of one severity.
func checkAuth(d deployment, severity authmode.Severity, diags *diag.Diagnostics) {
	for _, v := range authmode.Check(authmode.Compute(d.compute), d.AuthEnabled, d.TokenAuthEnabled) {
		switch {
		case v.Severity != severity:
		case severity == authmode.Error:
			diags.AddAttributeError(path.Root(v.Attribute), v.Summary, v.Detail())
		default:
			diags.AddAttributeWarning(path.Root(v.Attribute), v.Summary, v.Detail())
		}
	}
}
