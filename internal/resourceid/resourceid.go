// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package resourceid parses and prints the Azure resource ids that this
// provider refers to workspaces and services by. It is pure: no API, no Terraform.
package resourceid

import (
	"fmt"
	"regexp"
	"strings"
)

const machineLearningNamespace = "Microsoft.MachineLearningServices"

// Workspace identifies an Azure Machine Learning workspace.
type Workspace struct {
	// SubscriptionID is the UUID of the subscription.
	SubscriptionID string
	// ResourceGroup is the name of the resource group.
	ResourceGroup string
	// Name is the name of the workspace.
	Name string
}

// String returns the Azure Resource Manager id of the workspace.
func (w Workspace) String() string {
	return fmt.Sprintf("/subscriptions/%s/resourceGroups/%s/providers/%s/workspaces/%s",
		w.SubscriptionID, w.ResourceGroup, machineLearningNamespace, w.Name)
}

// Service returns the id of the named service of this workspace.
func (w Workspace) Service(name string) Service { return Service{Workspace: w, Name: name} }

// Equal reports whether both ids name the same workspace. Azure compares the
// segments of a resource id without regard to case.
func (w Workspace) Equal(other Workspace) bool {
	return strings.EqualFold(w.String(), other.String())
}

// Service identifies a deployed model (a v1 web service) of a workspace.
type Service struct {
	Workspace Workspace
	// Name is the name of the service, unique in its workspace.
	Name string
}

// String returns the full id: {workspace id}/services/{name}.
func (s Service) String() string { return s.Workspace.String() + "/services/" + s.Name }

// Equal reports whether both ids name the same service, ignoring case.
func (s Service) Equal(other Service) bool {
	return strings.EqualFold(s.String(), other.String())
}

var subscriptionPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// ParseWorkspace parses a workspace id. Literal segments are compared without
// regard to case, as Azure Resource Manager does; the names keep their case.
// The error says which part is wrong and shows the expected form.
func ParseWorkspace(id string) (Workspace, error) {
	names, err := parse(id, "subscriptions", "resourceGroups", "providers", "workspaces")
	if err != nil {
		return Workspace{}, fmt.Errorf("%q is not a workspace id: %w; expected "+
			"/subscriptions/{subscription id}/resourceGroups/{resource group}/providers/%s/workspaces/{workspace}",
			id, err, machineLearningNamespace)
	}
	return workspaceOf(names), nil
}

// ParseService parses a full service id. See ParseWorkspace for case and errors.
func ParseService(id string) (Service, error) {
	names, err := parse(id, "subscriptions", "resourceGroups", "providers", "workspaces", "services")
	if err != nil {
		return Service{}, fmt.Errorf("%q is not a service id: %w; expected "+
			"/subscriptions/{subscription id}/resourceGroups/{resource group}/providers/%s/workspaces/{workspace}/services/{service}",
			id, err, machineLearningNamespace)
	}
	return Service{Workspace: workspaceOf(names), Name: names[4]}, nil
}

func workspaceOf(names []string) Workspace {
	return Workspace{SubscriptionID: names[0], ResourceGroup: names[1], Name: names[3]}
}

func parse(id string, literals ...string) ([]string, error) {
	if !strings.HasPrefix(id, "/") {
		return nil, fmt.Errorf("it does not start with /")
	}
	segments := strings.Split(strings.TrimPrefix(id, "/"), "/")
	if len(segments) != 2*len(literals) {
		return nil, fmt.Errorf("it has %d segments instead of %d", len(segments), 2*len(literals))
	}
	names := make([]string, len(literals))
	for i, literal := range literals {
		if !strings.EqualFold(segments[2*i], literal) {
			return nil, fmt.Errorf("segment %q should be %q", segments[2*i], literal)
		}
		if segments[2*i+1] == "" {
			return nil, fmt.Errorf("the name after %q is empty", literal)
		}
		names[i] = segments[2*i+1]
	}
	if !subscriptionPattern.MatchString(names[0]) {
		return nil, fmt.Errorf("the subscription id %q is not a UUID", names[0])
	}
	if !strings.EqualFold(names[2], machineLearningNamespace) {
		return nil, fmt.Errorf("the resource provider %q should be %q", names[2], machineLearningNamespace)
	}
	return names, nil
}
