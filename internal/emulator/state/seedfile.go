// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v3"
)

// ReadSeed reads a seed from a YAML file (JSON is YAML). Unknown members are
// errors; members left out are empty, except the tenant.
func ReadSeed(path string) (Seed, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Seed{}, fmt.Errorf("read the seed: %w", err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	var seed Seed
	if err := decoder.Decode(&seed); err != nil {
		return Seed{}, fmt.Errorf("read the seed %s: %w", path, err)
	}
	return seed, nil
}

// WriteSeed writes a seed in the form that ReadSeed takes.
func WriteSeed(w io.Writer, seed Seed) error {
	encoder := yaml.NewEncoder(w)
	encoder.SetIndent(2)
	if err := encoder.Encode(seed); err != nil {
		return err
	}
	return encoder.Close()
}
