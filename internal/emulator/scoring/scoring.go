// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scoring

import (
	"cmp"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Routes are the operations of the layer. They are below one path per host name that
// Azure would give out: /aci/{label}.{region} for a container group, /aks/{cluster} for
// a cluster.
func (l *Layer) Routes() []api.Route {
	var routes []api.Route
	for _, prefix := range []string{"/aci/{address}", "/aks/{address}/api/v1/service/{name}"} {
		routes = append(routes,
			api.Route{Method: "GET", Pattern: prefix, Operation: "ScoreHealth", Plane: api.PlaneScoring, Subject: l.subject, Handle: l.scoreHealth},
			api.Route{Method: "POST", Pattern: prefix + "/score", Operation: "Score", Plane: api.PlaneScoring, Subject: l.subject, Handle: l.score},
			api.Route{Method: "GET", Pattern: prefix + "/score", Operation: "Score", Plane: api.PlaneScoring, Subject: l.subject, Handle: l.score},
			api.Route{Method: "OPTIONS", Pattern: prefix + "/score", Operation: "Score", Plane: api.PlaneScoring, Subject: l.subject, Handle: l.score},
			api.Route{Method: "GET", Pattern: prefix + "/swagger.json", Operation: "ScoreSwagger", Plane: api.PlaneScoring, Subject: l.subject, Handle: l.scoreSwagger},
		)
	}
	return routes
}

// Path is the part of a scoring URL that names the service.
func Path(svc *state.Service) string {
	if svc.Kind == "ACI" {
		return "/aci/" + svc.Label + "." + state.Region(svc.Doc)
	}
	computeName, _ := svc.Doc["computeName"].(string)
	return "/aks/" + clusterHost(svc.Workspace, computeName) + "/api/v1/service/" + svc.Name
}

func clusterHost(w *state.Workspace, computeName string) string {
	return computeName + "-" + state.Fingerprint(w.ID+"/computes/"+computeName)
}

// subject is the name of the service behind a scoring URL.
func (l *Layer) subject(c *api.Call) string {
	if svc := l.addressed(c); svc != nil {
		return svc.Name
	}
	return ""
}

// addressed finds the service behind a scoring URL.
func (l *Layer) addressed(c *api.Call) (found *state.Service) {
	l.State().Each(func(svc *state.Service) {
		aci := svc.Kind == "ACI" && c.Params["name"] == "" && strings.EqualFold(Path(svc), "/aci/"+c.Param("address"))
		aks := svc.Kind == "AKS" && svc.Name == c.Params["name"] && strings.EqualFold(Path(svc), "/aks/"+c.Param("address")+"/api/v1/service/"+svc.Name)
		if aci || aks {
			found = svc
		}
	})
	return found
}

// scored finds the service that answers a scoring call. A service that was never
// deployed successfully has no containers: 503.
func (l *Layer) scored(c *api.Call) (*state.Service, error) {
	found := l.addressed(c)
	if found == nil {
		return nil, &api.Error{Status: http.StatusNotFound, Code: "NotFound", Message: "Not Found"}
	}
	if found.Live == nil {
		return nil, &api.Error{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Message: "Service Unavailable"}
	}
	return found, nil
}

// admits checks a scoring call's credential against the mode that the running
// containers have.
func (l *Layer) admits(c *api.Call, svc *state.Service) error {
	if svc.Live["authEnabled"] != true && svc.Live["aadAuthEnabled"] != true {
		return nil
	}
	header := c.Request.Header.Get("Authorization")
	if header == "" {
		return &api.Error{Status: http.StatusUnauthorized, Code: "Unauthorized", Message: "Unauthorized, no Auth Header"}
	}
	credential, isBearer := strings.CutPrefix(header, "Bearer ")
	if isBearer && svc.Live["authEnabled"] == true && (sameKey(credential, svc.Primary) || sameKey(credential, svc.Secondary)) {
		return nil
	}
	if isBearer && svc.Live["aadAuthEnabled"] == true && l.AcceptsToken(svc, credential) {
		return nil
	}
	return &api.Error{Status: http.StatusUnauthorized, Code: "Unauthorized", Message: "Unauthorized"}
}

func sameKey(given, key string) bool {
	return key != "" && subtle.ConstantTimeCompare([]byte(given), []byte(key)) == 1
}

func (l *Layer) score(c *api.Call) (*api.Reply, error) {
	svc, err := l.scored(c)
	if err != nil {
		return nil, err
	}
	if err := l.admits(c, svc); err != nil {
		return nil, err
	}
	// The inference server refuses tracing ids beyond its limit.
	for _, name := range []string{"x-ms-request-id", "x-ms-client-request-id"} {
		if len(c.Request.Header.Get(name)) > 100 {
			return nil, &api.Error{Status: http.StatusRequestHeaderFieldsTooLarge, Message: name + " must not exceed 100 characters"}
		}
	}
	byCode := l.Code.runs(svc.Live)
	if c.Request.Method == http.MethodOptions && !byCode {
		return api.OK(nil), nil
	}
	if svc.State == state.Unhealthy || svc.State == state.Unschedulable {
		return nil, &api.Error{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Message: "Service Unavailable"}
	}
	if byCode {
		return l.scoreByCode(c, svc)
	}
	input := json.RawMessage(cmp.Or(string(c.Body), "null"))
	if !json.Valid(input) {
		return nil, &api.Error{Status: http.StatusBadGateway, Message: "Unexpected exception in run(): the input is not JSON"}
	}
	result := map[string]any{"service": svc.Name, "models": state.ModelIDs(svc.Live), "input": input}
	return api.OK(result).With("x-ms-run-function-failed", "False").With("x-ms-run-fn-exec-ms", "1"), nil
}

func (l *Layer) scoreHealth(c *api.Call) (*api.Reply, error) {
	if _, err := l.scored(c); err != nil {
		return nil, err
	}
	return &api.Reply{Status: http.StatusOK, Body: "Healthy", ContentType: "text/plain; charset=utf-8"}, nil
}

// scoreSwagger describes the scoring call as the inference server does: Swagger
// 2, or OpenAPI 3 if the query asks for it.
func (l *Layer) scoreSwagger(c *api.Call) (*api.Reply, error) {
	svc, err := l.scored(c)
	if err != nil {
		return nil, err
	}
	if err := l.admits(c, svc); err != nil {
		return nil, err
	}
	operation := map[string]any{
		"operationId": "RunMLService",
		"responses":   map[string]any{"200": map[string]any{"description": "The service processed the input correctly and provided a result prediction"}},
	}
	body := map[string]any{
		"info":  map[string]any{"title": svc.Name, "version": "1.0"},
		"paths": map[string]any{"/score": map[string]any{"post": operation}},
	}
	if c.Query("version") == "3" {
		body["openapi"] = "3.0.3"
	} else {
		body["swagger"] = "2.0"
	}
	return api.OK(body), nil
}
