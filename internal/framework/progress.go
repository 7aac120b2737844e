// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// LogProgress returns a context in which every wait of the client writes what it
// sees to the log, at info: an image build or an upload takes many minutes, in
// which Terraform says only "Still creating". The line begins with doing and the
// object: LogProgress(ctx, "Creating", "service", "iris").
//
// The state of an operation is followed by the step that it has reached, in
// parentheses, which is logged too. The state of a service is followed by text that
// others wrote, which may hold secrets, so it is left out; errors show it redacted.
func LogProgress(ctx context.Context, doing, kind, name string) context.Context {
	return azureml.WithProgress(ctx, func(p azureml.Progress) {
		state, step, _ := strings.Cut(strings.TrimSuffix(p.State, ")"), " (")
		fields := map[string]any{
			kind: name, "waiting_for": p.What, "state": state, "elapsed": p.Elapsed.Round(time.Millisecond).String(),
		}
		seen := state
		switch {
		case strings.HasPrefix(p.What, "operation ") && step != "":
			fields["step"] = step
			seen += " " + step
		case strings.HasPrefix(p.What, "the upload"):
			seen = p.What + ", " + state
		}
		tflog.Info(ctx, fmt.Sprintf("%s %s %s: %s", doing, kind, name, seen), fields)
	})
}
