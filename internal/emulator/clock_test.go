// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// stopped is a clock that stands still until the emulator's own is advanced.
type stopped struct{ at time.Time }

func (c stopped) Now() time.Time { return c.at }

// A service token is good for twelve hours after the time to refresh it, to the
// second, and its two times are epoch seconds.
func TestServiceTokenTimes(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s := open(t, emulator.WithClock(stopped{start}), emulator.WithOperationDuration(0))
	service := s.deploy(aks("svc", "authEnabled", false, "aadAuthEnabled", true))
	reply := s.call("POST", "/services/svc/token", nil)
	refresh, expiry := reply.json["refreshAfter"].(float64), reply.json["expiryOn"].(float64)
	if reply.status != http.StatusCreated || reply.json["tokenType"] != "Bearer" || int64(refresh) != start.Add(12*time.Hour).Unix() || expiry-refresh != 12*3600 {
		t.Fatalf("%d, refreshAfter %.0f, expiryOn %.0f", reply.status, refresh, expiry)
	}
	token := reply.json["accessToken"].(string)
	claims := jwt.MapClaims{}
	parsed, _, err := jwt.NewParser().ParseUnverified(token, claims)
	if err != nil || parsed.Method.Alg() != "RS256" || claims["exp"] != expiry || claims["aud"] != s.scope+"/services/svc" {
		t.Errorf("%v %v", claims, err)
	}
	for _, step := range []struct {
		forward time.Duration
		want    int
	}{{0, 200}, {13 * time.Hour, 200}, {11*time.Hour - time.Second, 200}, {time.Second, 401}, {time.Hour, 401}, {-2 * time.Hour, 200}} {
		s.e.AdvanceClock(step.forward)
		if got := s.score(service, token); got != step.want {
			t.Errorf("%s after the start: %d, want %d", s.e.Now().Sub(start), got, step.want)
		}
	}
}

func TestTokenCallsOnOtherModes(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aci("on-aci", "authEnabled", true))
	s.deploy(aci("open-aci"))
	s.deploy(aks("keyed"))
	s.deploy(aks("tokened", "authEnabled", false, "aadAuthEnabled", true))
	for _, c := range []struct {
		path, code string
		body       any
	}{
		{"/services/on-aci/token", "TokenAuthenticationNotSupported", nil},
		{"/services/keyed/token", "TokenAuthenticationNotEnabled", nil},
		{"/services/open-aci/listkeys", "AuthenticationNotEnabled", nil},
		{"/services/tokened/listkeys", "AuthenticationNotEnabled", nil},
		{"/services/tokened/regenerateKeys", "AuthenticationNotEnabled", object{"keyType": "Primary"}},
		{"/services/keyed/regenerateKeys", "InvalidValue", object{"keyType": "Tertiary"}},
		{"/services/keyed/regenerateKeys", "InvalidValue", object{"keyType": 2}},
		{"/services/keyed/regenerateKeys", "InvalidType", object{"keyType": true}},
		{"/services/keyed/regenerateKeys", "MissingField", object{"keyValue": "x"}},
		{"/services/keyed/regenerateKeys", "InvalidType", object{"keyType": "Primary", "keyValue": 1}},
		{"/services/keyed/regenerateKeys", "UnknownField", object{"keyType": "Primary", "slot": 1}},
	} {
		reply := s.call("POST", c.path, c.body)
		if code, _, _ := reply.problem(); reply.status != http.StatusBadRequest || code != c.code {
			t.Errorf("%s %v: %d %s, want 400 %s", c.path, c.body, reply.status, reply.raw, c.code)
		}
	}
	if reply := s.call("POST", "/services/missing/listkeys", nil); reply.status != http.StatusNotFound {
		t.Errorf("keys of a missing service: %d", reply.status)
	}
}

// The slot that is asked for changes, by name in any case or by number, to a
// random or to a chosen value, when the operation has ended.
func TestRegenerate(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithClock(stopped{time.Now()}), emulator.WithOperationDuration(time.Second))
	created := s.call("POST", "/services", aks("svc"))
	s.e.AdvanceClock(time.Second)
	s.succeed(created)
	for _, c := range []struct {
		keyType any
		value   any
		primary bool
	}{{"Primary", nil, true}, {"secondary", nil, false}, {0, "chosen-0", true}, {1, "chosen-1", false}} {
		p, q := s.keys("svc")
		accepted := s.call("POST", "/services/svc/regenerateKeys", object{"keyType": c.keyType, "keyValue": c.value})
		if during, _ := s.keys("svc"); during != p {
			t.Errorf("%v: the key changed before the operation was over", c.keyType)
		}
		if again := s.call("POST", "/services/svc/regenerateKeys", object{"keyType": c.keyType}); again.status != http.StatusConflict {
			t.Errorf("%v: a second regenerate at once: %d", c.keyType, again.status)
		}
		s.e.AdvanceClock(time.Second)
		s.succeed(accepted)
		p2, q2 := s.keys("svc")
		if (p2 != p) != c.primary || (q2 != q) == c.primary {
			t.Errorf("%v: the wrong slot changed", c.keyType)
		}
		changed := map[bool]string{true: p2, false: q2}[c.primary]
		if c.value != nil && changed != c.value || c.value == nil && len(changed) != 32 {
			t.Errorf("%v: the new key is not as asked for", c.keyType)
		}
	}
}

// Each request is held back for the latency.
func TestLatency(t *testing.T) {
	t.Parallel()
	const latency = 30 * time.Millisecond
	s := open(t, emulator.WithLatency(latency))
	begun := time.Now()
	s.do(http.MethodGet, s.e.ResourceManagerURL()+"/_emulator/clock", "", nil)
	if took := time.Since(begun); took < latency {
		t.Errorf("a request took %s, want at least %s", took, latency)
	}
}
