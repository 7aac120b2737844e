// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// ProviderNamespace stands in front of every action.
const ProviderNamespace = "Microsoft.MachineLearningServices/"

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
	// CertificatePEM has the certificates with keys that may sign a client assertion.
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

// NewPrincipal fills in what a role and a client id say. It fails for an unknown role.
func NewPrincipal(p Principal) (*Principal, error) {
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

// Principal is the first principal that matches; nil if none does.
func (s *State) Principal(match func(*Principal) bool) *Principal {
	if i := slices.IndexFunc(s.Principals, match); i >= 0 {
		return s.Principals[i]
	}
	return nil
}

// May tells whether the principal is allowed an action, given in full.
func (p *Principal) May(action, scope string) bool {
	if !p.Assigned(scope) {
		return false
	}
	matches := func(pattern string) bool { return wildcard(strings.ToLower(pattern), strings.ToLower(action)) }
	return slices.ContainsFunc(p.Actions, matches) && !slices.ContainsFunc(p.NotActions, matches)
}

// AddPrincipal adds a principal, or replaces the one with its client id.
func (s *State) AddPrincipal(p Principal) error {
	principal, err := NewPrincipal(p)
	if err != nil {
		return err
	}
	s.Principals = slices.DeleteFunc(s.Principals, func(old *Principal) bool { return old.ClientID == p.ClientID })
	s.Principals = append(s.Principals, principal)
	return nil
}

// Assigned tells whether the principal's role holds at a scope.
func (p *Principal) Assigned(scope string) bool {
	return len(p.Scopes) == 0 || slices.ContainsFunc(p.Scopes, func(assigned string) bool { return Within(scope, assigned) })
}

// Within tells whether a scope is the assigned one or below it; ids are case-insensitive.
func Within(scope, assigned string) bool {
	scope, assigned = strings.ToLower(scope), strings.ToLower(strings.TrimRight(assigned, "/"))
	return scope == assigned || strings.HasPrefix(scope, assigned+"/")
}

// wildcard matches a pattern. Its "*" stands for any run of characters.
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

// Deployer is the principal that a person deploys with: a contributor, or the first.
func (s *State) Deployer() *Principal {
	i := slices.IndexFunc(s.Principals, func(p *Principal) bool { return p.Role == "Contributor" && p.ClientSecret != "" })
	if i < 0 && len(s.Principals) > 0 {
		i = 0
	}
	if i < 0 {
		return nil
	}
	return s.Principals[i]
}
