// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"bytes"
	"encoding/json"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func TestFingerprint(t *testing.T) {
	t.Parallel()
	const secret = "Zm9vYmFyYmF6cXV4"
	salt, other := newSalt(), newSalt()
	for name, form := range map[string]struct {
		of   func(keySalt, string) string
		want string
	}{
		"slow": {keySalt.slow, `^argon2id:[0-9a-f]{32}$`},
		"fast": {keySalt.fast, `^hmac-sha256:[0-9a-f]{64}$`},
	} {
		print := form.of(salt, secret)
		if !regexp.MustCompile(form.want).MatchString(print) || strings.Contains(print, secret) {
			t.Errorf("%s: the form: %s", name, print)
		}
		if !salt.fits(print, secret) || salt.renew(print, secret) != print {
			t.Errorf("%s: the same secret has another fingerprint", name)
		}
		if salt.fits(print, secret+"x") || salt.renew(print, secret+"x") != salt.slow(secret+"x") {
			t.Errorf("%s: another secret has the same fingerprint, or not a slow one", name)
		}
		if other.fits(print, secret) {
			t.Errorf("%s: the salt makes no difference", name)
		}
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
	if salt.slow("x") != restored.slow("x") || salt.fast("x") != restored.fast("x") {
		t.Error("the restored salt gives another fingerprint")
	}
}

// The fingerprint in a state must mean the same to every later version.
func TestFingerprintIsStable(t *testing.T) {
	t.Parallel()
	salt := keySalt("0123456789abcdef")
	if got, want := salt.slow("secret"), "argon2id:2368cec47c11d338017d74c339108110"; got != want {
		t.Errorf("slow: got %s, want %s", got, want)
	}
	if got, want := salt.fast("secret"), "hmac-sha256:59fa6a4dccc441a2ceb3d563296276a0a2293d927d294d695cca0ca3c3556b35"; got != want {
		t.Errorf("fast: got %s, want %s", got, want)
	}
}

// A slow fingerprint needs 19 MiB, and Terraform refreshes ten objects at once.
func TestOneSlowFingerprintAtATime(t *testing.T) {
	salt := newSalt()
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() { salt.slow("secret") })
	}
	done := make(chan struct{})
	go func() {
		all.Wait()
		close(done)
	}()
	stacks, most, looks := make([]byte, 1<<20), 0, 0
	for waiting := true; waiting; looks++ {
		select {
		case <-done:
			waiting = false
		default:
			n := runtime.Stack(stacks, true)
			most = max(most, bytes.Count(stacks[:n], []byte("argon2.IDKey(")))
		}
	}
	if most != 1 {
		t.Errorf("%d at once, of %d looks", most, looks)
	}
}

func BenchmarkFingerprint(b *testing.B) {
	salt := newSalt()
	for name, of := range map[string]func(string) string{"slow": salt.slow, "fast": salt.fast} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				of("Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4")
			}
		})
	}
}
