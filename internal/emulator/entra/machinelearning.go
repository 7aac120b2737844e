// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package entra

import (
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// machineLearningAudiences are the names that Azure Machine Learning's own tokens go by in
// the three clouds. Scoring addresses of endpoints with aad_token take these tokens.
var machineLearningAudiences = []string{"https://ml.azure.com", "https://ml.azure.cn", "https://ml.azure.us"}

func forMachineLearning(audience string) bool {
	return slices.Contains(machineLearningAudiences, strings.TrimRight(audience, "/"))
}

// issuedFor tells whether there are tokens for a resource: Resource Manager, and Azure
// Machine Learning.
func (l *Layer) issuedFor(resource string) bool {
	return l.knownAudience(resource) || forMachineLearning(resource)
}

// MachineLearningPrincipal finds the principal of a token for Azure Machine Learning; nil
// if the token is not one, or has expired.
func (l *Layer) MachineLearningPrincipal(token string) *state.Principal {
	claims, err := l.Verify(token, l.entraIssuer())
	if err != nil {
		return nil
	}
	if audiences, _ := claims.GetAudience(); !slices.ContainsFunc(audiences, forMachineLearning) {
		return nil
	}
	return l.State().Principal(func(p *state.Principal) bool { return p.ClientID == claims["appid"] })
}
