// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Authorize refuses with 403, in the text that Resource Manager uses, if the principal
// may not do the action on the scope. An action without a provider is one of
// Microsoft.MachineLearningServices.
func Authorize(p *state.Principal, action, scope string, on Plane) error {
	full := action
	if !strings.HasPrefix(action, "Microsoft.") {
		full = state.ProviderNamespace + action
	}
	if p.May(full, scope) {
		return nil
	}
	code := "Forbidden" // the flat API's own 403 is not described anywhere: the text is Resource Manager's
	if on == PlaneARM {
		code = "AuthorizationFailed"
	}
	return &Error{Status: http.StatusForbidden, Code: code, Message: fmt.Sprintf(
		"The client '%s' with object id '%s' does not have authorization to perform action '%s' over scope '%s' or the scope is invalid. "+
			"If access was recently granted, please refresh your credentials.", p.ClientID, p.ObjectID, full, scope)}
}
