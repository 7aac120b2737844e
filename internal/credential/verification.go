// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/scoring"
)

// verification scores after a rotation to show that it took effect. The scoring
// endpoint learns of new keys a moment after listkeys does, so each check is
// repeated within a bound.
type verification struct {
	bound    time.Duration
	interval time.Duration
	after    string // the last sentences of a failure
}

func newVerification(after string) verification {
	return verification{bound: 2 * time.Minute, interval: time.Second, after: after}
}

// probeBody is a request that no model has to understand: only whether the
// endpoint lets it through counts.
var probeBody = []byte(`{}`)

// The last sentences of a failed verification: an error in a create taints the
// resource, one in an update does not.
const (
	afterCreate = "The rotation itself was made, and the new key is in the state. Terraform marks the resource as tainted, so the next apply rotates again; terraform untaint keeps the new key."
	afterUpdate = "The rotation itself was made, and the new key is in the state."
	afterRevoke = "The previous key was regenerated, and the active key is in the state as before."
)

// run checks three things: the new key is accepted, the old one is refused,
// and the other slot is untouched. Each that fails is an error of its own. An
// endpoint that cannot be reached fails them all, and is waited for once.
func (v verification) run(ctx context.Context, what, uri string, slot azureml.KeyType, before, after azureml.Keys) diag.Diagnostics {
	var diags diag.Diagnostics
	if uri == "" {
		diags.AddError("The rotation could not be verified",
			fmt.Sprintf("The service of %s has no scoring URI yet; it may not be healthy. Set verify = false, or rotate once it is. %s", what, v.after))
		return diags
	}
	other := otherSlot(slot)
	fail := func(check, why string) {
		diags.AddError("Verification of the rotation failed: "+check, fmt.Sprintf("After rotating %s, %s. %s", what, why, v.after))
	}
	why, answered := v.until(ctx, uri, after.Slot(slot), accepted)
	switch {
	case why == "":
	case !answered && ctx.Err() == nil:
		diags.AddError("The rotation could not be verified", fmt.Sprintf("After rotating %s, %s. %s", what, why, v.after))
		return diags
	default:
		fail("the new key is not accepted", why)
	}
	if why, _ := v.until(ctx, uri, before.Slot(slot), refused); why != "" {
		fail("the old key is not refused", why)
	}
	if before.Slot(other) != after.Slot(other) {
		fail("the other slot was changed", fmt.Sprintf("the %s key is another one than before, though only the %s key was to change: somebody else may have rotated it at the same time", other, slot))
	} else if why, _ := v.until(ctx, uri, after.Slot(other), accepted); why != "" {
		fail("the key of the other slot is not accepted", why)
	}
	if ctx.Err() != nil && diags.HasError() {
		// An interrupted verification says nothing, and must not taint a rotation that was made.
		return diag.Diagnostics{diag.NewWarningDiagnostic("The rotation was not verified",
			fmt.Sprintf("The run was interrupted while the rotation of %s was being verified. The new key is in the state.", what))}
	}
	return diags
}

type expectation struct {
	met  func(status int) bool
	want string
}

var (
	// 503 stands for exhausted queues and replicas, and tells nothing of the
	// key; 502 and 504 are failures of the model, behind the check of the key.
	accepted = expectation{func(status int) bool { return !scoring.Refused(status) && status != http.StatusServiceUnavailable }, "accept"}
	refused  = expectation{scoring.Refused, "refuse"}
)

// until asks until the expectation is met, and says why it never was, and
// whether the endpoint has answered at all.
func (v verification) until(ctx context.Context, uri, key string, expected expectation) (why string, answered bool) {
	ctx, cancel := context.WithTimeout(ctx, v.bound)
	defer cancel()
	last := "did not answer"
	for {
		status, err := scoring.Post(ctx, uri, key, probeBody)
		switch {
		case err == nil && expected.met(status):
			return "", true
		case err == nil:
			answered = true
			last = fmt.Sprintf("answered %d", status)
		case ctx.Err() == nil:
			last = "could not be reached (" + err.Error() + "); the machine that runs Terraform must be able to reach it"
		}
		select {
		case <-ctx.Done():
			return fmt.Sprintf("the scoring endpoint did not %s it within %s and last %s", expected.want, v.bound, last), answered
		case <-time.After(v.interval):
		}
	}
}
