// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

// rollback is the value of on_failed_update that deploys the earlier image again.
const rollback = "rollback"

func onFailedUpdateRow() attribute {
	return attribute{
		name: "on_failed_update", aci: local, aks: local,
		note: "It says what a later update does if it fails.",
		schema: func(shape) schema.Attribute {
			return schema.StringAttribute{
				Optional: true, Validators: []validator.String{validators.OneOf("keep", rollback)},
				MarkdownDescription: "What an update of models, code or environment does if the service does not become Healthy. `keep`, the default: the service stays, and the next apply goes on. " +
					"`rollback`: what ran before is deployed again, over the failed service, and the apply ends with the error of the failed change. Keys and the other changes of the apply stay. " +
					"Nothing is rolled back if the service was not Healthy before, if Azure is still deploying, or after an interrupt. A rollback may take half of `timeouts.update` more.",
			}
		},
		field: field(func(d *deployment) *types.String { return &d.OnFailedUpdate }),
	}
}

// rollBack deploys again what the service ran before a failed update, if on_failed_update
// asks for it and the update has changed that. It returns the service as it is then, and
// the error of the update, completed with what came of the rollback.
func (r *serviceResource) rollBack(ctx context.Context, u *update, found *azureml.Service, failure diag.Diagnostic) (*azureml.Service, diag.Diagnostics) {
	stays := found != nil && found.State == azureml.StateHealthy // the earlier version still runs
	if u.plan.OnFailedUpdate.ValueString() != rollback || stays || !inference.Changes(ctx, u.plan.image(), u.state.image()) {
		return found, diag.Diagnostics{failure}
	}
	with := func(outcome string) diag.Diagnostics {
		return diag.Diagnostics{diag.NewErrorDiagnostic(failure.Summary(), failure.Detail()+"\n\n"+outcome)}
	}
	password, known := inference.PasswordOf(ctx, u.state.image(), u.plan.image(), u.last, u.hidden.registryPassword)
	switch {
	case ctx.Err() != nil:
		return found, with("It was not rolled back, because the run was interrupted. Apply again, which goes on with the change.")
	case found == nil:
		return found, with("It was not rolled back, because the service could not be read. Apply again.")
	case found.State == azureml.StateTransitioning:
		return found, with("It was not rolled back, because Azure is still deploying the change. Apply again, which waits for it; raise timeouts.update if it takes that long.")
	case u.live == nil || u.live.State != azureml.StateHealthy || u.live.Image == nil:
		return found, with("It was not rolled back, because it was not Healthy before this change, so there is no version to go back to. Correct the cause, and apply again.")
	case !known:
		return found, with("It was not rolled back: what it ran before starts from a private registry, and Azure does not return the password. " +
			"Put the earlier models, code and environment back into the configuration, with base_image_registry.password_wo, and apply.")
	}
	back := u.back(ctx, found, password)
	limit, diags := u.plan.Timeouts.Update(ctx, limits.Update.Default)
	limited, cancel := context.WithTimeout(ctx, limit/2)
	defer cancel()
	service, said := back.run(framework.LogProgress(limited, "Rolling back", "service", u.id.Name))
	diags.Append(said.Warnings()...)
	var why diag.Diagnostic
	if said.HasError() {
		after, end := context.WithTimeout(context.WithoutCancel(ctx), framework.Cleanup)
		defer end()
		service, _ = r.look(after, u.api, u.id)
		why = said.Errors()[0]
	} else if back.err != nil {
		service, why = r.failed(ctx, u.api, u.id, back.err, back.hidden, back.failure())
	}
	if why != nil {
		if service == nil {
			service = found
		}
		diags.Append(with("The rollback to what it ran before failed too: " + why.Detail())...)
		return service, diags
	}
	diags.Append(with("It was rolled back: the models, code and environment that it ran before are deployed again, and it is Healthy. Correct the cause, and apply again: the plan shows the change again.")...)
	return service, diags
}

// back returns the update that deploys over the failed service what ran before. All that
// the failed update has changed but the image stays.
func (u *update) back(ctx context.Context, found *azureml.Service, registryPassword string) update {
	back := *u
	back.err, back.unfinished, back.again = nil, true, u.live
	back.state = flatten(ctx, found, u.id.Workspace, u.plan)
	back.plan = back.state
	back.plan.ModelIDs, back.plan.InferenceConfig = u.state.ModelIDs, u.state.InferenceConfig
	back.hidden.keys = append(slices.Clone(u.hidden.keys), u.hidden.registryPassword) // to be removed from texts
	back.hidden.registryPassword = registryPassword
	_, back.hidden.earlier = inference.Secrets(ctx, u.state.image())
	return back
}
