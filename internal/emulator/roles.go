// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// providerNamespace stands in front of every action.
const providerNamespace = "Microsoft.MachineLearningServices/"

// Principal is an application or a managed identity with what it may do.
type Principal struct {
	ClientID     string `json:"clientId" yaml:"clientId"`
	ClientSecret string `json:"clientSecret" yaml:"clientSecret"`
	DisplayName  string `json:"displayName" yaml:"displayName"`
	ObjectID     string `json:"objectId" yaml:"objectId"` // made from the client id where empty
	// Role is "Owner", "Contributor", "Reader" or empty. Actions and NotActions
	// are added to the role's own; "*" stands for any characters, as in Azure.
	Role       string   `json:"role" yaml:"role"`
	Actions    []string `json:"actions" yaml:"actions"`
	NotActions []string `json:"notActions" yaml:"notActions"`
	// Scopes are the ids that the assignment holds for, with everything below;
	// empty is everywhere.
	Scopes []string `json:"scopes" yaml:"scopes"`
	// CertificatePEM holds the certificates whose keys may sign a client assertion.
	CertificatePEM string `json:"certificatePem" yaml:"certificatePem"`
}

var builtInRoles = map[string]Principal{
	"owner": {Actions: []string{"*"}},
	"contributor": {Actions: []string{"*"}, NotActions: []string{
		"Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write", "Microsoft.Authorization/elevateAccess/Action",
	}},
	"reader": {Actions: []string{"*/read"}},
	"":       {},
}

func newPrincipal(p Principal) (*Principal, error) {
	role, known := builtInRoles[strings.ToLower(p.Role)]
	if !known {
		return nil, fmt.Errorf("seed: principal %s has the unknown role %q; use Owner, Contributor, Reader, or a list of actions", p.ClientID, p.Role)
	}
	if p.ClientID == "" {
		return nil, fmt.Errorf("seed: a principal needs a clientId")
	}
	p.Actions = append(slices.Clone(role.Actions), p.Actions...)
	p.NotActions = append(slices.Clone(role.NotActions), p.NotActions...)
	p.DisplayName = cmp.Or(p.DisplayName, p.ClientID)
	p.ObjectID = cmp.Or(p.ObjectID, uuid.NewSHA1(uuid.NameSpaceURL, []byte(p.ClientID)).String())
	return &p, nil
}

// AddPrincipal adds a principal, or replaces the one with its client id.
func (e *Emulator) AddPrincipal(p Principal) error {
	principal, err := newPrincipal(p)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.store.Principals = slices.DeleteFunc(e.store.Principals, func(old *Principal) bool { return old.ClientID == p.ClientID })
	e.store.Principals = append(e.store.Principals, principal)
	return nil
}

func (s *store) principal(match func(*Principal) bool) *Principal {
	if i := slices.IndexFunc(s.Principals, match); i >= 0 {
		return s.Principals[i]
	}
	return nil
}

// may tells whether the principal is allowed an action, given in full.
func (p *Principal) may(action, scope string) bool {
	if !p.assigned(scope) {
		return false
	}
	matches := func(pattern string) bool { return wildcard(strings.ToLower(pattern), strings.ToLower(action)) }
	return slices.ContainsFunc(p.Actions, matches) && !slices.ContainsFunc(p.NotActions, matches)
}

// assigned tells whether the principal's role holds at a scope.
func (p *Principal) assigned(scope string) bool {
	return len(p.Scopes) == 0 || slices.ContainsFunc(p.Scopes, func(assigned string) bool { return within(scope, assigned) })
}

func within(scope, assigned string) bool {
	scope, assigned = strings.ToLower(scope), strings.ToLower(strings.TrimRight(assigned, "/"))
	return scope == assigned || strings.HasPrefix(scope, assigned+"/")
}

// wildcard matches a pattern whose "*" stands for any run of characters.
func wildcard(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return strings.HasSuffix(text, last)
}

// authorize refuses with 403 in the text that Resource Manager uses.
func (p *Principal) authorize(action, scope string, on api.Plane) error {
	full := action
	if !strings.HasPrefix(action, "Microsoft.") {
		full = providerNamespace + action
	}
	if p.may(full, scope) {
		return nil
	}
	code := "Forbidden" // the flat API's own 403 is not described anywhere: the text is Resource Manager's
	if on == api.PlaneARM {
		code = "AuthorizationFailed"
	}
	return &api.Error{Status: http.StatusForbidden, Code: code, Message: fmt.Sprintf(
		"The client '%s' with object id '%s' does not have authorization to perform action '%s' over scope '%s' or the scope is invalid. "+
			"If access was recently granted, please refresh your credentials.", p.ClientID, p.ObjectID, full, scope)}
}
