// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/onlineendpoint"
)

var (
	_ datasource.DataSourceWithConfigure      = (*v2DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*v2DataSource)(nil)
)

// v2DataSource is data.mlws_service_v2_configuration: what a service becomes in v2. It
// reads the service, and sends nothing else.
type v2DataSource struct {
	framework.DataSource
}

// v2Model is its configuration and state.
type v2Model struct {
	ServiceID          types.String `tfsdk:"service_id"`
	Name               types.String `tfsdk:"name"`
	WorkspaceID        types.String `tfsdk:"workspace_id"`
	Target             types.String `tfsdk:"target"`
	EndpointName       types.String `tfsdk:"endpoint_name"`
	ComputeID          types.String `tfsdk:"compute_id"`
	CodeURI            types.String `tfsdk:"code_uri"`
	CopyKeys           types.Bool   `tfsdk:"copy_keys"`
	InstanceType       types.String `tfsdk:"instance_type"`
	InstanceTypeReason types.String `tfsdk:"instance_type_reason"`
	Blockers           []v2Finding  `tfsdk:"blockers"`
	Warnings           []v2Finding  `tfsdk:"warnings"`
	HCL                types.String `tfsdk:"hcl"`
	JSON               types.String `tfsdk:"json"`
}

type v2Finding struct {
	Code    types.String `tfsdk:"code"`
	Message types.String `tfsdk:"message"`
	Action  types.String `tfsdk:"action"`
}

// Schema implements datasource.DataSource.
func (d *v2DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	computed := func(text string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: text}
	}
	findings := func(text string) schema.ListNestedAttribute {
		return schema.ListNestedAttribute{Computed: true, MarkdownDescription: text, NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"code":    computed("The kind, which does not change between versions of the provider. See [What stands in the way of v2](../guides/v2-blockers.md)."),
			"message": computed("What it is, in a sentence."),
			"action":  computed("What to do about it."),
		}}}
	}
	attributes := lookupAttributes()
	attributes["target"] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: rules(validators.OneOf(string(onlineendpoint.Managed), string(onlineendpoint.Kubernetes))),
		MarkdownDescription: "What the endpoint runs on: `Managed`, or `Kubernetes` on your own cluster. Default: `Kubernetes` for a service on AKS, else `Managed`.",
	}
	attributes["endpoint_name"] = schema.StringAttribute{
		Optional: true, Validators: rules(validators.Matches(onlineendpoint.NamePattern, onlineendpoint.NameRule)),
		MarkdownDescription: "The name of the endpoint, unique in the region. Default: the name of the service with `-v2`.",
	}
	attributes["compute_id"] = schema.StringAttribute{
		Optional: true, Validators: rules(validators.NotEmpty),
		MarkdownDescription: "The full resource id of the Kubernetes compute of a `Kubernetes` endpoint. Azure refuses the AKS compute of v1.",
	}
	attributes["code_uri"] = schema.StringAttribute{
		Optional: true, Validators: rules(validators.NotEmpty),
		MarkdownDescription: "The address of the folder with the code in blob storage. Without it, `hcl` has a variable for it, and `json` leaves it out.",
	}
	attributes["copy_keys"] = schema.BoolAttribute{
		Optional:            true,
		MarkdownDescription: "Whether `hcl` gives the endpoint the keys of the service, so that clients keep theirs. Default `true`. Set it to `false` before you delete the v1 service: an apply would look for its keys.",
	}
	attributes["instance_type"] = computed("The smallest virtual machine that has what one replica may use. Null on Kubernetes, and if none does.")
	attributes["instance_type_reason"] = computed("Why this size. Null on Kubernetes.")
	attributes["blockers"] = findings("What stands in the way: without a decision of yours, v2 refuses the endpoint, or behaves otherwise.")
	attributes["warnings"] = findings("What differs, and what is still to be done.")
	attributes["hcl"] = computed("The endpoint, its deployment and its traffic as resources of azapi, ready to apply once there are no blockers. Keys are not in it: it copies them in the apply. Null if nothing can be written.")
	attributes["json"] = computed("The bodies of all requests to Azure Resource Manager, in their order: a list of objects with `id`, `type`, `apiVersion` and `body`. Null if nothing can be written.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "Shows the v2 online endpoint that a v1 service would become: the configuration, and what stands in the way. It reads the service alone, and changes nothing. " +
			"[Migrating off v1](../guides/migrating-off-v1.md) has the steps around it.",
		Attributes: attributes,
	}
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *v2DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	config := lookupOf(ctx, req.Config, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		checkLookup(config, &resp.Diagnostics)
	}
}

// Read implements datasource.DataSource.
func (d *v2DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model v2Model
	if resp.Diagnostics.Append(req.Config.Get(ctx, &model)...); resp.Diagnostics.HasError() {
		return
	}
	if model.read(ctx, d.DataSource, &resp.Diagnostics); !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	}
}

// read reads the service, and maps it.
func (m *v2Model) read(ctx context.Context, d framework.DataSource, diags *diag.Diagnostics) {
	service, id := readNamed(ctx, d, lookup{ServiceID: m.ServiceID, Name: m.Name, WorkspaceID: m.WorkspaceID}, diags)
	if diags.HasError() {
		return
	}
	api := d.Data.Client.Workspace(id.Workspace)
	info, err := api.Info(ctx)
	if err != nil {
		diags.Append(diagnostics.FromError("Could not read the workspace", fmt.Sprintf("workspace %q", id.Workspace.Name), err))
		return
	}
	contentInfo, err := api.ContentInfoURL(ctx)
	if err != nil {
		contentInfo = "" // the configuration is then without the command that prints where the code is
	}
	mapping := onlineendpoint.Map(onlineendpoint.Source{
		Service: service, Workspace: id.Workspace, Location: info.Location, ContentInfo: contentInfo,
		Target: onlineendpoint.Target(m.Target.ValueString()), EndpointName: m.EndpointName.ValueString(),
		ComputeID: m.ComputeID.ValueString(), CodeURI: m.CodeURI.ValueString(),
		KeepKeys: !m.CopyKeys.IsNull() && !m.CopyKeys.ValueBool(),
	})
	if m.Name.IsNull() {
		m.Name = types.StringValue(service.Name)
	}
	if m.WorkspaceID.IsNull() {
		m.WorkspaceID = types.StringValue(id.Workspace.String())
	}
	m.Target = types.StringValue(string(mapping.Target))
	m.InstanceType, m.InstanceTypeReason = values.ComputedString(&mapping.InstanceType), values.ComputedString(&mapping.Reason)
	m.HCL, m.JSON = values.ComputedString(&mapping.HCL), values.ComputedString(&mapping.JSON)
	m.Blockers, m.Warnings = findingsOf(mapping.Blockers), findingsOf(mapping.Warnings)
}

func findingsOf(found []onlineendpoint.Finding) []v2Finding {
	result := []v2Finding{}
	for _, f := range found {
		result = append(result, v2Finding{types.StringValue(string(f.Code)), types.StringValue(f.Message), types.StringValue(f.Action)})
	}
	return result
}
