// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
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
		return nil, errors.New("the YAML has keys that are not strings")
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
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, errors.New("the YAML has more than one document (a line --- begins another), and an environment is one")
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
