// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// minRotateAfter keeps a run from finding the key that it has just made due again.
const minRotateAfter = time.Hour

const (
	rotateAfterDescription = "The maximum age of the key, as a Go duration such as `2160h` (90 days), at least `1h`. " +
		"Once it is over, the next apply rotates the key; nothing happens between runs. " +
		"The age counts from `rotated_at`, or, where that is null (an imported key), from the apply that set `rotate_after`. " +
		"Setting or changing `rotate_after` never rotates in the same apply. Whether the key is due is found out while refreshing, so not with `-refresh=false`."
	nextRotationDescription = "From when on an apply rotates the key (RFC 3339, UTC). Null without `rotate_after`."
)

// timestamp prints a time as all outputs of this package do.
func timestamp(t time.Time) types.String {
	return types.StringValue(t.UTC().Truncate(time.Second).Format(time.RFC3339))
}

// nextRotation is when a key that was rotated at this time is due. Unknown
// where that is not known yet; null where nothing is scheduled.
func nextRotation(rotatedAt, rotateAfter types.String) types.String {
	switch {
	case rotateAfter.IsNull():
		return types.StringNull()
	case rotateAfter.IsUnknown(), rotatedAt.IsUnknown(), rotatedAt.IsNull():
		// An imported key has no known age; its schedule starts with the apply.
		return types.StringUnknown()
	}
	at, errAt := time.Parse(time.RFC3339, rotatedAt.ValueString())
	after, errAfter := time.ParseDuration(rotateAfter.ValueString())
	if errAt != nil || errAfter != nil {
		return types.StringUnknown()
	}
	return timestamp(at.Add(after))
}

// scheduleFrom is nextRotation with a time instead of a recorded one.
func scheduleFrom(now time.Time, rotateAfter types.String) types.String {
	return nextRotation(timestamp(now), rotateAfter)
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
