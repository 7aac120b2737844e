// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"crypto/rand"
	"encoding/hex"

	"golang.org/x/crypto/argon2"
)

// The cost of one fingerprint: the minimum that OWASP's password storage cheat sheet
// gives for Argon2id, 19 MiB of memory and two passes, a few dozen milliseconds.
// Generated keys have far more entropy than any dictionary reaches; keys that a
// person has chosen do not, and the cost is for them.
const (
	passes    = 2
	memoryKiB = 19 * 1024
	threads   = 1
	length    = 16 // bytes
)

// keySalt makes the fingerprints of one object incomparable with those of any other.
// It is in private state, so that it is not shown with the fingerprint.
type keySalt []byte

// newSalt returns 16 random bytes.
func newSalt() keySalt {
	s := make(keySalt, 16)
	_, _ = rand.Read(s) // never fails: crypto/rand ends the program instead
	return s
}

// fingerprint returns Argon2id of a secret in 32 hex digits. It tells whether the
// secret is still the same, without telling the secret.
func (s keySalt) fingerprint(secret string) string {
	return "argon2id:" + hex.EncodeToString(argon2.IDKey([]byte(secret), s, passes, memoryKiB, threads, length))
}
