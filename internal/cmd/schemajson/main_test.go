// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

const configuration = `terraform {
  required_providers {
    mlws = { source = "hashicorp/mlws" }
  }
}
`

// For the kinds that the installed Terraform knows, the output is what
// Terraform itself prints for the built provider.
func TestSameAsTerraform(t *testing.T) {
	var printed bytes.Buffer
	if err := run(t.Context(), &printed); err != nil {
		t.Fatal(err)
	}
	ours := decode(t, printed.Bytes())
	theirs := decode(t, terraformSchema(t))
	for kind, want := range theirs {
		if diff := cmp.Diff(want, ours[kind]); diff != "" {
			t.Errorf("%s differs from what Terraform prints (-terraform +schemajson):\n%s", kind, diff)
		}
	}
	if len(theirs) < 3 {
		t.Errorf("Terraform printed only %d kinds: nothing was compared", len(theirs))
	}
	var parsed tfjson.ProviderSchemas
	if err := json.Unmarshal(printed.Bytes(), &parsed); err != nil {
		t.Errorf("the output is not a provider schema document: %v", err)
	}
}

// The schemas stay small: Terraform reads them with every command.
func TestSchemasAreSmall(t *testing.T) {
	t.Parallel()
	var printed bytes.Buffer
	if err := run(t.Context(), &printed); err != nil {
		t.Fatal(err)
	}
	document := decode(t, printed.Bytes())
	for name, test := range map[string]struct {
		document any
		most     int
	}{
		"with descriptions":    {document, 110_000},
		"without descriptions": {undescribed(document), 30_000},
	} {
		encoded, err := json.Marshal(test.document)
		if err != nil {
			t.Fatal(err)
		}
		if len(encoded) > test.most {
			t.Errorf("%s, the schemas have %d bytes of JSON, of at most %d: shorten descriptions", name, len(encoded), test.most)
		}
	}
}

// undescribed returns a document without descriptions and their kinds.
func undescribed(value any) any {
	switch v := value.(type) {
	case map[string]any:
		rest := map[string]any{}
		for name, member := range v {
			if _, isText := member.(string); !isText || name != "description" && name != "description_kind" {
				rest[name] = undescribed(member)
			}
		}
		return rest
	case []any:
		rest := []any{}
		for _, element := range v {
			rest = append(rest, undescribed(element))
		}
		return rest
	}
	return value
}

func decode(t *testing.T, document []byte) map[string]any {
	t.Helper()
	var decoded struct {
		Schemas map[string]map[string]any `json:"provider_schemas"`
	}
	if err := json.Unmarshal(document, &decoded); err != nil {
		t.Fatal(err)
	}
	if decoded.Schemas[address] == nil {
		t.Fatalf("no schema of %s in the document", address)
	}
	// An empty kind may be left out or empty.
	for kind, content := range decoded.Schemas[address] {
		if objects, ok := content.(map[string]any); ok && len(objects) == 0 {
			delete(decoded.Schemas[address], kind)
		}
	}
	return decoded.Schemas[address]
}

func terraformSchema(t *testing.T) []byte {
	t.Helper()
	binaries, dir := t.TempDir(), t.TempDir()
	acctest.BuildProvider(t, binaries)
	cliConfig := filepath.Join(binaries, "terraform.tfrc")
	overrides := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n", address, binaries)
	for file, content := range map[string]string{cliConfig: overrides, filepath.Join(dir, "main.tf"): configuration} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	terraform := exec.Command("terraform", "providers", "schema", "-json")
	terraform.Dir = dir
	terraform.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+cliConfig, "CHECKPOINT_DISABLE=1")
	var stderr bytes.Buffer
	terraform.Stderr = &stderr
	output, err := terraform.Output()
	if err != nil {
		t.Fatalf("terraform providers schema: %v\n%s", err, stderr.String())
	}
	return output
}
