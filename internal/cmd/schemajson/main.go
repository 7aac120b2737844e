// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command schemajson prints the schemas of this provider in the format of
// `terraform providers schema -json`, for the documentation generator. Asking
// Terraform itself would leave out the object kinds that the installed
// version does not know.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/provider"
)

// address is the one under which tfplugindocs looks a provider up.
const address = "registry.terraform.io/hashicorp/mlws"

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "schemajson:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	schemas, err := schemasOf(ctx, providerserver.NewProtocol6(provider.New("docs")())())
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(schemas)
}

func firstError(diagnostics []*tfprotov6.Diagnostic) error {
	for _, diagnostic := range diagnostics {
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail)
		}
	}
	return nil
}
