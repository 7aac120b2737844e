// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package resourceid parses and prints the Azure resource ids that this
// provider refers to workspaces and services by. It is pure: no API, no Terraform.
package resourceid

import (
	"fmt"
	"regexp"
	"strconv"
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

// OnlineEndpoint identifies an online endpoint (v2) of a workspace.
type OnlineEndpoint struct {
	Workspace Workspace
	// Name is the name of the endpoint, unique in its region.
	Name string
}

// String returns the full id: {workspace id}/onlineEndpoints/{name}.
func (e OnlineEndpoint) String() string { return e.Workspace.String() + "/onlineEndpoints/" + e.Name }

// Model returns the id of a version of a model of this workspace.
func (w Workspace) Model(name string, version int64) Model {
	return Model{Workspace: w, Name: name, Version: version}
}

// Model identifies one registered version of a model.
type Model struct {
	Workspace Workspace
	// Name is the name of the model.
	Name string
	// Version is its number, which the workspace assigned.
	Version int64
}

// String returns the full id: {workspace id}/models/{name}:{version}.
func (m Model) String() string { return m.Workspace.String() + "/models/" + m.ModelID() }

// ModelID returns name:version, which is how a service names its models.
func (m Model) ModelID() string { return m.Name + ":" + strconv.FormatInt(m.Version, 10) }

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

// ParseOnlineEndpoint parses the full id of an online endpoint. See ParseWorkspace for
// case and errors.
func ParseOnlineEndpoint(id string) (OnlineEndpoint, error) {
	names, err := parse(id, "subscriptions", "resourceGroups", "providers", "workspaces", "onlineEndpoints")
	if err != nil {
		return OnlineEndpoint{}, fmt.Errorf("%q is not the id of an online endpoint: %w; expected "+
			"/subscriptions/{subscription id}/resourceGroups/{resource group}/providers/%s/workspaces/{workspace}/onlineEndpoints/{endpoint}",
			id, err, machineLearningNamespace)
	}
	return OnlineEndpoint{Workspace: workspaceOf(names), Name: names[4]}, nil
}

// ParseModel parses the full id of a model version. See ParseWorkspace for case
// and errors.
func ParseModel(id string) (Model, error) {
	names, err := parse(id, "subscriptions", "resourceGroups", "providers", "workspaces", "models")
	var model Model
	if err == nil {
		model, err = ParseModelID(names[4])
	}
	if err != nil {
		return Model{}, fmt.Errorf("%q is not a model id: %w; expected "+
			"/subscriptions/{subscription id}/resourceGroups/{resource group}/providers/%s/workspaces/{workspace}/models/{name}:{version}",
			id, err, machineLearningNamespace)
	}
	model.Workspace = workspaceOf(names)
	return model, nil
}

var modelIDPattern = regexp.MustCompile(`^([a-zA-Z0-9][a-zA-Z0-9\-._]{0,254}):([1-9][0-9]{0,17})$`)

// ParseModelID parses name:version; the workspace stays empty.
func ParseModelID(text string) (Model, error) {
	parts := modelIDPattern.FindStringSubmatch(text)
	if parts == nil {
		return Model{}, fmt.Errorf("%q is not of the form name:version, such as iris:1", text)
	}
	version, err := strconv.ParseInt(parts[2], 10, 64)
	return Model{Name: parts[1], Version: version}, err
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
