// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

// overwrite deploys over the running service with a create body, for changes that the API
// cannot patch. It is not documented whether keys survive that, so they are compared, and
// put back if they changed.
func (u *update) overwrite(ctx context.Context) (*azureml.Service, diag.Diagnostics) {
	var diags diag.Diagnostics
	image, imageDiags := u.image(ctx)
	diags.Append(imageDiags...)
	diags.Append(u.keepIgnoredTags(ctx)...)
	if diags.HasError() {
		return nil, diags
	}
	object := fmt.Sprintf("service %q", u.id.Name)
	var before azureml.Keys
	keepKeys := values.IsTrue(u.state.AuthEnabled) && values.IsTrue(u.plan.AuthEnabled)
	if keepKeys {
		keys, err := u.api.ListKeys(ctx, u.id.Name)
		if err != nil {
			keepKeys = false
			diags.AddWarning("The keys could not be compared",
				diagnostics.Explain(object, err)+" The service is deployed again without reading its keys first; if that changes them, clients need the new ones.")
		}
		before = keys
		u.hidden.keys = append(u.hidden.keys, keys.Primary, keys.Secondary)
	}
	request, err := redeployment(ctx, u.plan, u.state, u.hidden, image.Request, u.live)
	if err != nil {
		diags.Append(diagnostics.FromError("Could not read the service", object, err))
		return nil, diags
	}
	operation, err := u.api.CreateService(ctx, request)
	if err != nil {
		diags.Append(diagnostics.FromError("Could not deploy over the service", object, err))
		return nil, diags
	}
	service, waitDiags := u.wait(ctx, operation)
	diags.Append(waitDiags...)
	if err := u.err; err != nil {
		// A failed redeployment may have changed the keys too. Azure refuses to change keys while a
		// redeployment is running.
		var going *azureml.WaitTimeoutError
		switch {
		case keepKeys && errors.As(err, &going):
			diags.AddWarning("The keys were not compared",
				fmt.Sprintf("Service %q is still being deployed again, which may change its keys; they are not put back then, since the next apply no longer knows them. "+
					"Once it is Healthy, compare them with those that its clients have.", u.id.Name))
		case keepKeys:
			u.restoreKeys(ctx, before, &diags)
		}
		return nil, diags
	}
	if keepKeys {
		u.restoreKeys(ctx, before, &diags)
	}
	// A create body cannot say "no tags" or "no description", so an overwrite keeps them. Patch
	// the remaining differences.
	left := patch(ctx, u.plan, flatten(ctx, service, u.id.Workspace, u.plan), u.hidden, image.Request)
	if len(left) == 0 {
		return service, diags
	}
	service, patchDiags := u.send(ctx, left)
	diags.Append(patchDiags...)
	return service, diags
}

// redeployment returns the body of an overwrite: the document of the live service, with the
// changes of the plan.
func redeployment(ctx context.Context, plan, state deployment, s secrets, image *azureml.EnvironmentImage, live *azureml.Service) (azureml.CreateServiceRequest, error) {
	if live.Image == nil && !inference.Changes(ctx, plan.image(), state.image()) {
		image = nil // the service is made of an image of its own
	}
	state.take(&plan, plan.isUnknown) // Azure's choice, which stays as it is
	return expand(ctx, plan, s, image, true).Over(live, expand(ctx, state, s, live.Image, true))
}

// restoreKeys puts back the keys that the redeployment changed, or warns which have changed.
func (u *update) restoreKeys(ctx context.Context, before azureml.Keys, diags *diag.Diagnostics) {
	object := fmt.Sprintf("service %q", u.id.Name)
	after, err := u.api.ListKeys(ctx, u.id.Name)
	if err != nil {
		diags.AddWarning("The keys could not be compared",
			diagnostics.Explain(object, err)+" The service was deployed again; whether that changed its keys is not known.")
		return
	}
	for _, slot := range []azureml.KeyType{azureml.KeyPrimary, azureml.KeySecondary} {
		old := keyIn(before, slot)
		if old == "" || keyIn(after, slot) == old {
			continue
		}
		reason := "the service did not accept the earlier key."
		restored, err := u.api.RegenerateKey(ctx, u.id.Name, slot, old)
		if err != nil {
			reason = diagnostics.Explain(object, err)
		} else if keyIn(restored, slot) == old {
			continue
		}
		diags.AddWarning(fmt.Sprintf("The %s key has changed", slot),
			fmt.Sprintf("Deploying over service %q changed its %s key, and putting it back failed: %s Give clients the new key.", u.id.Name, slot, u.hidden.redact(reason)))
	}
}

func keyIn(keys azureml.Keys, slot azureml.KeyType) string {
	if slot == azureml.KeySecondary {
		return keys.Secondary
	}
	return keys.Primary
}
