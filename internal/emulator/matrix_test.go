// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// credentials of every kind, for one service.
type credentials struct {
	rightKey, otherSlot, oldKey                               string
	rightToken, expiredToken, foreignToken, noneToken, forged string
}

// Every credential against every mode on both compute types. The emulator is
// worth what it refuses.
func TestScoringRefusesEveryWrongCredential(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(time.Millisecond))
	services := map[string]map[string]any{
		"ACI no auth": s.deploy(aci("aci-none", "authEnabled", false)),
		"ACI key":     s.deploy(aci("aci-key", "authEnabled", true)),
		"AKS no auth": s.deploy(aks("aks-none", "authEnabled", false, "aadAuthEnabled", false)),
		"AKS key":     s.deploy(aks("aks-key", "authEnabled", true, "aadAuthEnabled", false)),
		"AKS token":   s.deploy(aks("aks-token", "authEnabled", false, "aadAuthEnabled", true)),
	}
	s.deploy(aks("aks-other", "authEnabled", false, "aadAuthEnabled", true))
	spare := tokenCredentials(s)

	for mode, service := range services {
		name := service["name"].(string)
		c := spare
		c.rightKey, c.otherSlot, c.oldKey = spareKey('a'), spareKey('b'), spareKey('c')
		keyMode, open := service["authEnabled"] == true, mode == "ACI no auth" || mode == "AKS no auth"
		if keyMode {
			c.oldKey, _ = s.keys(name)
			s.succeed(s.call("POST", "/services/"+name+"/regenerateKeys", map[string]any{"keyType": "Primary", "keyValue": nil}))
			c.rightKey, c.otherSlot = s.keys(name)
		}
		tokenMode := mode == "AKS token"
		for _, tried := range []struct {
			what, credential string
			passes           bool
		}{
			{"none", "", open},
			{"wrong key", spareKey('d'), open},
			{"old key", c.oldKey, open},
			{"other slot", c.otherSlot, open || keyMode},
			{"right key", c.rightKey, open || keyMode},
			{"right token", c.rightToken, open || tokenMode},
			{"expired token", c.expiredToken, open},
			{"other service's token", c.foreignToken, open},
			{"garbage JWT", "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl", open},
			{"alg none", c.noneToken, open},
			{"other signer", c.forged, open},
			{"control-plane token", s.bearer, open},
		} {
			want := http.StatusUnauthorized
			if tried.passes {
				want = http.StatusOK
			}
			if got := s.score(service, tried.credential); got != want {
				t.Errorf("%s, %s: %d, want %d", mode, tried.what, got, want)
			}
		}
	}
}

func spareKey(letter byte) string {
	key := make([]byte, 32)
	for i := range key {
		key[i] = letter
	}
	return string(key)
}

// tokenCredentials are about the service aks-token, which is in token mode. The
// expired token is a real one, from before the clock was moved.
func tokenCredentials(s *session) credentials {
	s.t.Helper()
	var c credentials
	c.expiredToken = s.token("aks-token")
	s.e.AdvanceClock(24*time.Hour + time.Second)
	s.bearer = s.e.AccessToken(emulator.OwnerClientID)
	c.rightToken, c.foreignToken = s.token("aks-token"), s.token("aks-other")
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(c.rightToken, claims); err != nil {
		s.t.Fatal(err)
	}
	var err error
	if c.noneToken, err = jwt.NewWithClaims(jwt.SigningMethodNone, claims).SignedString(jwt.UnsafeAllowNoneSignatureType); err != nil {
		s.t.Fatal(err)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		s.t.Fatal(err)
	}
	if c.forged, err = jwt.NewWithClaims(jwt.SigningMethodRS256, claims).SignedString(key); err != nil {
		s.t.Fatal(err)
	}
	return c
}

// A token dies with its service: a new service of the same name refuses it.
func TestTokenOfADeletedNamesake(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	request := aks("again", "authEnabled", false, "aadAuthEnabled", true)
	s.deploy(request)
	old := s.token("again")
	s.succeed(s.call("DELETE", "/services/again", nil))
	service := s.deploy(request)
	if got := s.score(service, old); got != http.StatusUnauthorized {
		t.Errorf("old namesake's token: %d", got)
	}
	if got := s.score(service, s.token("again")); got != http.StatusOK {
		t.Errorf("new token: %d", got)
	}
}

// Scoring follows what runs: a mode switch holds from the end of its operation,
// and a service that was never up answers 503.
func TestScoringFollowsTheRunningContainers(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(time.Hour))
	created := s.call("POST", "/services", aks("switch"))
	early := s.call("GET", "/services/switch", nil)
	if early.json["scoringUri"] != nil {
		t.Errorf("a service without containers has the address %v", early.json["scoringUri"])
	}
	hour := func() {
		s.e.AdvanceClock(time.Hour)
		s.bearer = s.e.AccessToken(emulator.OwnerClientID)
	}
	hour()
	s.succeed(created)
	service := s.call("GET", "/services/switch", nil).json
	key, _ := s.keys("switch")
	switched := s.call("PATCH", "/services/switch", replace("/authEnabled", false, "/aadAuthEnabled", true))
	if got := s.score(service, key); got != http.StatusOK {
		t.Errorf("key while the switch runs: %d", got)
	}
	hour()
	s.succeed(switched)
	if got := s.score(service, key); got != http.StatusUnauthorized {
		t.Errorf("key after the switch: %d", got)
	}
	if got := s.score(service, s.token("switch")); got != http.StatusOK {
		t.Errorf("token after the switch: %d", got)
	}
}

// replace makes a JSON Patch of replacements out of paths and values.
func replace(pairs ...any) []any {
	var patch []any
	for i := 0; i < len(pairs); i += 2 {
		patch = append(patch, map[string]any{"op": "replace", "path": pairs[i], "value": pairs[i+1]})
	}
	return patch
}
