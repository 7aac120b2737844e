// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"
	"encoding/json"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

// How a test writes and reads values.
type (
	fields  = protocoltest.Values
	list    = protocoltest.List
	unknown = protocoltest.Unknown
)

// host is a resource with the two attributes of this package alone, so that tests
// plan over the protocol as Terraform does. Its state is unknown in a plan that
// deploys another image.
type host struct{ framework.Resource }

type hostModel struct {
	ModelIDs types.List   `tfsdk:"model_ids"`
	Object   types.Object `tfsdk:"inference_config"`
	State    types.String `tfsdk:"state"`
}

func (m hostModel) config() Config { return Config{ModelIDs: m.ModelIDs, Object: m.Object} }

func hostSchema() schema.Schema {
	return schema.Schema{Attributes: map[string]schema.Attribute{
		"model_ids":        schema.ListAttribute{Optional: true, ElementType: types.StringType},
		"inference_config": Attribute(func(text string) string { return text }),
		"state":            schema.StringAttribute{Computed: true},
	}}
}

func (*host) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = hostSchema()
}

func (*host) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config hostModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(Check(ctx, config.config())...)
}

func (*host) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var config, plan, state hostModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	exists := !req.State.Raw.IsNull()
	if exists {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	planned, diags := Plan(ctx, config.config(), plan.config(), state.config())
	resp.Diagnostics.Append(diags...)
	plan.Object, plan.State = planned.Object, types.StringUnknown()
	if exists && !Changes(ctx, planned, state.config()) {
		plan.State = state.State
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

func (*host) Create(context.Context, resource.CreateRequest, *resource.CreateResponse) {}
func (*host) Read(context.Context, resource.ReadRequest, *resource.ReadResponse)       {}
func (*host) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}
func (*host) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

const hostType = "mlws_host"

func serve(t *testing.T) *protocoltest.Server {
	t.Helper()
	return protocoltest.Serve(t, protocoltest.Objects{Resources: []func() resource.Resource{
		func() resource.Resource { return &host{framework.NewResource("host")} },
	}}, nil)
}

// plan plans a configuration; a nil prior is a create.
func plan(t *testing.T, config, prior fields) protocoltest.Planned {
	t.Helper()
	return serve(t).TryPlan(hostType, protocoltest.Object{State: prior}, config)
}

// healthy is the state of a host with these attributes.
func healthy(members fields) fields { return merged(fields{"state": "Healthy"}, members) }

// configOf reads plain fields as a resource does.
func configOf(t *testing.T, members fields) Config {
	t.Helper()
	var m hostModel
	s := hostSchema()
	state := tfsdk.State{Raw: protocoltest.Build(t, s.Type().TerraformType(t.Context()), members), Schema: s}
	if diags := state.Get(t.Context(), &m); diags.HasError() {
		t.Fatal(diags)
	}
	return m.config()
}

var inline = fields{"name": "e", "base_image": "i"}

// at is code at a URL, in this environment.
func at(environment any) fields {
	return fields{"inference_config": fields{"entry_script": "score.py", "source_url": "aml://artifact/x/score.py", "environment": environment}}
}

// coded is code with an inline environment that has a server, so that nothing is said of it.
func coded(members fields) fields {
	environment := merged(inline, fields{"inferencing_stack_version": "latest"})
	return fields{"inference_config": merged(fields{"entry_script": "score.py", "environment": environment}, members)}
}

func merged(base, extra fields) fields {
	result := maps.Clone(base)
	maps.Copy(result, extra)
	return result
}

// texts returns the diagnostics as "path: summary: detail".
func texts(diags []*tfprotov6.Diagnostic) []string {
	var result []string
	for i, text := range protocoltest.Texts(diags) {
		result = append(result, pathOf(diags[i])+": "+text)
	}
	return result
}

func pathOf(d *tfprotov6.Diagnostic) string {
	if d.Attribute == nil {
		return ""
	}
	return protocoltest.PathText(d.Attribute)
}

func compareJSON(t *testing.T, want string, got any) {
	t.Helper()
	encoded, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var decoded, wanted any
	if err := json.Unmarshal(encoded, &decoded); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wanted, decoded); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
