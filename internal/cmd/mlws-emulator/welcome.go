// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// welcome prints what it takes to use the emulator. The last line is "ready".
func welcome(out io.Writer, e *emulator.Emulator, seed emulator.Seed, caFile string) error {
	if absolute, err := filepath.Abs(caFile); err == nil {
		caFile = absolute
	}
	var page bytes.Buffer
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&page, format+"\n", args...) }
	line("# The emulator is running. Use it from a shell:")
	line("export MLWS_CA_CERTIFICATE_FILE='%s'", caFile)
	line("export ARM_RESOURCE_MANAGER_ENDPOINT='%s'", e.ResourceManagerURL())
	line("export ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST='%s'", e.AuthorityURL())
	line("export ARM_DISABLE_INSTANCE_DISCOVERY='true'")
	tenant := seed.TenantID
	if tenant == "" {
		tenant = emulator.DefaultTenantID
	}
	line("export ARM_TENANT_ID='%s'", tenant)
	if len(seed.Principals) > 0 {
		p := usual(seed.Principals)
		line("export ARM_CLIENT_ID='%s'", p.ClientID)
		line("export ARM_CLIENT_SECRET='%s'", p.ClientSecret)
	}
	if len(seed.Workspaces) > 0 {
		w := seed.Workspaces[0]
		line("export ARM_SUBSCRIPTION_ID='%s'", w.SubscriptionID)
		line("export MLWS_RESOURCE_GROUP_NAME='%s'", w.ResourceGroup)
		line("export MLWS_WORKSPACE_NAME='%s'", w.Name)
		line("")
		line("# Or paste this into a configuration (and export ARM_CLIENT_SECRET):")
		line("#   provider \"mlws\" {")
		line("#     subscription_id     = %q", w.SubscriptionID)
		line("#     resource_group_name = %q", w.ResourceGroup)
		line("#     workspace_name      = %q", w.Name)
		line("#     tenant_id           = %q", tenant)
		if len(seed.Principals) > 0 {
			line("#     client_id           = %q", usual(seed.Principals).ClientID)
		}
		line("#     disable_instance_discovery = true")
		line("#     endpoints = {")
		line("#       resource_manager    = %q", e.ResourceManagerURL())
		line("#       authority           = %q", e.AuthorityURL())
		line("#       ca_certificate_file = %q", caFile)
		line("#     }")
		line("#   }")
	}
	line("")
	line("# Other clients trust the token endpoint with SSL_CERT_FILE='%s' (it replaces the system's).", caFile)
	line("# Principals (client id, role):")
	for _, p := range seed.Principals {
		line("#   %s  %s", p.ClientID, p.Role)
	}
	for _, w := range seed.Workspaces {
		line("# Workspace %s in %s:", w.Name, w.Location)
		for _, c := range w.Computes {
			line("#   compute     %s", c.Name)
		}
		for _, m := range w.Models {
			line("#   model       %s:%d (%s)", m.Name, m.Version, m.Framework)
		}
		for _, env := range w.Environments {
			line("#   environment %s:%s", env.Name, env.Version)
		}
	}
	line("ready")
	_, err := out.Write(page.Bytes())
	return err
}

// usual is the principal that a person deploys with: a contributor, or the first.
func usual(principals []emulator.Principal) emulator.Principal {
	for _, p := range principals {
		if p.Role == "Contributor" {
			return p
		}
	}
	return principals[0]
}
