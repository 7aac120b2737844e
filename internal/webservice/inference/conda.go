// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"go.yaml.in/yaml/v3"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// keepConda keeps the state's spelling of the same YAML.
var keepConda = framework.KeepSpelling("Another spelling of the same YAML is not a change.", sameConda)

// condaToJSON converts the YAML text of a conda environment to the JSON that the API takes.
func condaToJSON(text string) (json.RawMessage, error) {
	value, err := parseConda(text)
	if err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		line := lineOfKey(text, func(key *yaml.Node) bool { return key.Tag != "!!str" })
		return nil, fmt.Errorf("line %d: the YAML has keys that are not strings", line)
	}
	return encoded, nil
}

// parseConda returns the members of the one document of a YAML text.
func parseConda(text string) (map[string]any, error) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var document any
	if err := decoder.Decode(&document); err != nil && !errors.Is(err, io.EOF) {
		var refused *yaml.TypeError
		if errors.As(err, &refused) {
			return nil, fmt.Errorf("the YAML does not parse: %s", strings.Join(refused.Errors, "; "))
		}
		return nil, fmt.Errorf("the YAML does not parse: %w", err)
	}
	if document == nil {
		return nil, errors.New("the YAML is empty")
	}
	members, ok := document.(map[string]any)
	if !ok {
		return nil, errors.New("the YAML is not a mapping")
	}
	if len(members) == 0 {
		return nil, errors.New("the YAML is empty")
	}
	var second yaml.Node
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		if second.Line > 0 {
			return nil, fmt.Errorf("line %d: the YAML has a second document (a line --- begins it), and an environment is one", second.Line)
		}
		return nil, errors.New("the YAML has a second document (a line --- begins it), and an environment is one")
	}
	return members, nil
}

// condaToYAML is the inverse, for an adopted environment; "" if there are no dependencies.
func condaToYAML(encoded json.RawMessage) string {
	value, err := decodeJSON(encoded)
	if members, ok := value.(map[string]any); err != nil || !ok || len(members) == 0 {
		return ""
	}
	text, err := yaml.Marshal(rewrite(value, plainNumber))
	if err != nil {
		return ""
	}
	return string(text)
}

// plainNumber replaces a json.Number, which YAML would write as text.
func plainNumber(value any) any {
	if number, ok := value.(json.Number); ok {
		if whole, err := number.Int64(); err == nil {
			return whole
		}
		if float, err := number.Float64(); err == nil {
			return float
		}
	}
	return value
}

// sameConda reports whether two YAML texts mean the same environment.
func sameConda(a, b string) bool {
	left, errLeft := condaToJSON(a)
	right, errRight := condaToJSON(b)
	return errLeft == nil && errRight == nil && sameJSON(left, right)
}

var condaRule = validators.String{
	Rule:  "The value is YAML text of a conda environment (a mapping with dependencies); read it with file(), or write it with yamlencode().",
	Check: checkConda,
}

var (
	// condaKeys are the keys of a conda environment file.
	condaKeys = []string{"name", "channels", "dependencies", "variables", "prefix", "platforms", "category"}
	// v2Keys are keys of an environment file of Azure ML v2 that no conda file has.
	v2Keys = []string{"$schema", "conda_file", "image", "build"}
)

// checkConda refuses what Azure would fail on 10 to 30 minutes later, in the build
// of the image, or would not even look at. A key that conda does not know is let
// through unless it is a misspelled one: an adopted service may have it.
func checkConda(text string) error {
	members, err := parseConda(text)
	if err != nil {
		return err
	}
	if _, err := condaToJSON(text); err != nil {
		return err
	}
	for _, key := range v2Keys {
		if _, exists := members[key]; exists {
			return atKey(text, key, fmt.Errorf("the key %s belongs to the file of a v2 environment. Give the conda file that its conda_file names", key))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(members)) {
		if meant := misspelled(key); meant != "" {
			return atKey(text, key, fmt.Errorf("a conda environment has no key %s; %s is meant", key, meant))
		}
	}
	switch _, err = pipPackages(members); {
	case errors.Is(err, errDependencies):
		return atKey(text, "dependencies", err)
	case errors.Is(err, errPip):
		return atKey(text, "pip", err)
	}
	return nil
}

var (
	errDependencies = errors.New("dependencies is not a list. Begin each entry with a dash: - python=3.8")
	errPip          = errors.New("pip in dependencies is not a list. Begin each entry with a dash: - azureml-defaults")
)

// atKey adds the line of a key to an error.
func atKey(text, key string, err error) error {
	if line := lineOfKey(text, func(k *yaml.Node) bool { return k.Value == key }); line > 0 {
		return fmt.Errorf("line %d: %w", line, err)
	}
	return err
}

// lineOfKey returns the line of the first key that fits, in any mapping; 0 if there is none.
func lineOfKey(text string, fits func(*yaml.Node) bool) int {
	var document yaml.Node
	if yaml.Unmarshal([]byte(text), &document) != nil {
		return 0
	}
	nodes := []*yaml.Node{&document}
	for len(nodes) > 0 {
		node := nodes[0]
		nodes = append(slices.Clone(node.Content), nodes[1:]...)
		for i := 0; node.Kind == yaml.MappingNode && i < len(node.Content); i += 2 {
			if fits(node.Content[i]) {
				return node.Content[i].Line
			}
		}
	}
	return 0
}

// misspelled returns the key of a conda environment that another one resembles;
// "" if it is such a key or resembles none.
func misspelled(key string) string {
	if slices.Contains(condaKeys, key) {
		return ""
	}
	for _, known := range condaKeys {
		// In a long word one or two wrong letters are a slip; in a short one they make
		// another word.
		if levenshtein.Distance(strings.ToLower(key), known, nil) <= len(known)/5 {
			return known
		}
	}
	return ""
}

// pipPackages returns the entries of the pip list of a conda environment. The error
// says that the dependencies have not the form that conda reads.
func pipPackages(members map[string]any) ([]string, error) {
	dependencies, ok := members["dependencies"].([]any)
	if !ok && members["dependencies"] != nil {
		return nil, errDependencies
	}
	var packages []string
	for _, entry := range dependencies {
		nested, ok := entry.(map[string]any)
		if !ok {
			continue
		}
		pip, ok := nested["pip"].([]any)
		if !ok && nested["pip"] != nil {
			return nil, errPip
		}
		for _, requirement := range pip {
			packages = append(packages, fmt.Sprint(requirement))
		}
	}
	return packages, nil
}

var packageName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*`)

// warnServing warns about an inline environment without the server that answers
// scoring requests. It needs azureml-defaults among the pip packages, or an
// inferencing stack that Azure adds. [contract §20]
func warnServing(environment environmentModel) diag.Diagnostics {
	var diags diag.Diagnostics
	if !environment.InferencingStackVersion.IsNull() {
		return diags
	}
	if environment.CondaDependencies.IsNull() && (values.IsSet(environment.BaseImage) || values.IsSet(environment.BaseDockerfile)) {
		diags.AddAttributeWarning(environmentPath, "The environment has no server",
			"The environment starts from an image of your own, and neither environment.conda_dependencies nor environment.inferencing_stack_version is set. "+
				"Unless the image brings the server that answers scoring requests, the deployment fails after 10 to 30 minutes. "+
				"Set inferencing_stack_version = \"latest\", or conda_dependencies with azureml-defaults among the pip packages.")
		return diags
	}
	if !values.IsSet(environment.CondaDependencies) {
		return diags
	}
	members, err := parseConda(environment.CondaDependencies.ValueString())
	if err != nil {
		return diags
	}
	packages, err := pipPackages(members)
	if err != nil {
		return diags
	}
	for _, requirement := range packages {
		name := strings.ToLower(strings.ReplaceAll(packageName.FindString(strings.TrimSpace(requirement)), "_", "-"))
		if name == "azureml-defaults" || name == "azureml-inference-server-http" {
			return diags
		}
	}
	diags.AddAttributeWarning(environmentPath.AtName("conda_dependencies"), "The environment has no server",
		"The pip packages of environment.conda_dependencies do not name azureml-defaults, and environment.inferencing_stack_version is not set. "+
			"Unless the base image brings the server, the deployment fails after 10 to 30 minutes. Add azureml-defaults to the pip packages, or set inferencing_stack_version.")
	return diags
}
