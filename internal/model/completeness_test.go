// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

type fields = protocoltest.Values

const resourceType = "mlws_model"

// The part that each attribute of mlws_model plays. What the workspace decides is told
// by the schema: it is computed, and nothing else.
var (
	// wire has another value for each attribute that is sent and read back.
	wire = fields{
		"name": "other", "description": "for the test", "tags": fields{"k": "v"}, "properties": fields{"k": "v"},
		"framework": "Onnx", "framework_version": "1.4.0",
	}
	// hashed is the attribute that is computed from the disk, and sent.
	hashed = "content_hash"
	// address is in the address of every request, and local is never sent.
	address, local = []string{"workspace_id"}, []string{"path", "timeouts"}
	// kept are attributes that the API cannot remove.
	kept = []string{"properties"}
)

// least is the smallest state of a version.
func least() fields {
	return fields{
		"id": own.Model("churn", 3).String(), "workspace_id": own.String(), "name": "churn", "version": int64(3), "model_id": "churn:3",
		"framework": "Custom", "properties": fields{}, "content_hash": "hash", "url": "aml://asset/1", "created_at": "2026-01-02T03:04:05Z", "path": "m",
	}
}

func with(base fields, name string, value any) fields {
	changed := fields{}
	for n, v := range base {
		changed[n] = v
	}
	changed[name] = value
	return changed
}

func serve(t *testing.T, data *framework.Data) *protocoltest.Server {
	t.Helper()
	return protocoltest.Serve(t, protocoltest.Objects{Resources: Resources(), DataSources: DataSources()}, data)
}

// registrationOf reads a state as the resource does.
func registrationOf(t *testing.T, state fields) registration {
	t.Helper()
	s := serve(t, nil)
	var got resource.SchemaResponse
	(&modelResource{}).Schema(t.Context(), resource.SchemaRequest{}, &got)
	var r registration
	raw := protocoltest.Build(t, s.ResourceType(resourceType), state)
	if diags := (tfsdk.State{Schema: got.Schema, Raw: raw}).Get(t.Context(), &r); diags.HasError() {
		t.Fatal(diags)
	}
	return r
}

// plainVersion is a version as a test writes it.
func plainVersion(t *testing.T, r registration) fields {
	t.Helper()
	var got resource.SchemaResponse
	(&modelResource{}).Schema(t.Context(), resource.SchemaRequest{}, &got)
	state := tfsdk.State{Schema: got.Schema, Raw: protocoltest.Build(t, serve(t, nil).ResourceType(resourceType), nil)}
	if diags := state.Set(t.Context(), r); diags.HasError() {
		t.Fatal(diags)
	}
	plain, _ := protocoltest.Plain(t, state.Raw).(fields)
	return plain
}

// wireModel is what the API makes of a registration.
func wireModel(t *testing.T, request azureml.RegisterModelRequest) (model *azureml.Model, encoded []byte) {
	t.Helper()
	encoded, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(encoded, &members); err != nil {
		t.Fatal(err)
	}
	members["version"], members["id"], members["createdTime"] = 3, request.Name+":3", "2026-01-02T03:04:05Z"
	if encoded, err = json.Marshal(members); err != nil {
		t.Fatal(err)
	}
	model = &azureml.Model{}
	if err := json.Unmarshal(encoded, model); err != nil {
		t.Fatal(err)
	}
	return model, encoded
}

// Every attribute of the schema that goes over the wire is registered, patched if it
// says so, also if it is removed, read back, and shown by the data source. One that is
// forgotten in one of these, or has no class, fails by name.
func TestCompleteness(t *testing.T) {
	t.Parallel()
	var resourceSchema resource.SchemaResponse
	(&modelResource{}).Schema(t.Context(), resource.SchemaRequest{}, &resourceSchema)
	var dataSchema datasource.SchemaResponse
	(&modelDataSource{}).Schema(t.Context(), datasource.SchemaRequest{}, &dataSchema)
	for name, attribute := range resourceSchema.Schema.Attributes {
		value, isWire := wire[name]
		decided := attribute.IsComputed() && !attribute.IsOptional() && !attribute.IsRequired()
		classes := 0
		for _, is := range []bool{isWire, decided, slices.Contains(address, name), slices.Contains(local, name)} {
			if is {
				classes++
			}
		}
		if classes != 1 {
			t.Errorf("%s is in %d of the classes wire, computed, address and local", name, classes)
		}
		if !isWire {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, after := registrationOf(t, least()), registrationOf(t, with(least(), name, value))
			if cmp.Equal(expand(before.sent(framework.Tags{})), expand(after.sent(framework.Tags{}))) {
				t.Error("expand: the registration does not have it")
			}
			model, encoded := wireModel(t, expand(after.sent(framework.Tags{})))
			client, _ := registry(t, http.NotFound, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write(encoded)
			})
			id := own.Model(after.Name.ValueString(), 3)
			if strings.Contains(attribute.GetMarkdownDescription(), "Changes in place.") {
				for what, change := range map[string][2]registration{"changed": {after, before}, "removed": {before, after}} {
					operations, err := patch(t.Context(), client.Workspace(own), id, change[0].sent(framework.Tags{}), change[1].sent(framework.Tags{}), framework.Tags{})
					if err != nil || len(operations) == 0 && (what == "changed" || !slices.Contains(kept, name)) {
						t.Errorf("patch: nothing is sent if it is %s (%v)", what, err)
					}
				}
			}
			want := with(least(), name, value)[name]
			for how, prior := range map[string]registration{"an import": {}, "a refresh": after, "a refresh after a drift": before} {
				if how != "a refresh" && name == "properties" {
					continue // only the names that the state has are followed
				}
				read := prior
				read.Timeouts, read.Path = before.Timeouts, before.Path
				read.take(model, id, framework.Tags{})
				if diff := cmp.Diff(want, plainVersion(t, read)[name]); diff != "" {
					t.Errorf("flatten: not read back by %s (-want +got)\n%s", how, diff)
				}
			}
			found, exists := dataSchema.Schema.Attributes[name]
			if !exists || attribute.IsSensitive() && !found.IsSensitive() {
				t.Fatalf("data source: it has it: %t", exists)
			}
			s := serve(t, &framework.Data{Client: client, Workspace: &own})
			typ := s.Schema.DataSourceSchemas[resourceType].ValueType()
			config := fields{"name": after.Name.ValueString(), "version": int64(3)}
			reply, err := s.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: resourceType, Config: s.Encode(typ, protocoltest.Build(t, typ, config))})
			s.Must(err, reply.Diagnostics)
			got := s.Decode(typ, reply.State)[name]
			if name == "properties" {
				want = fields{"k": "v", hashProperty: "hash"} // whoever added them
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("data source: another value (-resource +data source)\n%s", diff)
			}
		})
	}
	if a, exists := resourceSchema.Schema.Attributes[hashed]; !exists || !a.IsComputed() {
		t.Errorf("%s is not computed", hashed)
	}
	changed := registrationOf(t, with(least(), hashed, "other"))
	if cmp.Equal(expand(registrationOf(t, least()).version), expand(changed.version)) {
		t.Errorf("expand: the registration does not have %s", hashed)
	}
}

// An attribute that is removed from the configuration gets its default back, by a
// new version. A value that an import found stays.
func TestRemovedFramework(t *testing.T) {
	t.Parallel()
	config := fields{"workspace_id": own.String(), "name": "churn", "path": "nowhere"}
	set := []byte(`{"framework":"dHJ1ZQ==","framework_version":"dHJ1ZQ=="}`) // true
	made := with(with(least(), "framework", "Onnx"), "framework_version", "1.4.0")
	for name, tc := range map[string]struct {
		state   fields
		private []byte
		config  fields
		replace []string
		want    string // of framework
	}{
		"both removed":        {made, set, config, []string{"framework", "framework_version"}, "Custom"},
		"the version removed": {made, set, with(config, "framework", "Onnx"), []string{"framework_version"}, "Onnx"},
		"both kept":           {made, set, with(with(config, "framework", "Onnx"), "framework_version", "1.4.0"), nil, "Onnx"},
		"imported":            {made, nil, config, nil, "Onnx"},
		"already the default": {least(), set, config, nil, "Custom"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := serve(t, nil).Plan(resourceType, protocoltest.Object{State: tc.state, Private: tc.private}, tc.config)
			if !slices.Equal(plan.Replace, tc.replace) || plan.State["framework"] != tc.want {
				t.Errorf("replaced because of %v, want %v; the framework is %v, want %s", plan.Replace, tc.replace, plan.State["framework"], tc.want)
			}
		})
	}
}
