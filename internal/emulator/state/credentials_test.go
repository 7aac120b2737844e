// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"testing"
	"time"
)

// A key has its own age, and a rotation is a replacement of a key that was there.
func TestSetKeys(t *testing.T) {
	t.Parallel()
	at := func(hour int) time.Time { return time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC) }
	svc := &Service{}
	svc.SetKeys("a", "b", at(1))
	svc.SetKeys("a", "c", at(2))
	svc.SetKeys("a", "c", at(3))
	if !svc.PrimarySince.Equal(at(1)) || !svc.SecondarySince.Equal(at(2)) {
		t.Errorf("since %v and %v", svc.PrimarySince, svc.SecondarySince)
	}
	if len(svc.Rotations) != 1 || svc.Rotations[0] != (Rotation{Slot: SlotSecondary, At: at(2)}) {
		t.Errorf("rotations: %v", svc.Rotations)
	}
	svc.SetKeys("", "", at(4))
	svc.SetKeys("d", "e", at(5))
	if len(svc.Rotations) != 3 || !svc.PrimarySince.Equal(at(5)) {
		t.Errorf("replaced as a whole: %v, since %v", svc.Rotations, svc.PrimarySince)
	}
	for i := range 30 {
		svc.SetKeys("x", string(rune('A'+i)), at(i))
	}
	if last := svc.Rotations[len(svc.Rotations)-1]; len(svc.Rotations) != maxRotations || !last.At.Equal(at(29)) {
		t.Errorf("%d rotations, the last at %v", len(svc.Rotations), last.At)
	}
}

// Tokens are remembered until they expire, the latest ones.
func TestHandOut(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	svc := &Service{}
	if got := svc.ValidTokens(start); got == nil || len(got) != 0 {
		t.Errorf("at first: %v", got)
	}
	for i := range maxHandedOut + 10 {
		issued := start.Add(time.Duration(i) * time.Minute)
		svc.HandOut(HandedOut{Issued: issued, Expires: issued.Add(24 * time.Hour)})
	}
	valid := svc.ValidTokens(start.Add(24 * time.Hour))
	if len(valid) != maxHandedOut || !valid[0].Issued.Equal(start.Add((maxHandedOut+9)*time.Minute)) {
		t.Errorf("%d are valid, the first of %v", len(valid), valid[0].Issued)
	}
	if left := svc.ValidTokens(start.Add(24*time.Hour + 30*time.Minute)); len(left) != maxHandedOut-21 {
		t.Errorf("half an hour later %d are valid", len(left))
	}
	svc.HandOut(HandedOut{Issued: start.Add(48 * time.Hour), Expires: start.Add(72 * time.Hour)})
	if len(svc.Tokens) != 1 {
		t.Errorf("%d are remembered, and all but one have expired", len(svc.Tokens))
	}
}
