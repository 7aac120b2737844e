// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// subject is a provider with its configuration.
type subject struct {
	name      string
	binary    string
	source    string // as in required_providers
	dir       string // of the configuration and the state
	environ   []string
	emulator  *emulator.Emulator // nil if it sends nothing to one
	usageFile string
	// parallelism is that of applies, which wait for operations; 0 is Terraform's.
	parallelism int
}

// newSubject puts the wrapper where Terraform looks for the provider.
func newSubject(name, binary, source, dir string, environ ...string) (*subject, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	bin, err := os.MkdirTemp(filepath.Dir(dir), "bin-")
	if err != nil {
		return nil, err
	}
	_, typeName, _ := strings.Cut(source, "/")
	if err := os.Symlink(self, filepath.Join(bin, "terraform-provider-"+typeName)); err != nil {
		return nil, err
	}
	cli, usageFile := filepath.Join(bin, "terraform.tfrc"), filepath.Join(bin, "usage")
	override := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n", source, bin)
	environ = append(environ, "PATH="+os.Getenv("PATH"), "HOME="+bin, "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+cli, binaryEnv+"="+binary, usageEnv+"="+usageFile)
	return &subject{name: name, binary: binary, source: source, dir: dir, environ: environ, usageFile: usageFile}, os.WriteFile(cli, []byte(override), 0o600)
}

// operation is one command of terraform.
type operation struct {
	name string
	args []string
	// revision and rotation are variables of the configuration: the first one changes one
	// service, and the second one rotates all keys.
	revision, rotation int
	keysOnly           bool // it does nothing without keys
}

var operations = []operation{
	{name: "create all", args: []string{"apply", "-auto-approve"}},
	{name: "plan, no change", args: []string{"plan", "-detailed-exitcode"}},
	{name: "apply one change", args: []string{"apply", "-auto-approve"}, revision: 1},
	{name: "rotate all", args: []string{"apply", "-auto-approve"}, revision: 1, rotation: 1, keysOnly: true},
	{name: "destroy all", args: []string{"destroy", "-auto-approve"}, revision: 1, rotation: 1},
}

// measurement is what one operation has cost.
type measurement struct {
	subject, operation string
	n                  int
	keys               bool
	usage
	requests map[string]int // by kind
}

func (m measurement) sent() (total int) {
	for count := range maps.Values(m.requests) {
		total += count
	}
	return total
}

// measure runs one operation.
func (s *subject) measure(ctx context.Context, terraform string, o operation, n int, keys bool) (measurement, error) {
	m := measurement{subject: s.name, operation: o.name, n: n, keys: keys, requests: map[string]int{}}
	args := append(slices.Clone(o.args), "-no-color", "-input=false")
	if s.parallelism > 0 && o.args[0] != "plan" {
		args = append(args, fmt.Sprintf("-parallelism=%d", s.parallelism))
	}
	command := exec.CommandContext(ctx, terraform, args...)
	command.Dir = s.dir
	command.Env = append(slices.Clone(s.environ), fmt.Sprintf("TF_VAR_n=%d", n), fmt.Sprintf("TF_VAR_keys=%t", keys),
		fmt.Sprintf("TF_VAR_revision=%d", o.revision), fmt.Sprintf("TF_VAR_rotation=%d", o.rotation))
	if s.emulator != nil {
		s.emulator.ResetRequests()
	}
	output, err := command.CombinedOutput()
	if err != nil {
		return m, fmt.Errorf("%s of %d with %s: %w\n%s", o.name, n, s.name, err, output)
	}
	if s.emulator != nil {
		for _, request := range s.emulator.Requests() {
			m.requests[request.Operation]++
		}
	}
	m.usage, err = takeUsage(s.usageFile)
	return m, err
}

// measureAll runs all operations, from an empty workspace to an empty one.
func (s *subject) measureAll(ctx context.Context, terraform string, n int, keys bool) ([]measurement, error) {
	var all []measurement
	for _, o := range operations {
		if o.keysOnly && !keys {
			continue
		}
		m, err := s.measure(ctx, terraform, o, n, keys)
		if err != nil {
			return all, errors.Join(ctx.Err(), err)
		}
		fmt.Fprintf(os.Stderr, "%s, %d, keys: %t, %s: %.2f s, %s MiB, %d requests\n", s.name, n, keys, o.name, m.CPU.Seconds(), mebibytes(m.Memory), m.sent())
		all = append(all, m)
	}
	return all, nil
}
