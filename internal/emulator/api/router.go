// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Path scopes. Literal segments match case-insensitively, as ARM ids do.
const (
	WorkspaceScope  = "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.MachineLearningServices/workspaces/{ws}"
	ManagementScope = ManagementPrefix + WorkspaceScope

	// ManagementPrefix is where the model-management API is.
	ManagementPrefix = "/modelmanagement/v1.0"
)

// Route serves one operation.
type Route struct {
	Method  string // "*" is every method
	Pattern string // of segments: literals, {name}, and a last {rest...}
	// Operation names the call in the request log, in faults and in the conformance table.
	Operation string
	// Plane decides how a call is authenticated, and the envelope of its errors.
	Plane Plane
	// Action names what the caller must be allowed to do, without the
	// "Microsoft.MachineLearningServices/" in front; nil needs no role.
	Action func(*Call) string
	// Subject names the service that a call is about, for faults that are ordered for one
	// service; nil if calls are about none. It is called before the caller is known.
	Subject func(*Call) string
	// Reads says that a call changes nothing, although its method is not GET or HEAD.
	Reads  bool
	Handle func(*Call) (*Reply, error)

	segments []string
}

// Action is for a route with an action that does not depend on the call.
func Action(name string) func(*Call) string { return func(*Call) string { return name } }

// Named is the Subject of a path that has the service's name.
func Named(c *Call) string { return c.Param("name") }

// Router finds the route of a request. The first one that matches is taken.
type Router struct{ routes []*Route }

// NewRouter is a router of all routes, in their order.
func NewRouter(groups ...[]Route) *Router {
	r := &Router{}
	for _, group := range groups {
		for _, route := range group {
			route.segments = Split(route.Pattern)
			r.routes = append(r.routes, &route)
		}
	}
	return r
}

// Routes are all routes, in their order.
func (r *Router) Routes() []*Route { return r.routes }

// Match finds the route of a path. Without one, known says that other methods
// of the path are served.
func (r *Router) Match(method string, segments []string) (found *Route, params map[string]string, known bool) {
	for _, candidate := range r.routes {
		if params := candidate.match(segments); params != nil {
			if candidate.Method == method || candidate.Method == "*" {
				return candidate, params, true
			}
			known = true
		}
	}
	return nil, nil, known
}

func (r *Route) match(segments []string) map[string]string {
	params := map[string]string{}
	for i, want := range r.segments {
		if want == "{rest...}" {
			params["rest"] = strings.Join(segments[min(i, len(segments)):], "/")
			return params
		}
		if i >= len(segments) {
			return nil
		}
		if strings.HasPrefix(want, "{") {
			if segments[i] == "" {
				return nil
			}
			params[strings.Trim(want, "{}")] = segments[i]
		} else if !strings.EqualFold(want, segments[i]) {
			return nil
		}
	}
	if len(segments) != len(r.segments) {
		return nil
	}
	return params
}

// AboutService tells whether calls of an operation are about one service.
func (r *Router) AboutService(operation string) bool {
	return slices.ContainsFunc(r.routes, func(route *Route) bool { return route.Operation == operation && route.Subject != nil })
}

// Operations names every operation that is served, sorted, without those of the control API.
func (r *Router) Operations() []string {
	names := map[string]bool{}
	for _, route := range r.routes {
		if route.Plane != PlaneControl {
			names[route.Operation] = true
		}
	}
	return state.SortedKeys(names)
}

// Split cuts an escaped path into unescaped segments: a model id travels as
// one segment, with its colon (and a slash, if need be) percent-encoded.
func Split(escaped string) []string {
	segments := strings.Split(strings.Trim(escaped, "/"), "/")
	for i, segment := range segments {
		if plain, err := url.PathUnescape(segment); err == nil {
			segments[i] = plain
		}
	}
	return segments
}

// Unserved is the answer to a path without a route: 501 within the APIs that
// the emulator stands for, 404 elsewhere.
func Unserved(segments []string, known bool) (Plane, error) {
	first := strings.ToLower(segments[0])
	p := PlaneData
	switch {
	case first == "subscriptions" || first == "providers":
		p = PlaneARM
	case first == "artifact":
		p = PlaneArtifact
	case first == "modelmanagement" || first == "environment" || first == "rp" || first == "history":
	case known:
		return p, &Error{Status: http.StatusMethodNotAllowed, Code: "MethodNotAllowed", Message: "This path does not answer to this method."}
	default:
		return p, NotFound("The emulator has nothing under this path.")
	}
	return p, NotImplemented("The emulator does not implement this operation.")
}
