// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

const (
	keysType  = "mlws_service_keys"
	tokenType = "mlws_service_token"
)

// tokens makes a service on AKS that has token auth, with a token that ends then.
func (l *live) tokens(end time.Time) fields {
	l.workspace.AddService("tokens", workspacetest.Object{"computeType": "AKS", "authEnabled": false, "aadAuthEnabled": true})
	l.workspace.SetToken("the-token", end.Add(-12*time.Hour), end)
	return fields{"service_id": workspacetest.ID + "/services/tokens"}
}

// Both keys, and a token, are read as they are; a service with another mode is
// refused with the rule before anything is asked of it.
func TestCredentialsAreRead(t *testing.T) {
	inMemory(t, "keys", func(t *testing.T, l *live) {
		primary, secondary := l.workspace.Keys("iris")
		for kind, found := range map[string]fields{
			"data": l.ReadData(keysType, fields{"service_id": irisID}), "ephemeral": l.Open(keysType, fields{"service_id": irisID}).Result,
		} {
			if found["primary_key"] != primary || found["secondary_key"] != secondary {
				t.Errorf("%s: the keys are not those of the service", kind)
			}
		}
		l.wantRegenerated("")
	})
	inMemory(t, "token", func(t *testing.T, l *live) {
		config := l.tokens(noon.Add(24 * time.Hour))
		for kind, found := range map[string]fields{"data": l.ReadData(tokenType, config), "ephemeral": l.Open(tokenType, config).Result} {
			if found["access_token"] != "the-token" || found["token_type"] != "Bearer" ||
				found["expiry_on"] != "2026-03-02T12:00:00Z" || found["refresh_after"] != "2026-03-02T00:00:00Z" {
				t.Errorf("%s: %v", kind, found)
			}
		}
	})
	inMemory(t, "the other mode", func(t *testing.T, l *live) {
		config := l.tokens(noon.Add(24 * time.Hour))
		for typeName, config := range map[string]fields{keysType: config, tokenType: {"service_id": irisID}} {
			l.workspace.Forget()
			_, data := l.TryReadData(typeName, config)
			for kind, diags := range map[string][]string{"data": protocoltest.Texts(data), "ephemeral": protocoltest.Texts(l.Open(typeName, config).Diagnostics)} {
				if len(diags) != 1 || !strings.Contains(diags[0], "auth") || !strings.Contains(diags[0], "depends_on") && !strings.Contains(diags[0], "target") {
					t.Errorf("%s %s: %v", kind, typeName, diags)
				}
			}
			for _, call := range l.workspace.Calls() {
				if !strings.HasPrefix(call, "GET ") {
					t.Errorf("%s: %s was sent", typeName, call)
				}
			}
		}
	})
	inMemory(t, "no such service", func(t *testing.T, l *live) {
		for _, typeName := range []string{keysType, tokenType} {
			if _, diags := l.TryReadData(typeName, fields{"service_id": irisID + "2"}); len(diags) != 1 || diags[0].Summary != "Could not read the service" {
				t.Errorf("%s: %v", typeName, protocoltest.Texts(diags))
			}
		}
	})
	inMemory(t, "refused", func(t *testing.T, l *live) {
		config := l.tokens(noon.Add(24 * time.Hour))
		l.workspace.Answer("POST", "/listkeys", -1, workspacetest.Refuse(403, "Forbidden", "no"))
		l.workspace.Answer("POST", "/token", -1, workspacetest.Refuse(403, "Forbidden", "no"))
		for typeName, config := range map[string]fields{keysType: {"service_id": irisID}, tokenType: config} {
			if _, diags := l.TryReadData(typeName, config); len(diags) != 1 || !strings.Contains(diags[0].Detail, "403") {
				t.Errorf("%s: %v", typeName, protocoltest.Texts(diags))
			}
		}
	})
}

// A token is renewed before its refresh, and until its end; one that ends too soon is
// fetched once more, and then refused.
func TestTokenTimes(t *testing.T) {
	inMemory(t, "renewed", func(t *testing.T, l *live) {
		end := noon.Add(24 * time.Hour)
		config := l.tokens(end)
		opened := l.Open(tokenType, config)
		if want := noon.Add(12*time.Hour - time.Minute); !opened.RenewAt.Equal(want) {
			t.Errorf("renewed at %s, want %s", opened.RenewAt, want)
		}
		for now, want := range map[time.Time]time.Time{noon.Add(12 * time.Hour): end, end.Add(-time.Second): end.Add(29 * time.Second)} {
			l.clock.Set(now)
			if again, diags := l.Renew(tokenType, opened); len(diags) > 0 || !again.Equal(want) {
				t.Errorf("at %s: again at %s, want %s, %v", now, again, want, protocoltest.Texts(diags))
			}
		}
		l.clock.Set(end)
		if _, diags := l.Renew(tokenType, opened); len(diags) != 1 || !strings.Contains(diags[0].Detail, "expired at 2026-03-02T12:00:00Z") {
			t.Errorf("after its end: %v", protocoltest.Texts(diags))
		}
	})
	inMemory(t, "its refresh has passed", func(t *testing.T, l *live) {
		config := l.tokens(noon.Add(time.Hour))
		if opened := l.Open(tokenType, config); !opened.RenewAt.Equal(noon.Add(30 * time.Second)) {
			t.Errorf("renewed at %s", opened.RenewAt)
		}
	})
	for name, tc := range map[string]struct {
		left    time.Duration
		minimum any
		says    string
		calls   int
	}{
		"long enough":                  {5 * time.Minute, nil, "", 1},
		"too short":                    {5*time.Minute - time.Second, nil, "is valid for 4m59s more, and min_remaining asks for 5m0s", 2},
		"short enough for this one":    {time.Minute, "1m", "", 1},
		"too short for this one":       {time.Hour, "2h", "asks for 2h0m0s", 2},
		"none is needed, and has none": {-time.Minute, "0s", "1m0s", 2},
	} {
		inMemory(t, name, func(t *testing.T, l *live) {
			config := with(l.tokens(noon.Add(tc.left)), fields{"min_remaining": tc.minimum})
			opened := l.Open(tokenType, config)
			said := strings.Join(protocoltest.Texts(opened.Diagnostics), "\n")
			if (opened.Result == nil) != (tc.says != "") || !strings.Contains(said, tc.says) {
				t.Errorf("opened: %t, %s", opened.Result != nil, said)
			}
			if got := len(l.workspace.Sent("POST", "/token")); got != tc.calls {
				t.Errorf("%d tokens were fetched, want %d", got, tc.calls)
			}
		})
	}
}

// The action regenerates one slot: the one that is named, or the one that does not
// hold the key in use.
func TestRegenerateActionChoosesTheSlot(t *testing.T) {
	digest := func(key string) string {
		sum := sha256.Sum256([]byte(key))
		return hex.EncodeToString(sum[:])
	}
	inMemory(t, "each way", func(t *testing.T, l *live) {
		primary, secondary := l.workspace.Keys("iris")
		for _, tc := range []struct {
			name   string
			config fields
			want   string // the slot, or an error
		}{
			{"the one in use", fields{"in_use_key_sha256": digest(secondary)[:16]}, "Primary"},
			{"upper case", fields{"in_use_key_sha256": strings.ToUpper(digest(secondary))}, "Primary"},
			{"named", fields{"key_type": "Secondary"}, "Secondary"},
			{"nobody's key", fields{"in_use_key_sha256": digest(primary)}, "No slot has the key that is in use"},
			{"both", fields{"in_use_key_sha256": digest(primary), "key_type": "Primary"}, "one (and only one)"},
			{"too short", fields{"in_use_key_sha256": digest(primary)[:15]}, "16 to 64 hex digits"},
		} {
			progress, diags := l.Invoke("mlws_regenerate_key", with(tc.config, fields{"service_id": irisID}))
			said := strings.Join(append(progress, protocoltest.Texts(diags)...), "\n")
			if regenerated := l.regenerated(); regenerated != tc.want && (regenerated != "" || !strings.Contains(said, tc.want)) {
				t.Errorf("%s: regenerated %q, %s", tc.name, regenerated, said)
			} else if step := "Regenerating the " + tc.want + " key of service iris: "; regenerated != "" && !strings.Contains(said, step) {
				t.Errorf("%s: the user does not see the wait, only: %s", tc.name, said)
			}
		}
	})
	inMemory(t, "one key in both slots", func(t *testing.T, l *live) {
		primary, _ := l.workspace.Keys("iris")
		l.workspace.SetKeys("iris", primary, primary)
		if _, diags := l.Invoke("mlws_regenerate_key", fields{"service_id": irisID, "in_use_key_sha256": digest(primary)}); len(diags) != 1 || !strings.Contains(diags[0].Summary, "Both slots") {
			t.Errorf("%v", protocoltest.Texts(diags))
		}
		l.wantRegenerated("")
	})
	inMemory(t, "key auth is off", func(t *testing.T, l *live) {
		l.workspace.EditService("iris", workspacetest.Object{"authEnabled": false})
		for _, config := range []fields{{"key_type": "Primary"}, {"in_use_key_sha256": digest("x")}} {
			if _, diags := l.Invoke("mlws_regenerate_key", with(config, fields{"service_id": irisID})); len(diags) != 1 || !strings.Contains(diags[0].Detail, "auth_enabled = true") {
				t.Errorf("%v", protocoltest.Texts(diags))
			}
		}
		l.wantRegenerated("")
	})
}
