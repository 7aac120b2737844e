// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"strconv"
	"strings"
	"time"
)

// OnlineEndpoint is one v2 endpoint. Doc is its wire form without keys and without
// what changes by itself. Live is Doc as the front end has it: scoring follows Live, so
// an update has no effect before its operation has ended. Live is nil until the
// endpoint is created.
type OnlineEndpoint struct {
	Name, Instance, State          string // Instance is new with every create: tokens of a deleted namesake are worthless
	Doc, Live                      map[string]any
	Primary, Secondary             string
	FormerPrimary, FormerSecondary string                   // before the last regenerate, for stale keys
	Deployments                    Table[*OnlineDeployment] // by lower-case name
	Audit                          `json:"Audit"`

	Scored int `json:"-"` // calls that were routed by traffic in this process
}

// OnlineDeployment is one deployment of an endpoint. Doc and Live are as in
// OnlineEndpoint.
type OnlineDeployment struct {
	Name, State string
	Doc, Live   map[string]any
	Failure     *Failure `json:",omitempty"` // of the latest operation
	Audit       `json:"Audit"`

	Running any `json:"-"` // what the executor of code keeps of it in this process
}

// OnlineOperation is one asynchronous change of an endpoint or of a deployment.
type OnlineOperation struct {
	ID         string
	Endpoint   string // lower-case name
	Deployment string `json:",omitempty"` // lower-case name; empty is the endpoint itself
	Progress
	Effect OnlineEffect

	Launch any `json:"-"` // of the code that it deploys, if that is executed
}

// OnlineEffect is what an operation does at its end, beside making Doc live. It is data
// and no function, so that a state file can hold an operation on its way.
type OnlineEffect struct {
	Removes bool   `json:"removes,omitempty"`
	SetsKey bool   `json:"setsKey,omitempty"`
	Primary bool   `json:"primary,omitempty"` // the slot that Key goes to
	Key     string `json:"key,omitempty"`
}

// Code is one version of a v2 code asset, or the container of its versions if
// Version is empty.
type Code struct {
	Name, Version string
	Doc           map[string]any
	Audit         `json:"Audit"`
}

// Audit is what Resource Manager shows as systemData.
type Audit struct {
	CreatedBy, ModifiedBy string
	Created, Modified     time.Time
}

func (e *OnlineEndpoint) key() string   { return strings.ToLower(e.Name) }
func (d *OnlineDeployment) key() string { return strings.ToLower(d.Name) }
func (op *OnlineOperation) key() string { return op.ID }
func (c *Code) key() string             { return CodeKey(c.Name, c.Version) }

// CodeKey is the key of a code asset in its table.
func CodeKey(name, version string) string { return strings.ToLower(name) + ":" + version }

// OnlineEndpoint finds an endpoint; nil if there is none. Names are case-insensitive.
func (w *Workspace) OnlineEndpoint(name string) *OnlineEndpoint {
	return w.OnlineEndpoints[strings.ToLower(name)]
}

// Deployment finds a deployment; nil if there is none. Names are case-insensitive.
func (e *OnlineEndpoint) Deployment(name string) *OnlineDeployment {
	return e.Deployments[strings.ToLower(name)]
}

// AddOnlineEndpoint adds an endpoint, or replaces its namesake.
func (w *Workspace) AddOnlineEndpoint(e *OnlineEndpoint) { w.OnlineEndpoints[e.key()] = e }

// Add adds a deployment, or replaces its namesake.
func (e *OnlineEndpoint) Add(d *OnlineDeployment) { e.Deployments[d.key()] = d }

// SetKey replaces the key of one slot.
func (e *OnlineEndpoint) SetKey(primary bool, value string) {
	e.FormerPrimary, e.FormerSecondary = e.Primary, e.Secondary
	if primary {
		e.Primary = value
	} else {
		e.Secondary = value
	}
}

// DeploymentsOf names the deployments that refer to the id of a model, an environment or
// code, as endpoint/deployment in their order.
func (w *Workspace) DeploymentsOf(id string) []string {
	var found []string
	for _, endpoint := range SortedKeys(w.OnlineEndpoints) {
		e := w.OnlineEndpoints[endpoint]
		for _, name := range SortedKeys(e.Deployments) {
			properties, _ := e.Deployments[name].Doc["properties"].(map[string]any)
			code, _ := properties["codeConfiguration"].(map[string]any)
			for _, reference := range []any{properties["model"], properties["environmentId"], code["codeId"]} {
				if given, _ := reference.(string); strings.EqualFold(given, id) {
					found = append(found, e.Name+"/"+e.Deployments[name].Name)
				}
			}
		}
	}
	return found
}

// VersionID is the id of a model in v2.
func (m *Model) VersionID(w *Workspace) string {
	return w.ID + "/models/" + m.Name + "/versions/" + strconv.Itoa(m.Version)
}
