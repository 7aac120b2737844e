// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// reporting has the progress of an upload written to the log, at info: in the
// many minutes that a large model takes Terraform says nothing but "Still creating".
func reporting(ctx context.Context, name string) context.Context {
	return azureml.WithProgress(ctx, func(p azureml.Progress) {
		tflog.Info(ctx, fmt.Sprintf("Registering model %s: %s, %s", name, p.What, p.State), map[string]any{
			"model": name, "waiting_for": p.What, "state": p.State, "elapsed": p.Elapsed.Round(time.Millisecond).String(),
		})
	})
}
