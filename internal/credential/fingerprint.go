// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
	"sync"

	"golang.org/x/crypto/argon2"
)

// The cost of one slow fingerprint: the minimum that OWASP's password storage cheat
// sheet gives for Argon2id, 19 MiB of memory and two passes, a few dozen milliseconds.
const (
	passes    = 2
	memoryKiB = 19 * 1024
	threads   = 1
	length    = 16 // bytes
)

// Fingerprints begin with how they were made. States of earlier versions have slow ones
// only.
const (
	slowPrefix = "argon2id:"
	fastPrefix = "hmac-sha256:"
)

// hashing is held while a slow fingerprint is made: Terraform refreshes ten objects at
// once, and each would need its own 19 MiB.
var hashing sync.Mutex

// keySalt makes the fingerprints of one object incomparable with those of any other.
// It is in private state, so that it is not shown with the fingerprint.
type keySalt []byte

// newSalt returns 16 random bytes.
func newSalt() keySalt {
	s := make(keySalt, 16)
	_, _ = rand.Read(s) // never fails: crypto/rand ends the program instead
	return s
}

// slow returns Argon2id of a secret in 32 hex digits. It is for secrets that a person has
// chosen, and for those of unknown origin: a guess at them costs time.
func (s keySalt) slow(secret string) string {
	hashing.Lock()
	defer hashing.Unlock()
	return slowPrefix + hex.EncodeToString(argon2.IDKey([]byte(secret), s, passes, memoryKiB, threads, length))
}

// fast returns HMAC-SHA-256 of a secret in 64 hex digits. It is for keys that Azure has
// generated: they have more entropy than any dictionary.
func (s keySalt) fast(generated string) string {
	mac := hmac.New(sha256.New, s)
	_, _ = mac.Write([]byte(generated)) // never fails: see hash.Hash
	return fastPrefix + hex.EncodeToString(mac.Sum(nil))
}

// renew returns the fingerprint of a secret that may have changed since the last one was
// made: that one again if it has not, and otherwise a slow one, because nobody knows
// where the new secret comes from.
func (s keySalt) renew(last, secret string) string {
	if strings.HasPrefix(last, fastPrefix) && sameText(last, s.fast(secret)) {
		return last
	}
	return s.slow(secret)
}

// fits reports whether a fingerprint is that of a secret.
func (s keySalt) fits(fingerprint, secret string) bool {
	if strings.HasPrefix(fingerprint, fastPrefix) {
		return sameText(fingerprint, s.fast(secret))
	}
	return sameText(fingerprint, s.slow(secret))
}

// sameText compares secrets, or their fingerprints, in constant time.
func sameText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
