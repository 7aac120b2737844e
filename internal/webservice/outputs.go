// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// outputFields are the attributes that the service decides.
type outputFields struct {
	ID         types.String
	State      types.String
	ScoringURI types.String
	SwaggerURI types.String
	CreatedAt  types.String
	UpdatedAt  types.String
	FQDN       types.String // ACI
	IPAddress  types.String // ACI

	AuthMode     types.String
	OpenToAnyone types.Bool
	TagsAll      types.Map
}

// states are the states of a service, for descriptions.
const states = "`Healthy`, `Unhealthy`, `Transitioning`, `Failed` or `Unschedulable`"

func outputAttributes() []attribute {
	id := output("The full resource id of the service: `{workspace_id}/services/{name}`. Everything that refers to the service does so by this id.",
		func(d *deployment) *types.String { return &d.ID }, nil, stringplanmodifier.UseStateForUnknown())
	id.name, id.data = "id", dataschema.StringAttribute{Computed: true, MarkdownDescription: "The full resource id of the service."}

	state := output("The state of the service: "+states+". A service found `Failed` is deployed again by the next apply.",
		func(d *deployment) *types.String { return &d.State },
		func(service *azureml.Service) types.String { return types.StringValue(string(service.State)) })
	state.name, state.data = "state", dataschema.StringAttribute{Computed: true, MarkdownDescription: "The state of the service: " + states + "."}

	scoring := output("The URL to send scoring requests to.",
		func(d *deployment) *types.String { return &d.ScoringURI },
		func(service *azureml.Service) types.String { return values.ComputedString(service.ScoringURI) })
	scoring.name, scoring.address = "scoring_uri", true

	swagger := output("The URL of the OpenAPI description of the service.",
		func(d *deployment) *types.String { return &d.SwaggerURI },
		func(service *azureml.Service) types.String { return values.ComputedString(service.SwaggerURI) })
	swagger.name, swagger.address = "swagger_uri", true

	created := output("When the service was created, as an RFC 3339 time.",
		func(d *deployment) *types.String { return &d.CreatedAt },
		func(service *azureml.Service) types.String { return values.Time(service.CreatedTime.Time) }, stringplanmodifier.UseStateForUnknown())
	created.name = "created_at"

	updated := output("When the service was last changed, as an RFC 3339 time.",
		func(d *deployment) *types.String { return &d.UpdatedAt },
		func(service *azureml.Service) types.String { return values.Time(service.UpdatedTime.Time) })
	updated.name = "updated_at"

	fqdn := output("The host name of the container group.",
		func(d *deployment) *types.String { return &d.FQDN },
		func(service *azureml.Service) types.String { return values.ComputedString(service.PublicFQDN) })
	fqdn.name, fqdn.aks, fqdn.address = "fqdn", absent, true
	fqdn.data = dataschema.StringAttribute{Computed: true, MarkdownDescription: "The host name of an ACI service."}

	ip := output("The public IP address of the container group.",
		func(d *deployment) *types.String { return &d.IPAddress },
		func(service *azureml.Service) types.String { return values.ComputedString(service.PublicIP) })
	ip.name, ip.aks, ip.address = "ip_address", absent, true
	ip.data = dataschema.StringAttribute{Computed: true, MarkdownDescription: "The public IP address of an ACI service."}

	const mode = "What scoring needs: `key`, `token`, or `none`."
	auth := output(mode+" The plan knows it whenever it knows the flags.",
		func(d *deployment) *types.String { return &d.AuthMode },
		func(service *azureml.Service) types.String { mode, _ := authOutputs(service); return mode })
	auth.name = "auth_mode"
	auth.data = dataschema.StringAttribute{Computed: true, MarkdownDescription: mode + " Null for a service of another type, if the API does not say it."}

	return []attribute{id, state, scoring, swagger, created, updated, fqdn, ip, auth, openToAnyoneRow(), tagsAllRow(), {
		name: "timeouts", aci: local, aks: local,
		schema: func(shape) schema.Attribute { return limits.Attribute(context.Background()) },
		field:  field(func(d *deployment) *timeouts.Value { return &d.Timeouts }),
	}}
}

// output is the row of a computed string. The id has no value in a reply.
func output(text string, of func(*deployment) *types.String, from func(*azureml.Service) types.String, modifiers ...planmodifier.String) attribute {
	row := attribute{
		aci: computed, aks: computed, field: field(of),
		schema: func(shape) schema.Attribute {
			return schema.StringAttribute{Computed: true, MarkdownDescription: text, PlanModifiers: modifiers}
		},
		data: dataschema.StringAttribute{Computed: true, MarkdownDescription: text},
	}
	if from != nil {
		row.flatten = func(_ context.Context, service *azureml.Service, _, result *deployment) { *of(result) = from(service) }
	}
	return row
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

// flagsOf returns the flags of a service. A missing flag has the default of the compute type.
func flagsOf(service *azureml.Service) (auth, token types.Bool) {
	onByDefault := service.ComputeType == azureml.ComputeAKS && !values.IsTruePointer(service.AADAuthEnabled)
	return values.BoolOr(service.AuthEnabled, onByDefault), values.BoolOr(service.AADAuthEnabled, false)
}

// authOutputs returns auth_mode and open_to_anyone of a service. The defaults of other
// compute types are not known, so a service of one that reports no flag has neither.
func authOutputs(service *azureml.Service) (mode types.String, open types.Bool) {
	if resourceType(service.ComputeType) == "" && service.AuthEnabled == nil && service.AADAuthEnabled == nil {
		return types.StringNull(), types.BoolNull()
	}
	auth, token := flagsOf(service)
	return authmode.Outputs(authmode.Compute(service.ComputeType), auth, token)
}
