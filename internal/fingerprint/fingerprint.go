// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package fingerprint makes values that tell whether a secret is still the
// same, without telling the secret. It is pure.
package fingerprint

import (
	"crypto/rand"
	"encoding/hex"

	"golang.org/x/crypto/argon2"
)

// The cost of one fingerprint: what OWASP's password storage cheat sheet gives
// as the minimum for Argon2id, 19 MiB of memory and two passes, a few dozen
// milliseconds. Generated keys have far more entropy than any dictionary
// reaches; keys that a person has chosen do not, and the cost is for them.
const (
	passes    = 2
	memoryKiB = 19 * 1024
	threads   = 1
	length    = 16 // bytes
)

// Salt makes the fingerprints of one object incomparable with those of any
// other. It belongs where the fingerprint is not shown.
type Salt []byte

// NewSalt returns 16 random bytes.
func NewSalt() Salt {
	salt := make(Salt, 16)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the program instead
	return salt
}

// Of returns the fingerprint of a secret: Argon2id in 32 hex digits. The same
// salt and secret give the same fingerprint.
func (s Salt) Of(secret string) string {
	return "argon2id:" + hex.EncodeToString(argon2.IDKey([]byte(secret), s, passes, memoryKiB, threads, length))
}
