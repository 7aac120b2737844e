// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// Cleanup bounds what is looked up or cleaned up after an operation that failed
// or was interrupted, when the time of the operation itself may be used up.
const Cleanup = 30 * time.Second

// Timeout is the default of one member of the timeouts attribute, and what the
// documentation says of it.
type Timeout struct {
	Default time.Duration
	Text    string // a full sentence; the default is added
}

// Timeouts are the members of a resource's timeouts attribute. A member without
// a default does not exist.
type Timeouts struct{ Create, Read, Update, Delete Timeout }

// Attribute returns the timeouts attribute.
func (t Timeouts) Attribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: t.Create.exists(), CreateDescription: t.Create.describe(),
		Read: t.Read.exists(), ReadDescription: t.Read.describe(),
		Update: t.Update.exists(), UpdateDescription: t.Update.describe(),
		Delete: t.Delete.exists(), DeleteDescription: t.Delete.describe(),
	})
	nested, ok := attribute.(schema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	for name, member := range nested.Attributes {
		if text, ok := member.(schema.StringAttribute); ok {
			text.Validators = []validator.String{validators.DurationAtLeast(time.Second)}
			nested.Attributes[name] = text
		}
	}
	nested.MarkdownDescription = "How long to wait, as Go durations such as `90m`. A change sends nothing."
	return nested
}

func (t Timeout) exists() bool { return t.Default > 0 }

func (t Timeout) describe() string {
	return fmt.Sprintf("%s Default `%s`.", t.Text, values.FormatDuration(t.Default))
}

// Within bounds a context by one member of a timeouts attribute:
//
//	ctx, cancel := framework.Within(ctx, plan.Timeouts.Create, limits.Create, &resp.Diagnostics)
//	defer cancel()
func Within(ctx context.Context, configured func(context.Context, time.Duration) (time.Duration, diag.Diagnostics), limit Timeout, diags *diag.Diagnostics) (context.Context, context.CancelFunc) {
	timeout, problems := configured(ctx, limit.Default)
	diags.Append(problems...)
	return context.WithTimeout(ctx, timeout)
}

// LogProgress returns a context in which every wait of the client logs the state at info: in
// many minutes, Terraform says only "Still creating". The line begins with doing and the object:
// LogProgress(ctx, "Creating", "service", "iris").
//
// The step of an operation is logged too. The text after the state of a service is not: others
// wrote it, and it may contain secrets.
//
// Each function of also gets the line too: an action shows it to the user.
func LogProgress(ctx context.Context, doing, kind, name string, also ...func(line string)) context.Context {
	return azureml.WithProgress(ctx, func(p azureml.Progress) {
		state, step, _ := strings.Cut(strings.TrimSuffix(p.State, ")"), " (")
		fields := map[string]any{
			kind: name, "waiting_for": p.What, "state": state, "elapsed": p.Elapsed.Round(time.Millisecond).String(),
		}
		line := state
		switch {
		case strings.HasPrefix(p.What, "operation ") && step != "":
			fields["step"] = step
			line += " " + step
		case strings.HasPrefix(p.What, "the upload"):
			line = p.What + ", " + state
		}
		line = fmt.Sprintf("%s %s %s: %s", doing, kind, name, line)
		tflog.Info(ctx, line, fields)
		for _, tell := range also {
			tell(line)
		}
	})
}
