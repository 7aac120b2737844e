// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

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
			return fmt.Errorf("the key %s belongs to the file of a v2 environment. Give the conda file that its conda_file names", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(members)) {
		if meant := misspelled(key); meant != "" {
			return fmt.Errorf("a conda environment has no key %s; %s is meant", key, meant)
		}
	}
	_, err = pipPackages(members)
	return err
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
		return nil, fmt.Errorf("dependencies is not a list. Begin each entry with a dash: - python=3.8")
	}
	var packages []string
	for _, entry := range dependencies {
		nested, ok := entry.(map[string]any)
		if !ok {
			continue
		}
		pip, ok := nested["pip"].([]any)
		if !ok && nested["pip"] != nil {
			return nil, fmt.Errorf("pip in dependencies is not a list. Begin each entry with a dash: - azureml-defaults")
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
	if !values.IsSet(environment.CondaDependencies) || !environment.InferencingStackVersion.IsNull() {
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
