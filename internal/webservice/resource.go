// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package webservice serves the deployments: the resources mlws_aci_service and
// mlws_aks_service, also as list resources, the data sources mlws_service, mlws_services
// and mlws_service_v2_configuration, and the action mlws_invoke_service.
//
// Both resources are one implementation: what differs between the compute types
// is their schema, and the fields in expand, flatten and patch.
package webservice

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	tflist "github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/deployed"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/testrequest"
)

// Resources returns the resources of this package.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return newServiceResource(azureml.ComputeACI) },
		func() resource.Resource { return newServiceResource(azureml.ComputeAKS) },
	}
}

// DataSources returns the data sources of this package.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return &serviceDataSource{framework.NewDataSource("service")} },
		func() datasource.DataSource { return &servicesDataSource{framework.NewDataSource("services")} },
		func() datasource.DataSource { return &logsDataSource{framework.NewDataSource("service_logs")} },
		func() datasource.DataSource {
			return &v2DataSource{framework.NewDataSource("service_v2_configuration")}
		},
	}
}

// ListResources returns the list resources of this package.
func ListResources() []func() tflist.ListResource {
	return []func() tflist.ListResource{
		func() tflist.ListResource { return newServiceList(azureml.ComputeACI) },
		func() tflist.ListResource { return newServiceList(azureml.ComputeAKS) },
	}
}

// Actions returns the actions of this package.
func Actions() []func() action.Action {
	return testrequest.Actions()
}

var (
	_ resource.ResourceWithConfigure      = (*serviceResource)(nil)
	_ resource.ResourceWithImportState    = (*serviceResource)(nil)
	_ resource.ResourceWithIdentity       = (*serviceResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*serviceResource)(nil)
	_ resource.ResourceWithValidateConfig = (*serviceResource)(nil)
)

// limits are the default timeouts. Azure gives up on an AKS deployment after 20 minutes, not
// counting the build of the image.
var limits = framework.Timeouts{
	Create: framework.Timeout{Default: 45 * time.Minute, Text: "How long to wait until a new service is Healthy."},
	Read:   framework.Timeout{Default: 5 * time.Minute, Text: "How long a refresh may take."},
	Update: framework.Timeout{Default: 45 * time.Minute, Text: "How long to wait until a changed service is Healthy."},
	Delete: framework.Timeout{Default: 20 * time.Minute, Text: "How long to wait until the service is gone."},
}

// serviceResource is mlws_aci_service or mlws_aks_service.
type serviceResource struct {
	framework.Resource
	compute azureml.ComputeType
}

func newServiceResource(compute azureml.ComputeType) resource.Resource {
	return &serviceResource{
		Resource: framework.NewResource(resourceName(compute)),
		compute:  compute,
	}
}

// resourceName returns the type name of a resource without the provider: "aci_service".
func resourceName(compute azureml.ComputeType) string {
	return strings.ToLower(string(compute)) + "_service"
}

// resourceType returns the type of the resource of a compute type; "" if none manages it.
func resourceType(compute azureml.ComputeType) string {
	if compute != azureml.ComputeACI && compute != azureml.ComputeAKS {
		return ""
	}
	return "mlws_" + resourceName(compute)
}

func (r *serviceResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = layouts[r.compute]().schema
}

func (r *serviceResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	config := r.load(ctx, req.Config.Raw, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(check(ctx, config)...)
	}
}

// load reads a configuration, plan or state, to be read and sent with the provider's tags.
func (r *serviceResource) load(ctx context.Context, raw tftypes.Value, diags *diag.Diagnostics) deployment {
	d := load(ctx, r.compute, raw, diags)
	d.providerTags = r.Tags()
	return d
}

// serviceID returns the id of the service that a plan or state is about.
func (r *serviceResource) serviceID(d deployment, diags *diag.Diagnostics) resourceid.Service {
	return framework.ResolveWorkspace(d.WorkspaceID, r.OwnWorkspace(), "resource", diags).Service(d.Name.ValueString())
}

// Read implements resource.Resource, with one read of the service.
func (r *serviceResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := r.load(ctx, req.State.Raw, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	id, err := resourceid.ParseService(state.ID.ValueString())
	if err != nil {
		resp.Diagnostics.AddError("The state has no valid service id", err.Error()+". Remove the object from the state with terraform state rm, and import it again.")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := framework.Within(ctx, state.Timeouts.Read, limits.Read, &resp.Diagnostics)
	defer cancel()

	r.Data.Answers.Tell(id.String(), nil)
	api := r.Data.Client.Workspace(id.Workspace)
	service, err := api.ReadService(ctx, id.Name)
	if azureml.IsNotFound(err) && state.State.IsNull() { // every other state has it
		resp.Diagnostics.Append(framework.NothingToImport(fmt.Sprintf("service named %q", id.Name), id.Workspace))
		return
	}
	if azureml.IsNotFound(err) {
		resp.State.RemoveResource(ctx)
		// The framework asks for an identity even of what is gone.
		resp.Diagnostics.Append(storeIdentity(ctx, id, resp.Identity)...)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("Could not read the service", fmt.Sprintf("service %q", id.Name), err))
		return
	}
	if service.ComputeType != r.compute {
		resp.Diagnostics.Append(explainOtherCompute(id, r.compute, service))
		return
	}
	if state.State.ValueString() == string(azureml.StateHealthy) && service.State == azureml.StateUnhealthy {
		resp.Diagnostics.AddWarning("The service has become unhealthy",
			fmt.Sprintf("Service %q was Healthy when Terraform last looked. %s Its container log says more; Terraform changes nothing unless the configuration does.", id.Name, deployed.DescribeState(service, "")))
	}
	if service.State == azureml.StateHealthy {
		// An update that timed out has succeeded since.
		resp.Diagnostics.Append(unfinished.Change(ctx, req.Private, resp.Private, false)...)
	}
	after := flatten(ctx, service, id.Workspace, state)
	image, diags := inference.Refresh(ctx, api, service, after.image(), req.Private, resp.Private)
	resp.Diagnostics.Append(diags...)
	after.InferenceConfig = image.Object
	resp.Diagnostics.Append(store(ctx, after, &resp.State.Raw)...)
	resp.Diagnostics.Append(storeIdentity(ctx, id, resp.Identity)...)
}

// Delete works in every state of the service, and is done when the service is gone.
func (r *serviceResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := r.load(ctx, req.State.Raw, &resp.Diagnostics)
	id := r.serviceID(state, &resp.Diagnostics)
	ctx, cancel := framework.Within(ctx, state.Timeouts.Delete, limits.Delete, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	ctx = framework.LogProgress(ctx, "Deleting", "service", id.Name)
	api := r.Data.Client.Workspace(id.Workspace)

	operation, err := api.DeleteService(ctx, id.Name)
	if err == nil {
		err = api.WaitDeleted(ctx, id.Name, operation)
	}
	var recreated *azureml.RecreatedError
	switch {
	case errors.As(err, &recreated):
		resp.Diagnostics.AddError("Another service of the same name exists now",
			fmt.Sprintf("Service %q was deleted, and somebody else has created another service of that name since, which was not deleted. "+
				"If it is not to be managed here, take it out of the state with terraform state rm and the resource's address. To delete it too, destroy again.", id.Name))
	case err != nil && !azureml.IsNotFound(err):
		resp.Diagnostics.Append(diagnostics.FromError("Could not delete the service", fmt.Sprintf("service %q", id.Name), err))
	}
}

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
