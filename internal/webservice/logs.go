// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

// A log is read from its end: defaultLines unless tail says how many, and no more than
// maxLines (the most that the Python SDK asks for) or maxLogBytes.
const (
	defaultLines = 100
	maxLines     = 5000
	maxLogBytes  = 512 << 10
)

var _ datasource.DataSourceWithConfigure = (*logsDataSource)(nil)

// logsDataSource is data.mlws_service_logs: the log of a container, without secrets.
type logsDataSource struct {
	framework.DataSource
}

// logsModel is its configuration and result.
type logsModel struct {
	ServiceID types.String `tfsdk:"service_id"`
	Tail      types.Int64  `tfsdk:"tail"`
	Init      types.Bool   `tfsdk:"init"`
	Content   types.String `tfsdk:"content"`
}

func (d *logsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the end of the log of a service's container, whatever state the service is in. What the provider knows as a secret is replaced by `(redacted)`: the two keys of the service, the values of the environment's variables, " +
			"and what looks like a token, a password or a key. Other secrets that your code logs would be in the state. The log is read with every plan.",
		Attributes: map[string]schema.Attribute{
			"service_id": schema.StringAttribute{Required: true, MarkdownDescription: "The full resource id of the service.", Validators: rules(validators.ServiceID)},
			"tail": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{validators.Between(1, maxLines, "The number of lines")},
				MarkdownDescription: fmt.Sprintf("How many lines to read, from the end: `1` to `%d`. Default `%d`.", maxLines, defaultLines),
			},
			"init": schema.BoolAttribute{Optional: true, MarkdownDescription: "Read the log of the init container, which prepares the files of the service. Default `false`."},
			"content": schema.StringAttribute{
				Computed: true, MarkdownDescription: fmt.Sprintf("The log, at most its last %d KiB. Empty if there is none yet, for example because the image is still being built.", maxLogBytes>>10),
			},
		},
	}
}

func (d *logsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config logsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	service, id := readNamed(ctx, d.DataSource, lookup{ServiceID: config.ServiceID}, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limits.Read.Default)
	defer cancel()
	api, object := d.Data.Client.Workspace(id.Workspace), fmt.Sprintf("service %q", id.Name)
	keys, err := keysForRedaction(ctx, api, service)
	if err != nil {
		resp.Diagnostics.AddError("The container log is not shown",
			diagnostics.Explain(object, err)+" The log may hold the keys of the service, so they are read first, to be removed.")
		return
	}
	options := azureml.LogOptions{Tail: defaultLines, Init: config.Init.ValueBool()}
	if !config.Tail.IsNull() {
		options.Tail = int(config.Tail.ValueInt64())
	}
	log, err := api.ServiceLogs(ctx, id.Name, options)
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("Could not read the container log", object, err))
		return
	}
	hidden := secrets{keys: []string{keys.Primary, keys.Secondary}, variables: inference.VariablesOf(service)}
	config.Content = types.StringValue(hidden.redactor().QuoteEnd(log, maxLogBytes))
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}
