// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"slices"
	"time"
)

// The slots of a service's keys.
const (
	SlotPrimary   = "Primary"
	SlotSecondary = "Secondary"
)

const (
	maxRotations = 20
	maxHandedOut = 50
)

// Rotation is one replacement of a key that was there.
type Rotation struct {
	Slot string    `json:"slot"`
	At   time.Time `json:"at"`
}

// HandedOut is a token that a principal was given, without the token.
type HandedOut struct {
	Principal string    `json:"principal"`
	Issued    time.Time `json:"issued"`
	Refresh   time.Time `json:"refresh"`
	Expires   time.Time `json:"expires"`
}

// SetKeys sets both keys, and remembers which of them changed. The last 20
// rotations are kept. An empty key is none.
func (svc *Service) SetKeys(primary, secondary string, at time.Time) {
	if primary != svc.Primary {
		svc.keyChanges(SlotPrimary, svc.Primary, at)
		svc.Primary, svc.PrimarySince = primary, at
	}
	if secondary != svc.Secondary {
		svc.keyChanges(SlotSecondary, svc.Secondary, at)
		svc.Secondary, svc.SecondarySince = secondary, at
	}
}

func (svc *Service) keyChanges(slot, from string, at time.Time) {
	if from == "" {
		return
	}
	svc.Rotations = append(svc.Rotations, Rotation{Slot: slot, At: at})
	svc.Rotations = svc.Rotations[max(0, len(svc.Rotations)-maxRotations):]
}

// HandOut remembers a token. The last 50 that are valid are kept.
func (svc *Service) HandOut(token HandedOut) {
	svc.Tokens = slices.DeleteFunc(append(svc.Tokens, token), func(t HandedOut) bool { return !t.Expires.After(token.Issued) })
	svc.Tokens = svc.Tokens[max(0, len(svc.Tokens)-maxHandedOut):]
}

// ValidTokens are the tokens that have not expired, the latest first.
func (svc *Service) ValidTokens(now time.Time) []HandedOut {
	valid := []HandedOut{}
	for _, t := range slices.Backward(svc.Tokens) {
		if t.Expires.After(now) {
			valid = append(valid, t)
		}
	}
	return valid
}
