// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

func TestFingerprint(t *testing.T) {
	t.Parallel()
	const secret = "Zm9vYmFyYmF6cXV4"
	salt, other := newSalt(), newSalt()
	print := salt.fingerprint(secret)
	if !regexp.MustCompile(`^argon2id:[0-9a-f]{32}$`).MatchString(print) || strings.Contains(print, secret) {
		t.Errorf("the form: %s", print)
	}
	if print != salt.fingerprint(secret) {
		t.Error("the same secret has another fingerprint")
	}
	if print == salt.fingerprint(secret+"x") {
		t.Error("another secret has the same fingerprint")
	}
	if print == other.fingerprint(secret) {
		t.Error("the salt makes no difference")
	}
}

// The salt is stored as JSON; a fingerprint must survive that.
func TestSaltSurvivesStorage(t *testing.T) {
	t.Parallel()
	salt := newSalt()
	stored, err := json.Marshal(salt)
	if err != nil {
		t.Fatal(err)
	}
	var restored keySalt
	if err := json.Unmarshal(stored, &restored); err != nil {
		t.Fatal(err)
	}
	if salt.fingerprint("x") != restored.fingerprint("x") {
		t.Error("the restored salt gives another fingerprint")
	}
}

// The fingerprint in a state must mean the same to every later version.
func TestFingerprintIsStable(t *testing.T) {
	t.Parallel()
	salt := keySalt("0123456789abcdef")
	if got, want := salt.fingerprint("secret"), "argon2id:2368cec47c11d338017d74c339108110"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func BenchmarkOf(b *testing.B) {
	salt := newSalt()
	for b.Loop() {
		salt.fingerprint("Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4")
	}
}
