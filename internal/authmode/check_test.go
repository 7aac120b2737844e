// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package authmode_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
)

var (
	n = types.BoolNull()
	u = types.BoolUnknown()
	f = types.BoolValue(false)
	t = types.BoolValue(true)
)

// outcome is what one cell of the truth table comes to.
type outcome struct {
	planAuth, planToken types.Bool
	verdict             string
}

const (
	ok       = ""
	open     = "warning auth_enabled"
	noTokens = "error token_auth_enabled"
	both     = "error token_auth_enabled"
)

type cell struct{ auth, token types.Bool }

var truthTable = map[authmode.Compute]map[cell]outcome{
	authmode.ACI: {
		{n, n}: {f, f, open}, {n, u}: {f, u, open}, {n, f}: {f, f, open}, {n, t}: {f, t, noTokens},
		{u, n}: {u, f, ok}, {u, u}: {u, u, ok}, {u, f}: {u, f, ok}, {u, t}: {u, t, noTokens},
		{f, n}: {f, f, open}, {f, u}: {f, u, open}, {f, f}: {f, f, open}, {f, t}: {f, t, noTokens},
		{t, n}: {t, f, ok}, {t, u}: {t, u, ok}, {t, f}: {t, f, ok}, {t, t}: {t, t, noTokens},
	},
	authmode.AKS: {
		{n, n}: {t, f, ok}, {n, u}: {u, u, ok}, {n, f}: {t, f, ok}, {n, t}: {f, t, ok},
		{u, n}: {u, f, ok}, {u, u}: {u, u, ok}, {u, f}: {u, f, ok}, {u, t}: {u, t, ok},
		{f, n}: {f, f, open}, {f, u}: {f, u, ok}, {f, f}: {f, f, open}, {f, t}: {f, t, ok},
		{t, n}: {t, f, ok}, {t, u}: {t, u, ok}, {t, f}: {t, f, ok}, {t, t}: {t, t, both},
	},
}

var flags = []types.Bool{n, u, f, t}

func TestTruthTable(tt *testing.T) {
	for _, c := range []authmode.Compute{authmode.ACI, authmode.AKS} {
		if len(truthTable[c]) != len(flags)*len(flags) {
			tt.Fatalf("%s: the table has %d cells instead of 16", c, len(truthTable[c]))
		}
		for at, want := range truthTable[c] {
			tt.Run(fmt.Sprintf("%s/auth=%s/token=%s", c, at.auth, at.token), func(tt *testing.T) {
				auth, token := authmode.Plan(c, at.auth, at.token)
				if auth != want.planAuth || token != want.planToken {
					tt.Errorf("Plan = %s, %s; want %s, %s", auth, token, want.planAuth, want.planToken)
				}
				if got := verdict(authmode.Check(c, at.auth, at.token)); got != want.verdict {
					tt.Errorf("Check = %q, want %q", got, want.verdict)
				}
			})
		}
	}
}

func verdict(violations []authmode.Violation) string {
	var parts []string
	for _, v := range violations {
		severity := "error"
		if v.Severity == authmode.Warning {
			severity = "warning"
		}
		parts = append(parts, severity+" "+v.Attribute)
	}
	return strings.Join(parts, ", ")
}

// An unknown flag may raise an error only where each value it can still take
// raises one: that is what "no false refusal" means.
func TestUnknownNeverRefusesWhatAValueWouldAllow(tt *testing.T) {
	refused := func(c authmode.Compute, auth, token types.Bool) bool {
		return strings.Contains(verdict(authmode.Check(c, auth, token)), "error")
	}
	resolve := func(flag types.Bool) []types.Bool {
		if flag == u {
			return []types.Bool{n, f, t}
		}
		return []types.Bool{flag}
	}
	for c := range truthTable {
		for at := range truthTable[c] {
			if !refused(c, at.auth, at.token) {
				continue
			}
			for _, auth := range resolve(at.auth) {
				for _, token := range resolve(at.token) {
					if !refused(c, auth, token) {
						tt.Errorf("%s auth=%s token=%s is refused, but auth=%s token=%s is allowed", c, at.auth, at.token, auth, token)
					}
				}
			}
		}
	}
}

// The plan of an accepted configuration must be accepted as well; otherwise the
// check at apply refuses what validate accepted.
func TestPlannedFlagsAreAccepted(tt *testing.T) {
	for c := range truthTable {
		for at := range truthTable[c] {
			auth, token := authmode.Plan(c, at.auth, at.token)
			before, after := verdict(authmode.Check(c, at.auth, at.token)), verdict(authmode.Check(c, auth, token))
			if before != after {
				tt.Errorf("%s auth=%s token=%s: %q becomes %q once planned", c, at.auth, at.token, before, after)
			}
		}
	}
}

func TestMessagesNameRuleAndFix(tt *testing.T) {
	for _, test := range []struct {
		name        string
		violations  []authmode.Violation
		rule, edits []string
	}{
		{"AKS both", authmode.Check(authmode.AKS, t, t), []string{"never both"}, []string{"auth_enabled = false", "remove token_auth_enabled"}},
		{"ACI token", authmode.Check(authmode.ACI, n, t), []string{"AKS only"}, []string{"Remove token_auth_enabled", "mlws_aks_service"}},
		{"AKS open", authmode.Check(authmode.AKS, f, f), []string{"anyone"}, []string{"auth_enabled = true", "token_auth_enabled = true"}},
		{"ACI open", authmode.Check(authmode.ACI, n, n), []string{"default on ACI"}, []string{"auth_enabled = true"}},
	} {
		tt.Run(test.name, func(tt *testing.T) {
			if len(test.violations) != 1 {
				tt.Fatalf("got %d violations, want 1", len(test.violations))
			}
			v := test.violations[0]
			for _, part := range test.rule {
				if !strings.Contains(v.Rule, part) {
					tt.Errorf("rule %q does not say %q", v.Rule, part)
				}
			}
			for _, part := range test.edits {
				if !strings.Contains(v.Fix, part) {
					tt.Errorf("fix %q does not say %q", v.Fix, part)
				}
			}
			if v.Detail() != v.Rule+" "+v.Fix {
				tt.Errorf("Detail = %q", v.Detail())
			}
		})
	}
	if fix := authmode.Check(authmode.ACI, n, n)[0].Fix; strings.Contains(fix, "token") {
		tt.Errorf("on ACI the fix must not offer tokens: %q", fix)
	}
}
