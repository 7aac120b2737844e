// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/deployed"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

var (
	_ datasource.DataSourceWithConfigure      = (*serviceDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*serviceDataSource)(nil)
)

// serviceDataSource is data.mlws_service: any service, of any compute type.
type serviceDataSource struct {
	framework.DataSource
}

func (d *serviceDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = dataSchema()
}

func (d *serviceDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	config := lookupOf(ctx, req.Config, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		checkLookup(config, &resp.Diagnostics)
	}
}

// lookup is how a configuration names a service.
type lookup struct{ ServiceID, Name, WorkspaceID types.String }

func lookupOf(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) (l lookup) {
	diags.Append(config.GetAttribute(ctx, path.Root("service_id"), &l.ServiceID)...)
	diags.Append(config.GetAttribute(ctx, path.Root("name"), &l.Name)...)
	diags.Append(config.GetAttribute(ctx, path.Root("workspace_id"), &l.WorkspaceID)...)
	return l
}

// checkLookup refuses a configuration that names no service, or names it twice.
func checkLookup(config lookup, diags *diag.Diagnostics) {
	switch {
	case config.ServiceID.IsNull() && config.Name.IsNull():
		diags.AddError("The service is not named",
			"A service is found by service_id, or by name in workspace_id (or in the provider's workspace). Set service_id or name.")
	case values.IsSet(config.ServiceID) && values.IsSet(config.Name):
		diags.AddAttributeError(path.Root("name"), "The service is named twice",
			"service_id already has the name of the service in it. Remove name, or remove service_id.")
	case values.IsSet(config.ServiceID) && values.IsSet(config.WorkspaceID):
		diags.AddAttributeError(path.Root("workspace_id"), "The workspace is named twice",
			"service_id already has the workspace in it. Remove workspace_id, or set name instead of service_id.")
	}
}

func (d *serviceDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	config := lookupOf(ctx, req.Config, &resp.Diagnostics)
	service, id := readNamed(ctx, d.DataSource, config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(storeData(ctx, service, id, config, &resp.State.Raw)...)
}

// readNamed reads the service that a configuration names.
func readNamed(ctx context.Context, d framework.DataSource, config lookup, diags *diag.Diagnostics) (*azureml.Service, resourceid.Service) {
	checkLookup(config, diags)
	id := find(d, config, diags)
	if diags.HasError() {
		return nil, id
	}
	ctx, cancel := context.WithTimeout(ctx, limits.Read.Default)
	defer cancel()
	service, err := d.Data.Client.Workspace(id.Workspace).ReadService(ctx, id.Name)
	switch {
	case azureml.IsNotFound(err):
		diags.AddError("The service does not exist",
			fmt.Sprintf("Workspace %q has no service named %q. Correct the name; if the same configuration deploys it, refer to that resource's id.", id.Workspace.Name, id.Name))
	case err != nil:
		diags.Append(diagnostics.FromError("Could not read the service", fmt.Sprintf("service %q", id.Name), err))
	}
	return service, id
}

// find returns the id of the service that a configuration names.
func find(d framework.DataSource, config lookup, diags *diag.Diagnostics) resourceid.Service {
	if values.IsSet(config.ServiceID) {
		id, err := resourceid.ParseService(config.ServiceID.ValueString())
		if err != nil {
			diags.AddAttributeError(path.Root("service_id"), "Invalid service_id", err.Error()+".")
		}
		return id
	}
	return framework.ResolveWorkspace(config.WorkspaceID, d.OwnWorkspace(), "data source", diags).Service(config.Name.ValueString())
}

// dataOnly is an attribute that the data source has and the resources do not.
type dataOnly struct {
	name      string
	attribute schema.Attribute
	read      func(*azureml.Service) attr.Value
}

func dataOnlyAttributes() []dataOnly {
	text := func(name, description string, read func(*azureml.Service) *string) dataOnly {
		return dataOnly{name, schema.StringAttribute{Computed: true, MarkdownDescription: description}, func(service *azureml.Service) attr.Value {
			return values.ComputedString(read(service))
		}}
	}
	count := func(name, description string, read func(*azureml.DeploymentStatus) *int64) dataOnly {
		return dataOnly{name, schema.Int64Attribute{Computed: true, MarkdownDescription: description}, func(service *azureml.Service) attr.Value {
			if service.DeploymentStatus == nil {
				return types.Int64Null()
			}
			return types.Int64PointerValue(read(service.DeploymentStatus))
		}}
	}
	return []dataOnly{
		text("compute_type", "What the service runs on: `ACI`, `AKS`, or another type that this provider does not deploy to.",
			func(service *azureml.Service) *string { return new(string(service.ComputeType)) }),
		text("created_by", "Who made the service, as the API names them.", func(service *azureml.Service) *string { return service.CreatedBy.UserName }),
		text("error", "Why the service is not healthy, if the API says so.", func(service *azureml.Service) *string { return new(deployed.Cause(service)) }),
		text("environment_name", "The name of the environment that the code runs in.", func(service *azureml.Service) *string {
			name, _ := inference.EnvironmentOf(service)
			return &name
		}),
		text("environment_version", "The version of that environment.", func(service *azureml.Service) *string {
			_, version := inference.EnvironmentOf(service)
			return &version
		}),
		{
			"ssl_enabled",
			schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether an ACI service has TLS. An AKS service inherits that of its cluster."},
			func(service *azureml.Service) attr.Value {
				if service.ComputeType != azureml.ComputeACI {
					return types.BoolNull()
				}
				return values.BoolOr(service.SSLEnabled, false)
			},
		},
		text("cname", "The host name of the certificate of an ACI service.", func(service *azureml.Service) *string {
			if !values.IsTruePointer(service.SSLEnabled) {
				return nil // TLS that was switched off leaves its name behind
			}
			return service.CName
		}),
		count("desired_replicas", "How many replicas an AKS service should have now.", func(status *azureml.DeploymentStatus) *int64 { return status.DesiredReplicas }),
		count("available_replicas", "How many replicas of an AKS service answer now.", func(status *azureml.DeploymentStatus) *int64 { return status.AvailableReplicas }),
	}
}

// lookupAttributes are how a data source names a service.
func lookupAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"service_id": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The full resource id of the service to read. Either this or `name`.",
			Validators:          rules(validators.ServiceID),
		},
		"name": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "The name of the service to read. Either this or `service_id`.",
			Validators:          rules(validators.NotEmpty),
		},
		framework.WorkspaceID: schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "The full resource id of the workspace of `name`. Default: the provider's workspace.",
			Validators:          rules(validators.WorkspaceID),
		},
	}
}

// dataSchema returns the schema of data.mlws_service.
var dataSchema = sync.OnceValue(func() schema.Schema {
	attributes := lookupAttributes()
	for _, a := range table() {
		if a.data != nil {
			attributes[a.name] = a.data
		}
	}
	for _, d := range dataOnlyAttributes() {
		attributes[d.name] = d.attribute
	}
	return schema.Schema{
		MarkdownDescription: "Reads any web service of a workspace, on ACI or AKS, whoever deployed it. Its keys and tokens are not part of it.",
		Attributes:          attributes,
	}
})

// shown returns everything that the API says of a service, by the names of the data source,
// read as the resources read it. It omits attributes that the compute type does not have.
func shown(ctx context.Context, service *azureml.Service, workspace resourceid.Workspace) map[string]attr.Value {
	imported := flatten(ctx, service, workspace, deployment{compute: service.ComputeType})
	found := map[string]attr.Value{
		"id": types.StringValue(workspace.Service(service.Name).String()), "name": imported.Name,
		framework.WorkspaceID: types.StringValue(workspace.String()),
	}
	for _, a := range table() {
		switch {
		case a.data == nil || a.name == "id" || a.change(service.ComputeType) == absent:
		case a.read != nil:
			found[a.name] = a.read(service)
		default:
			found[a.name] = a.field.get(&imported)
		}
	}
	for _, d := range dataOnlyAttributes() {
		found[d.name] = d.read(service)
	}
	return found
}

// storeData writes a service into the state of the data source.
func storeData(ctx context.Context, service *azureml.Service, id resourceid.Service, config lookup, to *tftypes.Value) diag.Diagnostics {
	found := shown(ctx, service, id.Workspace)
	found["service_id"], found["id"] = config.ServiceID, types.StringValue(id.String())
	if values.IsSet(config.WorkspaceID) {
		found[framework.WorkspaceID] = config.WorkspaceID // as it was spelled
	}
	return write(ctx, values.Types(dataSchema().Attributes), found, to)
}
