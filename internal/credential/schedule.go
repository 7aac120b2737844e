// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// minRotateAfter is the shortest maximum age: a run must not find the key due that it has
// just made.
const minRotateAfter = time.Hour

// nextRotation returns when a key that was rotated at this time is due: null without
// a schedule, unknown if that is not known yet. The age of an imported key is not
// known, so its schedule begins with the apply.
func nextRotation(rotatedAt, rotateAfter types.String) types.String {
	switch {
	case rotateAfter.IsNull():
		return types.StringNull()
	case rotateAfter.IsUnknown(), rotatedAt.IsUnknown(), rotatedAt.IsNull():
		return types.StringUnknown()
	}
	at, errAt := time.Parse(time.RFC3339, rotatedAt.ValueString())
	after, errAfter := time.ParseDuration(rotateAfter.ValueString())
	if errAt != nil || errAfter != nil {
		return types.StringUnknown()
	}
	return values.Time(at.Add(after))
}

// planSchedule plans next_rotation_at of a key that is not being rotated. A
// schedule that did not change keeps its date, whatever the clock says now.
func planSchedule(rotatedAt, before, rotateAfter, next types.String) types.String {
	if before.Equal(rotateAfter) {
		return next
	}
	return nextRotation(rotatedAt, rotateAfter)
}

// isDue reports whether a key is too old now. A clock that is wrong cannot make
// it loop: every rotation moves the date by at least an hour into the future of
// the clock that made it, and a clock that is behind only rotates later.
func isDue(now time.Time, next types.String) bool {
	at, err := time.Parse(time.RFC3339, next.ValueString())
	return err == nil && !now.Before(at)
}

// maxSkew is how far the clocks of two machines may be apart unnoticed.
const maxSkew = 10 * time.Minute

// isAhead reports whether a scheduled key was rotated in the future: it will not
// be due for as long as the clocks are apart, and nobody would notice.
func isAhead(now time.Time, rotatedAt, next types.String) bool {
	at, err := time.Parse(time.RFC3339, rotatedAt.ValueString())
	return err == nil && !next.IsNull() && at.After(now.Add(maxSkew))
}

// clocksDiffer warns that the clock of this machine is not that of Azure. Only the former
// decides what is due: the Date of a reply may be a proxy's.
func clocksDiffer(apart time.Duration) diag.Diagnostic {
	here, effect := "behind", "too late"
	if apart < 0 {
		here, effect = "ahead of", "too early"
	}
	return diag.NewWarningDiagnostic("The clock of this machine differs from Azure's", fmt.Sprintf(
		"The clock of this machine is %s %s the Date of Azure's replies. rotate_after and revoke_previous_after count by the clock of this machine, so keys are rotated that much %s. "+
			"Synchronise the clock of this machine, for example by NTP.", apart.Abs().Round(time.Second), here, effect))
}

// ageDays returns how many whole days ago a key was rotated. It is null if that is not
// known, and 0 for a time in the future, by a clock that is behind.
func ageDays(now time.Time, rotatedAt types.String) types.Int64 {
	at, err := time.Parse(time.RFC3339, rotatedAt.ValueString())
	if err != nil {
		return types.Int64Null()
	}
	return types.Int64Value(max(0, int64(now.Sub(at)/(24*time.Hour))))
}
