// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// Fingerprint makes short, stable, address-safe names out of ids.
func Fingerprint(text string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(text)))
	return hex.EncodeToString(sum[:4])
}

const alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// RandomText has the look of the service's keys: mixed-case alphanumerics.
func RandomText(length int) string {
	raw := make([]byte, length)
	_, _ = rand.Read(raw) // never fails since Go 1.24
	for i, b := range raw {
		raw[i] = alphanumerics[int(b)%len(alphanumerics)]
	}
	return string(raw)
}

// SortedKeys are the keys of a map in their order.
func SortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
