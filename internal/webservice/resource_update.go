// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/testrequest"
)

// Update sends one PATCH with everything that changes, or deploys over the running service for
// changes that cannot be patched.
func (r *serviceResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	config, plan := r.load(ctx, req.Config.Raw, &resp.Diagnostics), r.load(ctx, req.Plan.Raw, &resp.Diagnostics)
	state := r.load(ctx, req.State.Raw, &resp.Diagnostics)
	wasUnfinished, last := unfinished.Get(ctx, req.Private, &resp.Diagnostics), inference.LastDeployed.Get(ctx, req.Private, &resp.Diagnostics)
	tracked := framework.TrackedProperties.Get(ctx, req.Private, &resp.Diagnostics)
	pending := testrequest.Pending.Get(ctx, req.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(check(ctx, config)...)
	id := r.serviceID(state, &resp.Diagnostics)
	outer := ctx
	ctx, cancel := framework.Within(ctx, plan.Timeouts.Update, limits.Update, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	ctx = framework.LogProgress(ctx, "Updating", "service", id.Name)

	api := r.Data.Client.Workspace(id.Workspace)
	if resp.Diagnostics.Append(checkReferences(ctx, api, plan.image(), state.image())...); resp.Diagnostics.HasError() {
		return
	}
	published, diags := inference.Publish(ctx, api, config.image(), plan.image(), state.image())
	resp.Diagnostics.Append(diags...)
	plan.InferenceConfig = published.Object
	if resp.Diagnostics.HasError() {
		return
	}
	u := update{
		api: api, id: id, plan: plan, state: state, last: last,
		unfinished: wasUnfinished, hidden: secretsOf(ctx, config),
	}
	u.state.Properties = tracked.Existing(state.Properties)
	service, diags := u.run(ctx)
	resp.Diagnostics.Append(diags...)
	if u.err != nil {
		found, failure := r.failed(outer, u.api, id, u.err, u.hidden, u.failure())
		if failure != nil {
			found, diags = r.rollBack(outer, &u, found, failure)
			if found != nil {
				// Values that the API does not return stay as before, so that the next apply sends them.
				after := flatten(ctx, found, id.Workspace, state)
				resp.Diagnostics.Append(store(ctx, after, &resp.State.Raw)...)
				if u.deployed != nil {
					resp.Diagnostics.Append(u.deployed.RememberFailed(ctx, found, after.image(), resp.Private)...)
				}
			}
			// An old version that still runs has nothing to go on with.
			goesOn := found == nil || found.State != azureml.StateHealthy
			resp.Diagnostics.Append(unfinished.Set(ctx, resp.Private, goesOn)...)
			resp.Diagnostics.Append(testrequest.Pending.Set(ctx, resp.Private, goesOn && values.IsSet(plan.TestRequest))...)
			resp.Diagnostics.Append(framework.TrackedProperties.Set(ctx, resp.Private, tracked.Next(config.Properties, state.Properties))...)
			resp.Diagnostics.Append(diags...)
			return
		}
		service = found
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(unfinished.Set(ctx, resp.Private, false)...)
	resp.Diagnostics.Append(framework.TrackedProperties.Set(ctx, resp.Private, tracked.Next(config.Properties, state.Properties))...)
	resp.Diagnostics.Append(storeIdentity(ctx, id, resp.Identity)...)
	sent := service != nil
	if sent {
		after := flatten(ctx, service, id.Workspace, plan)
		// Keep the outputs that the plan does not change. If the service moved anyway, the next
		// refresh shows it.
		after.take(&plan, func(a attribute) bool { return a.change(r.compute) == computed && !plan.isUnknown(a) })
		resp.Diagnostics.Append(store(ctx, after, &resp.State.Raw)...)
		resp.Diagnostics.Append(u.remember(ctx, service, after, resp.Private)...)
		resp.Diagnostics.Append(framework.KeepPlanned(req.Plan, &resp.State, fmt.Sprintf("service %q", id.Name))...)
	} else {
		// Nothing was sent: the test request or timeouts changed, or an empty value became none.
		plan.take(&state, plan.isUnknown)
		resp.Diagnostics.Append(store(ctx, plan, &resp.State.Raw)...)
	}
	if !testrequest.Due(plan.TestRequest, state.TestRequest, sent, pending) {
		resp.Diagnostics.Append(testrequest.Pending.Set(ctx, resp.Private, false)...)
		return
	}
	resp.Diagnostics.Append(testrequest.Target{API: api, ID: id, Secrets: u.hidden.redactor()}.AfterUpdate(ctx, outer, service, plan.TestRequest, resp.Private)...)
}

// update is one update of a service.
type update struct {
	api         *azureml.Workspace
	id          resourceid.Service
	plan, state deployment
	unfinished  bool // an earlier update did not end well
	last        inference.Record
	hidden      secrets
	keys        azureml.Keys     // before the first redeployment; empty if it did not read them
	live        *azureml.Service // before the update; nil if it was not read
	deployed    *inference.Image // nil unless it is sent
	again       *azureml.Service // has the image that a rollback deploys; nil for any other update
	err         error            // of a change that was accepted and then failed
}

// run returns the service after the change; nil if there was nothing to send.
func (u *update) run(ctx context.Context) (*azureml.Service, diag.Diagnostics) {
	if needsOverwrite(u.plan, u.state, u.unfinished) {
		return u.overwrite(ctx)
	}
	var request *azureml.EnvironmentImage
	if inference.Changes(ctx, u.plan.image(), u.state.image()) {
		image, diags := u.image(ctx)
		if diags.HasError() {
			return nil, diags
		}
		request = image.Request
	}
	if diags := u.keepIgnoredTags(ctx); diags.HasError() {
		return nil, diags
	}
	operations := patch(ctx, u.plan, u.state, u.hidden, request)
	if len(operations) == 0 && needsWait(u.state, u.unfinished) {
		service, err := u.api.WaitHealthy(ctx, u.id.Name)
		u.err = err
		return service, nil
	}
	if len(operations) == 0 {
		return nil, nil
	}
	return u.send(ctx, operations)
}

// image returns the image to deploy: the one of the running service, with the changes of the plan.
func (u *update) image(ctx context.Context) (inference.Image, diag.Diagnostics) {
	live, err := u.api.GetService(ctx, u.id.Name)
	if err != nil {
		return inference.Image{}, diag.Diagnostics{diagnostics.FromError("Could not read the service", fmt.Sprintf("service %q", u.id.Name), err)}
	}
	u.live = live
	source := inference.Source{
		API: u.api, Plan: u.plan.image(), State: u.state.image(), Live: live, Last: u.last, RegistryPassword: u.hidden.registryPassword,
	}
	if u.again != nil {
		source.State, source.Live = source.Plan, u.again
	}
	image, diags := source.Image(ctx)
	u.deployed = &image
	return image, diags
}

// remember records the environment that the service runs after the update.
func (u *update) remember(ctx context.Context, service *azureml.Service, after deployment, to framework.PrivateWriter) diag.Diagnostics {
	if u.deployed == nil {
		return u.last.Stays(ctx, service, after.image(), to)
	}
	return u.deployed.Remember(ctx, service, after.image(), to)
}

// send patches the service and waits until it is Healthy.
func (u *update) send(ctx context.Context, operations []azureml.PatchOperation) (*azureml.Service, diag.Diagnostics) {
	operation, err := u.api.PatchService(ctx, u.id.Name, operations)
	if err != nil {
		return nil, diag.Diagnostics{diagnostics.FromError("Could not change the service", fmt.Sprintf("service %q", u.id.Name), err)}
	}
	return u.wait(ctx, operation)
}

// wait waits for a change that was accepted.
func (u *update) wait(ctx context.Context, operation azureml.OperationRef) (*azureml.Service, diag.Diagnostics) {
	service, warning, err := u.api.WaitUpdated(ctx, u.id.Name, operation, func(service *azureml.Service) bool { return u.made(ctx, service) })
	u.err = err
	return service, warnOperation(warning)
}

// made reports whether a service is as planned. Values that the API does not return count as
// made if the service has changed at all.
func (u *update) made(ctx context.Context, service *azureml.Service) bool {
	remains := func(prior deployment) bool {
		return len(patch(ctx, u.plan, flatten(ctx, service, u.id.Workspace, prior), u.hidden, nil)) > 0
	}
	if !remains(u.state) {
		return true
	}
	return !remains(u.plan) && !values.Time(service.UpdatedTime.Time).Equal(u.state.UpdatedAt)
}

// failure is how an update ends that did not lead to what it was to make.
func (u *update) failure() failedChange {
	change := failedUpdate
	change.made = func(ctx context.Context, service *azureml.Service) bool { return u.made(ctx, service) }
	return change
}

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
		keys, err := u.keys, error(nil)
		if keys == (azureml.Keys{}) { // a rollback puts back those before the failed update
			keys, err = u.api.ListKeys(ctx, u.id.Name)
		}
		if err != nil {
			keepKeys = false
			diags.AddWarning("The keys could not be compared",
				diagnostics.Explain(object, err)+" The service is deployed again without reading its keys first; if that changes them, clients need the new ones.")
		}
		before, u.keys = keys, keys
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
	u.plan.liveTags = service.Tags // a patch of tags sends the whole map
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
