// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Path scopes. Literal segments match case-insensitively, as ARM ids do.
const (
	workspaceScope  = "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.MachineLearningServices/workspaces/{ws}"
	managementScope = "/modelmanagement/v1.0" + workspaceScope
)

// maxBody bounds what one call may send; the front end's own limit is 100 MB.
const maxBody = 100 << 20

// route serves one operation. action names what the caller must be allowed to
// do, without the "Microsoft.MachineLearningServices/" in front; nil needs no role.
type route struct {
	method, pattern string
	operation       string
	plane           api.Plane
	action          func(*call) string
	handle          func(*call) (*api.Reply, error)

	segments []string
}

type router struct{ routes []*route }

func newRouter() *router {
	r := &router{}
	for _, group := range [][]route{
		entraRoutes(), entraV1Routes(), identityRoutes(), armRoutes(), subscriptionRoutes(), workspaceListRoutes(), discoveryRoutes(), metadataRoutes(), serviceRoutes(), operationRoutes(), keyRoutes(),
		validationRoutes(), modelRoutes(), assetRoutes(), artifactRoutes(), environmentRoutes(), scoringRoutes(), controlRoutes(), pageRoutes(),
	} {
		for _, entry := range group {
			entry.segments = strings.Split(strings.Trim(entry.pattern, "/"), "/")
			r.routes = append(r.routes, &entry)
		}
	}
	return r
}

// action is for a route with an action that does not depend on the call.
func action(name string) func(*call) string { return func(*call) string { return name } }

// call is one request on its way through a handler.
type call struct {
	*Emulator
	request   *http.Request
	route     *route
	params    map[string]string
	body      []byte
	principal *state.Principal
	workspace *state.Workspace
	fault     *Fault // ordered for this call, or nil
}

func (c *call) param(name string) string { return c.params[name] }
func (c *call) query(name string) string { return c.request.URL.Query().Get(name) }

// Object reads the body as one JSON object, and prepares it for its table.
func (c *call) object(described api.Fields) (map[string]any, error) {
	value, err := c.json()
	if err != nil {
		return nil, err
	}
	object, isObject := value.(map[string]any)
	if !isObject {
		return nil, api.Invalid("InvalidRequestBody", "", "The request body must be a JSON object.")
	}
	return described.Tidy(object), nil
}

// json reads the body as one JSON value, with its numbers as json.Number.
func (c *call) json() (any, error) {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(c.body))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, api.Invalid("InvalidRequestBody", "", "The request body is not JSON.")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, api.Invalid("InvalidRequestBody", "", "The request body has something after its JSON value.")
	}
	return value, nil
}

// match finds the route of a path. Without one, known says that other methods
// of the path are served.
func (r *router) match(method string, segments []string) (found *route, params map[string]string, known bool) {
	for _, candidate := range r.routes {
		if params := candidate.match(segments); params != nil {
			if candidate.method == method || candidate.method == "*" {
				return candidate, params, true
			}
			known = true
		}
	}
	return nil, nil, known
}

func (r *route) match(segments []string) map[string]string {
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

// aboutService tells whether calls of an operation are about one service.
func (r *router) aboutService(operation string) bool {
	if operation == "CreateService" || operation == "GetOperation" {
		return true
	}
	return slices.ContainsFunc(r.routes, func(entry *route) bool {
		return entry.operation == operation && (entry.plane == api.PlaneScoring || strings.Contains(entry.pattern, "/services/{name}") || strings.Contains(entry.pattern, "/validate/name/{name}"))
	})
}

// operations names every operation that faults can be ordered for.
func (r *router) operations() []string {
	names := map[string]bool{}
	for _, operation := range blobOperations {
		names[operation] = true
	}
	for _, entry := range r.routes {
		if entry.plane != api.PlaneControl {
			names[entry.operation] = true
		}
	}
	return state.SortedKeys(names)
}

// split cuts an escaped path into unescaped segments: a model id travels as
// one segment, with its colon (and a slash, if need be) percent-encoded.
func split(escaped string) []string {
	segments := strings.Split(strings.Trim(escaped, "/"), "/")
	for i, segment := range segments {
		if plain, err := url.PathUnescape(segment); err == nil {
			segments[i] = plain
		}
	}
	return segments
}

// unserved is the answer to a path without a route: 501 within the APIs that
// the emulator stands for, 404 elsewhere.
func unserved(segments []string, known bool) (api.Plane, error) {
	first := strings.ToLower(segments[0])
	p := api.PlaneData
	switch {
	case first == "subscriptions" || first == "providers":
		p = api.PlaneARM
	case first == "artifact":
		p = api.PlaneArtifact
	case first == "modelmanagement" || first == "environment" || first == "rp" || first == "history":
	case known:
		return p, &api.Error{Status: http.StatusMethodNotAllowed, Code: "MethodNotAllowed", Message: "This path does not answer to this method."}
	default:
		return p, api.NotFound("The emulator has nothing under this path.")
	}
	return p, api.NotImplemented("The emulator does not implement this operation.")
}
