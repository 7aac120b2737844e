// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package conventions_test

import (
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/mlws/terraform-provider-mlws"

// rule is what the non-test code of a package and of the packages below it may import.
type rule struct {
	// ours are the packages of this module that are allowed.
	ours []string
	// onlyStandard allows the standard library in addition, and nothing else.
	onlyStandard bool
	// values allows the value types of Terraform's plugin framework as well.
	values bool
	// noTerraform forbids everything of Terraform's plugin libraries.
	noTerraform bool
}

// rules are for the packages that have to stay pure or apart. A package that is
// not listed may import whatever the general rules below leave.
var rules = map[string]rule{
	// Pure: what they answer depends on their arguments alone.
	"internal/authmode":    {ours: []string{"internal/framework/values"}, onlyStandard: true, values: true}, // rules on values, of no schema and no request
	"internal/clock":       {onlyStandard: true},
	"internal/codearchive": {ours: []string{"internal/filetree"}, onlyStandard: true}, // what is uploaded depends on the folder, and on nothing of a deployment
	"internal/filetree":    {onlyStandard: true},
	"internal/functions":   {ours: []string{"internal/resourceid"}},
	"internal/keyedlock":   {onlyStandard: true},
	"internal/pysource":    {onlyStandard: true}, // a plan is the same with and without Python
	"internal/reach":       {onlyStandard: true},
	"internal/redact":      {onlyStandard: true},
	// The mapping depends on the document of the v1 service alone. YAML is the one library.
	"internal/onlineendpoint":  {ours: []string{"internal/authmode", "internal/azureml", "internal/permissions", "internal/redact", "internal/resourceid"}, noTerraform: true},
	"internal/permissions":     {onlyStandard: true}, // a list
	"internal/resourceid":      {onlyStandard: true},
	"internal/troubleshooting": {onlyStandard: true}, // a list of texts

	// Outside Terraform.
	"internal/auth":    {ours: []string{"internal/reach", "internal/redact"}, noTerraform: true},
	"internal/azureml": {ours: []string{"internal/keyedlock", "internal/redact", "internal/resourceid"}, noTerraform: true},
	// Below its flat API, each layer knows the ones below it only.
	"internal/azureml/upload":  {ours: []string{"internal/azureml/wire", "internal/keyedlock", "internal/redact"}, noTerraform: true},
	"internal/azureml/attempt": {ours: []string{"internal/azureml/wire", "internal/redact"}, noTerraform: true},
	"internal/azureml/gather":  {onlyStandard: true}, // it knows no request, so that a model of a server can test it
	"internal/azureml/wire":    {ours: []string{"internal/redact", "internal/resourceid"}, noTerraform: true},
	// It fetches the credential that it scores with, as the mode of the service has it.
	"internal/scoring": {ours: []string{"internal/authmode", "internal/azureml", "internal/redact"}, noTerraform: true},
	// The emulator and the workspace of fast tests are written from the contract, so they
	// share nothing with the client.
	"internal/workspacetest":       {onlyStandard: true},
	"internal/emulator":            {ours: []string{"internal/clock"}, noTerraform: true},
	"internal/emulator/pyrunner":   {onlyStandard: true}, // it runs a script, and knows no service
	"internal/emulator/requestlog": {onlyStandard: true},
	"internal/emulator/page":       {ours: []string{"internal/emulator/api", "internal/emulator/requestlog", "internal/emulator/state"}, noTerraform: true}, // a Source gives it what it shows
	// Its layers, from the bottom: each knows the ones that it names.
	"internal/emulator/state":      {ours: []string{}, noTerraform: true},
	"internal/emulator/api":        {ours: []string{"internal/emulator/state"}, noTerraform: true},
	"internal/emulator/operations": {ours: []string{"internal/emulator/state"}, noTerraform: true},
	"internal/emulator/entra":      {ours: []string{"internal/emulator/api", "internal/emulator/state"}, noTerraform: true},
	"internal/emulator/registry":   {ours: []string{"internal/emulator/api", "internal/emulator/state"}, noTerraform: true},
	// The endpoints of services, and their code. Services start and stop it.
	"internal/emulator/scoring":        {ours: []string{"internal/emulator/api", "internal/emulator/pyrunner", "internal/emulator/state"}, noTerraform: true},
	"internal/emulator/services":       {ours: []string{"internal/emulator/api", "internal/emulator/operations", "internal/emulator/pyrunner", "internal/emulator/registry", "internal/emulator/scoring", "internal/emulator/state"}, noTerraform: true},
	"internal/emulator/onlineendpoint": {ours: []string{"internal/emulator/api", "internal/emulator/operations", "internal/emulator/pyrunner", "internal/emulator/state"}, noTerraform: true},
	"internal/emulator/storage":        {ours: []string{"internal/emulator/api", "internal/emulator/state"}, noTerraform: true},
	"internal/emulator/faults":         {ours: []string{"internal/emulator/api", "internal/emulator/onlineendpoint", "internal/emulator/operations", "internal/emulator/services", "internal/emulator/state"}, noTerraform: true}, // it ends the operations of both APIs
	"internal/emulator/control":        {ours: []string{"internal/emulator/api", "internal/emulator/entra", "internal/emulator/faults", "internal/emulator/requestlog", "internal/emulator/services", "internal/emulator/state"}, noTerraform: true},
	"internal/emulator/arm":            {ours: []string{"internal/emulator/api", "internal/emulator/state"}, noTerraform: true},

	// Pieces of Terraform that resources are made of: they know no resource.
	"internal/diagnostics":  {ours: []string{"internal/auth", "internal/azureml", "internal/permissions", "internal/reach", "internal/redact"}}, // errors of these become diagnostics here alone
	"internal/protocoltest": {ours: []string{"internal/azureml", "internal/framework", "internal/resourceid", "internal/workspacetest"}},        // tests inside the packages that it serves import it
	"internal/framework":    {ours: []string{"internal/azureml", "internal/clock", "internal/keyedlock", "internal/resourceid"}},
	// Values know no schema and no request, so that rules can be written on them.
	"internal/framework/values":     {ours: []string{}},
	"internal/framework/validators": {ours: []string{"internal/framework/values", "internal/resourceid"}},
	// Parts of a service's resources: each is given its own attributes, and knows no service.
	"internal/webservice/inference":   {ours: []string{"internal/azureml", "internal/codearchive", "internal/diagnostics", "internal/framework", "internal/pysource", "internal/redact"}},
	"internal/webservice/testrequest": {ours: []string{"internal/authmode", "internal/azureml", "internal/diagnostics", "internal/framework", "internal/redact", "internal/resourceid", "internal/scoring", "internal/webservice/deployed"}},
	"internal/webservice/deployed":    {ours: []string{"internal/azureml", "internal/redact"}},
}

// importersOf says which packages alone may import a package, in non-test code.
var importersOf = map[string][]string{
	"internal/provider": {".", "internal/acctest", "internal/cmd"},
	"internal/emulator": {"internal/acctest", "internal/cmd"},
	"internal/acctest":  {"internal/cmd/reliability", "internal/cmd/soak"}, // of the fault matrix alone
	"internal/cmd":      {},
	// The API is flat: its layers are its own.
	"internal/azureml/upload":  {"internal/azureml"},
	"internal/azureml/attempt": {"internal/azureml"},
	"internal/azureml/gather":  {"internal/azureml"},
	"internal/azureml/wire":    {"internal/azureml"},
	// Tests make folders with it.
	"internal/filetree/filetreetest": {},
	// Tests of sign-in share it.
	"internal/auth/authtest": {"internal/acctest"},
	// Tests ask the objects of a package with these.
	"internal/workspacetest": {"internal/protocoltest"},
	"internal/protocoltest":  {"internal/acctest"}, // for tests as well: it configures a provider without Terraform
	// The provider has a client of its own.
	"internal/armclient": {"internal/acctest", "internal/cmd/demo", "internal/examplestest/foreign"},
	// They build and run the commands, and import nothing.
	"internal/examplestest": {},
	"internal/conventions":  {},
	// The provider lists what these serve; a generator prints a table of one.
	"internal/webservice": {"internal/provider", "internal/cmd/changes"},
	"internal/credential": {"internal/provider"},
	"internal/model":      {"internal/provider"},
	"internal/workspace":  {"internal/provider"},
	"internal/functions":  {"internal/provider"},
	// A data source shows the mapping, and a generator documents it.
	"internal/onlineendpoint": {"internal/webservice", "internal/cmd/v2blockers"},
}

// apart are packages that must not import each other, tests included.
var apart = [][2]string{
	{"internal/webservice", "internal/credential"},
	{"internal/webservice", "internal/model"},
	{"internal/credential", "internal/model"},
	{"internal/workspace", "internal/webservice"},
	{"internal/workspace", "internal/credential"},
	{"internal/workspace", "internal/model"},
	{"internal/azureml", "internal/emulator"},
}

// within reports whether a package is another one or below it.
func within(pkg, root string) bool {
	return pkg == root || (root != "." && strings.HasPrefix(pkg, root+"/"))
}

func withinAny(pkg string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool { return within(pkg, root) })
}

func isTerraform(imported string) bool {
	return strings.HasPrefix(imported, "github.com/hashicorp/terraform-") || strings.HasPrefix(imported, "github.com/hashicorp/hcl")
}

// valueTypes are the values of the plugin framework.
const valueTypes = "github.com/hashicorp/terraform-plugin-framework/types"

func isStandard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".")
}

// offence returns what is wrong with one import, or "".
func offence(pkg, imported string, test bool) string {
	ours, isOurs := strings.CutPrefix(imported, module+"/")
	for _, pair := range apart {
		// Tests of the emulator and of the client meet in acctest, or outside both.
		if within(pkg, pair[0]) && isOurs && within(ours, pair[1]) && !test ||
			within(pkg, pair[1]) && isOurs && within(ours, pair[0]) {
			return pair[0] + " and " + pair[1] + " do not import each other"
		}
	}
	if test {
		return ""
	}
	for root, allowed := range rules {
		if !within(pkg, root) {
			continue
		}
		if isOurs && !within(ours, root) && !withinAny(ours, allowed.ours) {
			return root + " may import of this module only: " + strings.Join(allowed.ours, ", ")
		}
		if allowed.values && imported == valueTypes {
			continue
		}
		if !isOurs && allowed.onlyStandard && !isStandard(imported) {
			return root + " imports the standard library only"
		}
		if allowed.noTerraform && isTerraform(imported) {
			return root + " knows no Terraform"
		}
	}
	for root, importers := range importersOf {
		if isOurs && within(ours, root) && !within(pkg, root) && !withinAny(pkg, importers) {
			return root + " is imported only by: " + strings.Join(importers, ", ") + " (and tests)"
		}
	}
	return ""
}

func TestImportRules(t *testing.T) {
	for _, file := range goFiles(t) {
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(repository, file), nil, parser.ImportsOnly)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if why := offence(path.Dir(file), imported, strings.HasSuffix(file, "_test.go")); why != "" {
				t.Errorf("%s imports %s: %s", file, imported, why)
			}
		}
	}
}

// Each of these imports breaks a rule, or does not.
func TestOffencesAreFound(t *testing.T) {
	for _, test := range []struct {
		pkg, imported string
		test          bool
		offends       bool
	}{
		{"internal/authmode", "strings", false, false},
		{"internal/authmode", "github.com/google/uuid", false, true},
		{"internal/authmode", valueTypes, false, false},
		{"internal/authmode", "github.com/hashicorp/terraform-plugin-framework/resource/schema", false, true},
		{"internal/authmode", module + "/internal/framework/values", false, false},
		{"internal/authmode", module + "/internal/framework", false, true},
		{"internal/codearchive", valueTypes, false, true},
		{"internal/authmode", module + "/internal/resourceid", false, true},
		{"internal/codearchive", module + "/internal/webservice", false, true},
		{"internal/codearchive", module + "/internal/filetree", false, false},
		{"internal/filetree", module + "/internal/codearchive", false, true},
		{"internal/filetree/filetreetest", "github.com/google/go-cmp/cmp", false, true},
		{"internal/model", module + "/internal/filetree/filetreetest", false, true},
		{"internal/model", module + "/internal/filetree/filetreetest", true, false},
		{"internal/functions", module + "/internal/resourceid", false, false},
		{"internal/auth", module + "/internal/azureml", false, true},
		{"internal/diagnostics", module + "/internal/azureml", false, false},
		{"internal/diagnostics", module + "/internal/webservice", false, true},
		{"internal/framework", module + "/internal/provider", false, true},
		{"internal/framework", module + "/internal/resourceid", false, false},
		{"internal/framework", module + "/internal/webservice", false, true},
		{"internal/framework/values", module + "/internal/azureml", false, true},
		{"internal/framework/validators", module + "/internal/resourceid", false, false},
		{"internal/protocoltest", module + "/internal/framework", false, false},
		{"internal/protocoltest", module + "/internal/webservice", false, true},
		{"internal/protocoltest", module + "/internal/workspacetest", false, false},
		{"internal/workspacetest", module + "/internal/azureml", false, true},
		{"internal/credential", module + "/internal/workspacetest", false, true},
		{"internal/credential", module + "/internal/workspacetest", true, false},
		{"internal/credential", module + "/internal/protocoltest", false, true},
		{"internal/credential", module + "/internal/protocoltest", true, false},
		{"internal/emulator/pyrunner", module + "/internal/emulator", false, true},
		{"internal/emulator/pyrunner", module + "/internal/clock", false, true},
		{"internal/emulator", module + "/internal/emulator/api", false, false},
		{"internal/emulator/api", module + "/internal/emulator", false, true},
		{"internal/emulator/api", module + "/internal/clock", false, true},
		{"internal/emulator/api", module + "/internal/emulator/state", false, false},
		{"internal/emulator/state", module + "/internal/emulator/api", false, true},
		{"internal/emulator/state", module + "/internal/emulator", false, true},
		{"internal/emulator/state", module + "/internal/emulator/pyrunner", false, true},
		{"internal/emulator/pyrunner", "github.com/google/uuid", false, true},
		{"internal/functions", module + "/internal/azureml", false, true},
		{"internal/onlineendpoint", module + "/internal/azureml", false, false},
		{"internal/onlineendpoint", module + "/internal/diagnostics", false, true},
		{"internal/onlineendpoint", "github.com/hashicorp/hcl/v2/hclwrite", false, true},
		{"internal/credential", module + "/internal/onlineendpoint", false, true},
		{"internal/azureml/wire", module + "/internal/azureml/attempt", false, true},
		{"internal/azureml/attempt", module + "/internal/azureml/wire", false, false},
		{"internal/azureml/upload", module + "/internal/azureml", false, true},
		{"internal/credential", module + "/internal/azureml/wire", false, true},
		{"internal/azureml", "github.com/hashicorp/terraform-plugin-log/tflog", false, true},
		{"internal/azureml", module + "/internal/emulator", false, true},
		{"internal/azureml", module + "/internal/emulator", true, false},
		{"internal/scoring", module + "/internal/azureml", false, false},
		{"internal/scoring", module + "/internal/diagnostics", false, true},
		{"internal/emulator/wire", module + "/internal/emulator", false, false},
		{"internal/emulator", module + "/internal/azureml", false, true},
		{"internal/emulator", module + "/internal/azureml", true, true},
		{"internal/webservice", module + "/internal/credential", false, true},
		{"internal/webservice", module + "/internal/webservice/inference", false, false},
		{"internal/webservice/inference", module + "/internal/webservice", false, true},
		{"internal/webservice/inference", module + "/internal/webservice/deployed", false, true},
		{"internal/webservice/inference", module + "/internal/framework/values", false, false},
		{"internal/webservice/testrequest", module + "/internal/webservice", false, true},
		{"internal/webservice/testrequest", module + "/internal/webservice/inference", false, true},
		{"internal/webservice/testrequest", module + "/internal/webservice/deployed", false, false},
		{"internal/webservice/deployed", module + "/internal/webservice/testrequest", false, true},
		{"internal/credential", module + "/internal/webservice/deployed", false, true},
		{"internal/credential", module + "/internal/webservice", true, true},
		{"internal/model", module + "/internal/webservice", false, true},
		{"internal/workspace", module + "/internal/webservice", false, true},
		{"internal/credential", module + "/internal/workspace", false, true},
		{"internal/azureml", module + "/internal/webservice", false, true},
		{"internal/scoring", module + "/internal/functions", false, true},
		{"internal/provider", module + "/internal/webservice", false, false},
		{"internal/cmd/changes", module + "/internal/webservice", false, false},
		{"internal/cmd/changes", module + "/internal/credential", false, true},
		{"internal/provider", module + "/internal/examplestest", false, true},
		{"internal/webservice", module + "/internal/provider", false, true},
		{"internal/webservice", module + "/internal/acctest", false, true},
		{"internal/webservice", module + "/internal/acctest", true, false},
		{"internal/cmd/reliability", module + "/internal/acctest/faults", false, false},
		{"internal/cmd/demo", module + "/internal/acctest/faults", false, true},
		{".", module + "/internal/provider", false, false},
		{"internal/cmd/demo", module + "/internal/emulator", false, false},
	} {
		if why := offence(test.pkg, test.imported, test.test); (why != "") != test.offends {
			t.Errorf("%s importing %s (test: %t): %q", test.pkg, test.imported, test.test, why)
		}
	}
}
