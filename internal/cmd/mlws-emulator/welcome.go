// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// welcome prints what it takes to use the emulator. The last line is "ready".
func welcome(out io.Writer, e *emulator.Emulator) error {
	var page bytes.Buffer
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&page, format+"\n", args...) }
	terraform, err := e.Shell("terraform")
	if err != nil {
		return err
	}
	python, err := e.Shell("python")
	if err != nil {
		return err
	}
	line("# The emulator is running: %s shows it in a browser. Use it from a shell:", e.ResourceManagerURL())
	for _, text := range terraform {
		line("%s", text)
	}
	line("")
	line("# Or paste this into a configuration (and export ARM_CLIENT_SECRET):")
	block(line, terraform)
	line("")
	line("# The Python SDK, azureml-core, in a shell of its own (uploads need -blob-host userinfo):")
	for _, text := range python {
		line("#   %s", text)
	}
	line("")
	line("# Other clients trust the token endpoint with SSL_CERT_FILE='%s' (it replaces the system's).", e.CAFile())
	if python := e.Interpreter(); python != "" {
		line("# Uploaded code RUNS ON THIS MACHINE, WITH YOUR RIGHTS, by %s.", python)
	}
	if exposed := e.Exposed(); len(exposed) > 0 {
		line("# OTHER MACHINES REACH IT at %s, and its credentials are public: listen on 127.0.0.1 unless you want that.", strings.Join(exposed, " and "))
	}
	line("# What is here:")
	for _, text := range e.Inventory() {
		line("#   %s", text)
	}
	line("ready")
	_, err = out.Write(page.Bytes())
	return err
}

// block prints a provider block that says what the variables say.
func block(line func(string, ...any), exports []string) {
	values := map[string]string{}
	for _, text := range exports {
		name, value, _ := strings.Cut(strings.TrimPrefix(text, "export "), "=")
		values[name] = strings.ReplaceAll(strings.Trim(value, "'"), `'\''`, "'")
	}
	line("#   provider \"mlws\" {")
	for _, argument := range [][2]string{
		{"subscription_id     ", "ARM_SUBSCRIPTION_ID"},
		{"resource_group_name ", "MLWS_RESOURCE_GROUP_NAME"},
		{"workspace_name      ", "MLWS_WORKSPACE_NAME"},
		{"tenant_id           ", "ARM_TENANT_ID"},
		{"client_id           ", "ARM_CLIENT_ID"},
	} {
		if value := values[argument[1]]; value != "" {
			line("#     %s= %q", argument[0], value)
		}
	}
	line("#     disable_instance_discovery = true")
	line("#     endpoints = {")
	line("#       resource_manager    = %q", values["ARM_RESOURCE_MANAGER_ENDPOINT"])
	line("#       authority           = %q", values["ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST"])
	line("#       ca_certificate_file = %q", values["MLWS_CA_CERTIFICATE_FILE"])
	line("#     }")
	line("#   }")
}
