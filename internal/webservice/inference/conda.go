// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

var (
	// keepConda keeps the state's spelling of the same YAML.
	keepConda = framework.KeepSpelling("Another spelling of the same YAML is not a change.", sameConda)

	condaRule = validators.String{
		Rule: "The value is YAML text of a conda environment (a mapping with dependencies); read it with file(), or write it with yamlencode().",
		Check: func(value string) error {
			_, err := condaToJSON(value)
			return err
		},
	}
)

// condaToJSON turns the YAML text of a conda environment into the inline JSON
// object that the API takes.
func condaToJSON(text string) (json.RawMessage, error) {
	var value map[string]any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		var wrongType *yaml.TypeError
		if errors.As(err, &wrongType) {
			return nil, errors.New("the YAML is not a mapping")
		}
		return nil, fmt.Errorf("the YAML does not parse: %w", err)
	}
	if len(value) == 0 {
		return nil, errors.New("the YAML is empty")
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, errors.New("the YAML has keys that are not strings")
	}
	return encoded, nil
}

// condaToYAML is the inverse, for an environment that Terraform has not
// written. Empty where there are no dependencies.
func condaToYAML(encoded json.RawMessage) string {
	var value map[string]any
	if json.Unmarshal(encoded, &value) != nil || len(value) == 0 {
		return ""
	}
	text, err := yaml.Marshal(value)
	if err != nil {
		return ""
	}
	return string(text)
}

// sameConda reports whether two YAML texts mean the same environment.
func sameConda(a, b string) bool {
	left, errLeft := condaToJSON(a)
	right, errRight := condaToJSON(b)
	return errLeft == nil && errRight == nil && sameJSON(left, right)
}

func sameJSON(a, b json.RawMessage) bool {
	left, errLeft := canonicalJSON(a)
	right, errRight := canonicalJSON(b)
	return errLeft == nil && errRight == nil && bytes.Equal(left, right)
}

// canonicalJSON sorts the keys and drops the white space.
func canonicalJSON(encoded json.RawMessage) ([]byte, error) {
	var value any
	if err := json.Unmarshal(encoded, &value); err != nil {
		return nil, err
	}
	return json.Marshal(value)
}
