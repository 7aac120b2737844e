// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

func TestSchemasAreServed(t *testing.T) {
	resp, err := providerserver.NewProtocol6(New("test")())().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range resp.Diagnostics {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	for _, name := range []string{"mlws_aci_service", "mlws_aks_service", "mlws_service_key", "mlws_model"} {
		if resp.ResourceSchemas[name] == nil {
			t.Errorf("no resource %s", name)
		}
	}
	for _, name := range []string{"mlws_aci_service", "mlws_aks_service", "mlws_model"} {
		if resp.ListResourceSchemas[name] == nil {
			t.Errorf("no list resource %s", name)
		}
	}
	for _, name := range []string{"mlws_service", "mlws_services", "mlws_service_token", "mlws_model", "mlws_workspace", "mlws_workspaces", "mlws_access"} {
		if resp.DataSourceSchemas[name] == nil {
			t.Errorf("no data source %s", name)
		}
	}
	for _, name := range []string{"service_id", "parse_service_id", "token_expiry"} {
		if resp.Functions[name] == nil {
			t.Errorf("no function %s", name)
		}
	}
	schemas := map[string]*tfprotov6.Schema{"provider": resp.Provider}
	for name, s := range resp.ResourceSchemas {
		schemas["resource "+name] = s
	}
	for name, s := range resp.DataSourceSchemas {
		schemas["data source "+name] = s
	}
	for name, s := range resp.EphemeralResourceSchemas {
		schemas["ephemeral "+name] = s
	}
	for name, s := range resp.ActionSchemas {
		schemas["action "+name] = s.Schema
	}
	for name, s := range resp.ListResourceSchemas {
		schemas["list resource "+name] = s
	}
	for name, f := range resp.Functions {
		if f.Summary == "" || f.Description == "" {
			t.Errorf("function %s has no description", name)
		}
		for _, parameter := range f.Parameters {
			if parameter.Description == "" {
				t.Errorf("function %s: %s has no description", name, parameter.Name)
			}
		}
	}
	for name, s := range schemas {
		if s.Block.Description == "" {
			t.Errorf("%s has no description", name)
		}
		checkDescribed(t, name, s.Block.Attributes)
		for _, nested := range s.Block.BlockTypes {
			checkDescribed(t, name+"."+nested.TypeName, nested.Block.Attributes)
		}
	}
}

// The first page of the documentation leads to everything that there is.
func TestTheIndexIsComplete(t *testing.T) {
	resp, err := providerserver.NewProtocol6(New("test")())().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	index, err := os.ReadFile("../../templates/index.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	leadsTo := func(folder, name string) {
		if page := "(" + folder + "/" + strings.TrimPrefix(name, "mlws_") + ".md)"; !strings.Contains(string(index), page) {
			t.Errorf("the index does not lead to %s", page)
		}
	}
	for name := range resp.ResourceSchemas {
		leadsTo("resources", name)
	}
	for name := range resp.DataSourceSchemas {
		leadsTo("data-sources", name)
	}
	for name := range resp.EphemeralResourceSchemas {
		leadsTo("ephemeral-resources", name)
	}
	for name := range resp.ActionSchemas {
		leadsTo("actions", name)
	}
	for name := range resp.ListResourceSchemas {
		leadsTo("list-resources", name)
	}
	for name := range resp.Functions {
		leadsTo("functions", name)
	}
	guides, err := filepath.Glob("../../templates/guides/*.md")
	if err != nil || len(guides) == 0 {
		t.Fatalf("no guides: %v", err)
	}
	for _, guide := range guides {
		name := strings.TrimSuffix(filepath.Base(guide), ".md")
		// A page that is split by areas leads to them itself.
		if whole, _, isArea := strings.Cut(name, "troubleshooting-"); isArea && whole == "" {
			if parent, err := os.ReadFile("../../templates/guides/troubleshooting.md"); err != nil || !strings.Contains(string(parent), "("+name+".md)") {
				t.Errorf("the page about troubleshooting does not lead to %s (%v)", name, err)
			}
			continue
		}
		leadsTo("guides", name)
	}
}

// An older Terraform cannot validate a query, so that its arguments are compared here.
func TestExamplesOfQueriesFitTheirSchemas(t *testing.T) {
	resp, err := providerserver.NewProtocol6(New("test")())().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	block, argument := regexp.MustCompile(`(?s)list "(\w+)" "\w+" \{.*?  config \{\n(.*?)\n  \}`), regexp.MustCompile(`(?m)^    (\w+) +=`)
	for name, s := range resp.ListResourceSchemas {
		example, err := os.ReadFile(filepath.Join("../../examples/list-resources", name, "list-resource.tfquery.hcl"))
		if err != nil {
			t.Errorf("%s has no example: %v", name, err)
			continue
		}
		parts := block.FindStringSubmatch(string(example))
		if parts == nil || parts[1] != name {
			t.Errorf("the example of %s has no config of it", name)
			continue
		}
		for _, used := range argument.FindAllStringSubmatch(parts[2], -1) {
			if !slices.ContainsFunc(s.Block.Attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == used[1] }) {
				t.Errorf("the example of %s has an argument %s, which does not exist", name, used[1])
			}
		}
	}
}

func checkDescribed(t *testing.T, where string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()
	for _, a := range attributes {
		if strings.TrimSpace(a.Description) == "" {
			t.Errorf("%s.%s has no description", where, a.Name)
		}
		if a.NestedType != nil {
			checkDescribed(t, where+"."+a.Name, a.NestedType.Attributes)
		}
	}
}

// Every attribute has a field of the model, and the other way round.
func TestModelMatchesSchema(t *testing.T) {
	s := providerSchema(t)
	checkParity(t, reflect.TypeFor[model](), s.Attributes)
	endpoints, ok := s.Attributes["endpoints"].(schema.SingleNestedAttribute)
	if !ok {
		t.Fatal("endpoints is not a nested attribute")
	}
	checkParity(t, reflect.TypeFor[endpointsModel](), endpoints.Attributes)
	ignored, ok := s.Attributes["ignore_tags"].(schema.SingleNestedAttribute)
	if !ok {
		t.Fatal("ignore_tags is not a nested attribute")
	}
	checkParity(t, reflect.TypeFor[ignoreTagsModel](), ignored.Attributes)
}

func checkParity(t *testing.T, structure reflect.Type, attributes map[string]schema.Attribute) {
	t.Helper()
	tags := map[string]bool{}
	for i := range structure.NumField() {
		tag := structure.Field(i).Tag.Get("tfsdk")
		tags[tag] = true
		if attributes[tag] == nil {
			t.Errorf("%s has a field %q that the schema lacks", structure, tag)
		}
	}
	for name := range attributes {
		if !tags[name] {
			t.Errorf("%s lacks the attribute %q", structure, name)
		}
	}
}

// An argument that is not known yet must keep the credential from being made
// of the others: each but those of the workspace and the tags is therefore looked at.
func TestEveryUnknownArgumentIsNoticed(t *testing.T) {
	s := providerSchema(t)
	for name := range s.Attributes {
		if slices.Contains([]string{"workspace_id", "subscription_id", "resource_group_name", "workspace_name", "default_tags", "ignore_tags"}, name) {
			continue
		}
		checkUnknown(t, s, block{name: protocoltest.Unknown{}}, name)
	}
	for i := range reflect.TypeFor[endpointsModel]().NumField() {
		name := reflect.TypeFor[endpointsModel]().Field(i).Tag.Get("tfsdk")
		checkUnknown(t, s, block{"endpoints": protocoltest.Values{name: protocoltest.Unknown{}}}, "endpoints."+name)
	}
}

func checkUnknown(t *testing.T, s schema.Schema, b block, name string) {
	t.Helper()
	var m model
	config := tfsdk.Config{Schema: s, Raw: b.value(t)}
	if diags := config.Get(t.Context(), &m); diags.HasError() {
		t.Fatal(diags)
	}
	if got := m.unknown(t.Context()); !slices.Equal(got, []string{name}) {
		t.Errorf("%s is unknown, noticed: %v", name, got)
	}
}
