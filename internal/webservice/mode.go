// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"

	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// authModeRow and openToAnyoneRow say in one value each what the two flags of the
// auth mode come to, for policies.
func authModeRow() attribute {
	const text = "What scoring needs: `key`, `token`, or `none`."
	return attribute{
		name: "auth_mode", aci: computed, aks: computed,
		schema: func(shape) schema.Attribute {
			return schema.StringAttribute{Computed: true, MarkdownDescription: text + " The plan knows it whenever it knows the flags."}
		},
		field: field(func(d *deployment) *types.String { return &d.AuthMode }),
		flatten: func(_ context.Context, service *azureml.Service, _, result *deployment) {
			result.AuthMode, _ = authOutputs(service)
		},
		data: dataschema.StringAttribute{Computed: true, MarkdownDescription: text + " Null for a service of another type, if the API does not say it."},
	}
}

func openToAnyoneRow() attribute {
	const text = "Whether anyone who reaches the scoring URI can score without a credential: `true` if `auth_mode` is `none`."
	return attribute{
		name: "open_to_anyone", aci: computed, aks: computed,
		schema: func(shape) schema.Attribute {
			return schema.BoolAttribute{Computed: true, MarkdownDescription: text}
		},
		field: field(func(d *deployment) *types.Bool { return &d.OpenToAnyone }),
		flatten: func(_ context.Context, service *azureml.Service, _, result *deployment) {
			_, result.OpenToAnyone = authOutputs(service)
		},
		data: dataschema.BoolAttribute{Computed: true, MarkdownDescription: text + " Null if `auth_mode` is."},
	}
}

// flagsOf returns the flags of a service, with the defaults of its compute type for
// those that the reply leaves out.
func flagsOf(service *azureml.Service) (auth, token types.Bool) {
	onByDefault := service.ComputeType == azureml.ComputeAKS && !values.IsTruePointer(service.AADAuthEnabled)
	return values.BoolOr(service.AuthEnabled, onByDefault), values.BoolOr(service.AADAuthEnabled, false)
}

// authOutputs returns auth_mode and open_to_anyone of a service. The defaults of other
// compute types are not known, so a service of one that reports no flag has neither.
func authOutputs(service *azureml.Service) (mode types.String, open types.Bool) {
	deployable := service.ComputeType == azureml.ComputeACI || service.ComputeType == azureml.ComputeAKS
	if !deployable && service.AuthEnabled == nil && service.AADAuthEnabled == nil {
		return types.StringNull(), types.BoolNull()
	}
	auth, token := flagsOf(service)
	return authmode.Outputs(authmode.Compute(service.ComputeType), auth, token)
}
