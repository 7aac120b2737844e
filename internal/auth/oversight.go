// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"fmt"
	"slices"
	"strings"
)

// This file guesses mistakes in credentials. The texts begin with a space, so that
// they can follow a sentence, and are empty if there is nothing to say.

// empty names the variables that are set to an empty text.
func (s Settings) empty() string {
	if len(s.EmptyVariables) == 0 {
		return ""
	}
	verb, what := "is", "that the secret does not exist or is not passed to this job"
	if len(s.EmptyVariables) > 1 {
		verb, what = "are", "that the secrets do not exist or are not passed to this job"
	}
	return fmt.Sprintf(" %s %s set but empty. In CI this usually means %s.", list(s.EmptyVariables), verb, what)
}

// passedOver names the methods that were switched on and come after the one that
// is used.
func (s Settings) passedOver(used Method) string {
	position := slices.IndexFunc(rules, func(r rule) bool { return r.method == used })
	text := ""
	for _, asked := range []struct {
		name  string
		value *bool
		first Method
	}{
		{"use_oidc", s.UseOIDC, OIDCToken},
		{"use_aks_workload_identity", s.UseAKSWorkloadIdentity, WorkloadIdentity},
		{"use_msi", s.UseMSI, ManagedIdentity},
	} {
		first := slices.IndexFunc(rules, func(r rule) bool { return r.method == asked.first })
		if isTrue(asked.value) && position < first {
			text += fmt.Sprintf(" %s is true, but was passed over: what the %s needs is set too, and comes first.", asked.name, used)
		}
	}
	return text
}

// whiteSpace names white space around the client secret.
func (s Settings) whiteSpace() string {
	if strings.TrimSpace(s.ClientSecret) == s.ClientSecret {
		return ""
	}
	return " The client secret that was sent begins or ends with white space (a line break, perhaps), which is no part of any secret of Azure."
}

// checkIDs refuses ids with quotes or white space around them, which a shell or
// an .env file has left there.
func (s Settings) checkIDs() error {
	for _, id := range []struct{ name, value string }{{"tenant_id", s.TenantID}, {"client_id", s.ClientID}} {
		if bare := strings.Trim(id.value, "\"' \t\r\n"); bare != id.value {
			return &Error{
				Summary:  "Invalid " + id.name,
				Detail:   fmt.Sprintf("%s has quotes or white space around the id: it is %q. Set it to %s.", named(id.name), id.value, bare),
				Argument: id.name,
			}
		}
	}
	return nil
}
