// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package permissions lists the actions of Resource Manager that each operation
// needs, and the built-in roles that hold them. Diagnostics, data.mlws_access and the
// guide about roles read the same list.
package permissions

import (
	"slices"
	"strings"
)

// Namespace stands before the name of every action in the list.
const Namespace = "Microsoft.MachineLearningServices/workspaces/"

// Source says where the name of an action is from.
type Source string

const (
	// Documented names are in Microsoft's articles about roles and about authentication.
	Documented Source = "documented"
	// Inferred names follow the pattern of documented ones.
	Inferred Source = "inferred"
)

// Action is one permission.
type Action struct {
	Name   string // in full
	Source Source
	// Possible are the names that an inferred action may have in Azure, in full; "*"
	// stands for any characters. Without them, Name counts as its name.
	Possible []string
}

// Role is a built-in role.
type Role string

// The roles, from the one that may least. AzureML Data Scientist lacks the action
// "read" on the workspace itself: no source says whether its "workspaces/*/read" holds it.
const (
	Reader        Role = "Reader"
	DataScientist Role = "AzureML Data Scientist"
	Contributor   Role = "Contributor"
)

// Operation is something to do in a workspace.
type Operation struct {
	To       string   // completes "to …"
	ACI, AKS []Action // what it needs on services of each type: all of them
	Roles    []Role   // each holds all of them; the one that may least comes first
}

var (
	readers = []Role{Reader, DataScientist, Contributor}
	writers = []Role{DataScientist, Contributor}
)

// The operations. The documented names are those of the contract's §1.4.
var (
	ReadWorkspace = Operation{"read the workspace", documented("read"), documented("read"), []Role{Reader, Contributor}}
	ReadServices  = Operation{
		"read services and their logs",
		inferred("services/read", "services/read", "services/aci/read"),
		inferred("services/read", "services/read", "services/aks/read"), readers,
	}
	WriteService   = Operation{"deploy and change services", documented("services/aci/write"), documented("services/aks/write"), writers}
	DeleteService  = Operation{"delete services", inferred("services/aci/delete"), inferred("services/aks/delete"), writers}
	ListKeys       = Operation{"read the keys of a service", inferred("services/aci/listkeys/action", "services/*/action"), documented("services/aks/listkeys/action"), writers}
	RegenerateKeys = Operation{
		"regenerate a key of a service",
		inferred("services/aci/regenerateKeys/action", "services/*/action"),
		inferred("services/aks/regenerateKeys/action", "services/*/action"), writers,
	}
	FetchToken       = Operation{"fetch a token of a service with token auth", nil, documented("read"), []Role{Reader, Contributor}}
	ReadComputes     = both("look up the compute of a service", readers, "computes/read")
	ReadEnvironments = both("look up a registered environment", readers, "environments/read")
	ReadModels       = both("look up registered models", readers, "models/read")
	WriteModels      = both("register models, and what they and services are made of", writers, "models/write")
	DeleteModels     = both("delete registered models", writers, "models/delete")
	ReadArtifacts    = both("find uploaded code", readers, "metadata/artifacts/read")
	WriteArtifacts   = both("upload code and models", writers, "metadata/artifacts/write")
	ListV2Keys       = both("read the keys of a v2 endpoint", writers, "onlineEndpoints/listKeys/action")
	RegenerateV2Keys = both("set a key of a v2 endpoint", writers, "onlineEndpoints/regenerateKeys/action")
	FetchV2Token     = Operation{"fetch a token of a v2 endpoint", documented("onlineEndpoints/token/action"), documented("onlineEndpoints/token/action"), writers}
)

// All returns all operations, in the order of the guide.
func All() []Operation {
	return []Operation{
		ReadWorkspace, ReadServices, WriteService, DeleteService, ListKeys, RegenerateKeys, FetchToken, ReadComputes,
		ReadEnvironments, ReadModels, WriteModels, DeleteModels, ReadArtifacts, WriteArtifacts, ListV2Keys, RegenerateV2Keys, FetchV2Token,
	}
}

func documented(name string) []Action {
	return []Action{{Name: Namespace + name, Source: Documented}}
}

func inferred(name string, possible ...string) []Action {
	for i := range possible {
		possible[i] = Namespace + possible[i]
	}
	return []Action{{Name: Namespace + name, Source: Inferred, Possible: possible}}
}

// both is an operation that needs the same on both types.
func both(to string, roles []Role, name string) Operation {
	return Operation{to, inferred(name), inferred(name), roles}
}

// Names returns the names that the action may have.
func (a Action) Names() []string {
	if len(a.Possible) > 0 {
		return a.Possible
	}
	return []string{a.Name}
}

// Text names the first action that the operation needs, in full, and the one for ACI
// if that is another.
func (o Operation) Text() string {
	text := o.AKS[0].Name
	if len(o.ACI) > 0 && o.ACI[0].Name != text {
		text += " (" + strings.TrimPrefix(o.ACI[0].Name, Namespace) + " for ACI)"
	}
	return text
}

// RolesWith returns the built-in roles that hold an action, given in full or in part
// as Azure quotes it. For an action that is not listed it goes by the last word.
func RolesWith(action string) []Role {
	for _, operation := range All() {
		if slices.ContainsFunc(slices.Concat(operation.AKS, operation.ACI), func(a Action) bool { return strings.EqualFold(a.Name, action) }) {
			return operation.Roles
		}
	}
	if strings.HasSuffix(strings.ToLower(action), "/read") {
		return readers
	}
	return writers
}
