// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"cmp"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"path"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// deploymentHeader names the deployment that a call is for, whatever its traffic, and in
// the reply the one that has answered.
const deploymentHeader = "azureml-model-deployment"

// Scoring endpoints sit below one path per host name that Azure would give out: the
// endpoint's own on managed compute, and the cluster's on Kubernetes.
func (l *Layer) scoringRoutes() []api.Route {
	var routes []api.Route
	for _, prefix := range []string{"/inference/{address}", "/kubernetes/{address}/api/v1/endpoint/{endpoint}"} {
		for _, method := range []string{"POST", "GET", "OPTIONS"} {
			routes = append(routes, api.Route{Method: method, Pattern: prefix + "/score", Operation: "ScoreOnlineEndpoint", Plane: api.PlaneScoring, Handle: l.score})
		}
		routes = append(routes, api.Route{Method: "GET", Pattern: prefix + "/swagger.json", Operation: "OnlineEndpointSwagger", Plane: api.PlaneScoring, Handle: l.swagger})
	}
	return routes
}

// scoringPath is the part of a scoring URL that names the endpoint.
func scoringPath(w *state.Workspace, e *state.OnlineEndpoint) string {
	if compute := text(properties(e.Doc), "compute"); compute != "" {
		return "/kubernetes/" + strings.ToLower(path.Base(compute)) + "-" + state.Fingerprint(compute) + "/api/v1/endpoint/" + e.Name
	}
	return "/inference/" + e.Name + "." + place(w.Location)
}

// addressed finds the endpoint behind a scoring URL.
func (l *Layer) addressed(c *api.Call) (*state.Workspace, *state.OnlineEndpoint) {
	wanted := "/inference/" + c.Param("address")
	if name := c.Param("endpoint"); name != "" {
		wanted = "/kubernetes/" + c.Param("address") + "/api/v1/endpoint/" + name
	}
	for _, w := range l.State().Workspaces {
		for _, e := range w.OnlineEndpoints {
			if strings.EqualFold(scoringPath(w, e), wanted) && e.Live != nil {
				return w, e
			}
		}
	}
	return nil, nil
}

// refused is an answer of the front end: a text, and its reason in a header.
func refused(status int, reason, message string) error {
	header := http.Header{}
	header.Set("ms-azureml-model-error-reason", reason)
	if status == http.StatusUnauthorized {
		header.Set("WWW-Authenticate", "Bearer")
	}
	return &api.Error{Status: status, Message: message, Header: header}
}

// admits checks the credential of a scoring call against the auth mode that the front
// end has. A v2 endpoint has no open mode.
func (l *Layer) admits(c *api.Call, w *state.Workspace, e *state.OnlineEndpoint) error {
	credential, isBearer := strings.CutPrefix(c.Request.Header.Get("Authorization"), "Bearer ")
	switch mode := text(properties(e.Live), "authMode"); {
	case mode == authKey && (!isBearer || credential == ""):
		return refused(http.StatusUnauthorized, "key_auth_bad_header_forbidden", "key_auth_bad_header_forbidden")
	case mode == authKey:
		if !sameKey(credential, e.Primary) && !sameKey(credential, e.Secondary) {
			return refused(http.StatusUnauthorized, "key_auth_access_denied", "key_auth_access_denied")
		}
	case mode == authAMLToken:
		if !isBearer || !l.acceptsToken(w, e, credential) {
			return refused(http.StatusUnauthorized, "token_auth_access_denied", "The token is missing, has expired, or is for another endpoint.")
		}
	default:
		p := (*state.Principal)(nil)
		if isBearer {
			p = l.Principal(credential)
		}
		if p == nil {
			return refused(http.StatusUnauthorized, "aad_auth_access_denied", "The token is missing, has expired, or is for another audience than https://ml.azure.com.")
		}
		if !p.May(state.ProviderNamespace+endpointActions+"score/action", endpointID(w, e)) {
			return refused(http.StatusForbidden, "aad_auth_access_denied", "The identity may not score: it needs the action "+state.ProviderNamespace+endpointActions+"score/action on the endpoint.")
		}
	}
	return nil
}

func sameKey(given, key string) bool {
	return key != "" && subtle.ConstantTimeCompare([]byte(given), []byte(key)) == 1
}

// acceptsToken tells whether a token is one of this endpoint's, and in time.
func (l *Layer) acceptsToken(w *state.Workspace, e *state.OnlineEndpoint, token string) bool {
	claims, err := l.Verify(token, issuer(w))
	if err != nil {
		return false
	}
	audiences, _ := claims.GetAudience()
	return len(audiences) == 1 && audiences[0] == endpointID(w, e) && claims["sid"] == e.Instance
}

// chosen is the deployment that a call goes to: the one in its header, or one by the
// traffic. The texts of the statuses are those of Azure's documentation.
func chosen(c *api.Call, e *state.OnlineEndpoint) (*state.OnlineDeployment, error) {
	d := e.Deployment(c.Request.Header.Get(deploymentHeader))
	if c.Request.Header.Get(deploymentHeader) == "" {
		d = routed(e)
	} else if d == nil {
		return nil, refused(http.StatusNotFound, "deployment_not_found", "The endpoint has no deployment of the name in "+deploymentHeader+".")
	}
	if d == nil || d.Live == nil {
		return nil, refused(http.StatusNotFound, "no_deployment", "The endpoint doesn't have any valid deployment with positive weight.")
	}
	return d, nil
}

func (l *Layer) score(c *api.Call) (*api.Reply, error) {
	w, e := l.addressed(c)
	if e == nil {
		return nil, &api.Error{Status: http.StatusNotFound, Message: "Not Found"}
	}
	if err := l.admits(c, w, e); err != nil {
		return nil, err
	}
	d, err := chosen(c, e)
	if err != nil {
		return nil, err
	}
	if l.runs(d.Live) {
		return l.scoreByCode(c, d)
	}
	if c.Request.Method == http.MethodOptions {
		return api.OK(nil).With(deploymentHeader, d.Name), nil
	}
	input := json.RawMessage(cmp.Or(string(c.Body), "null"))
	if !json.Valid(input) {
		return nil, modelError(d, http.StatusBadRequest, "the input is not JSON")
	}
	result := map[string]any{"endpoint": e.Name, "deployment": d.Name, "model": properties(d.Live)["model"], "input": input}
	return api.OK(result).With(deploymentHeader, d.Name), nil
}

// swagger describes the scoring call as the inference server does.
func (l *Layer) swagger(c *api.Call) (*api.Reply, error) {
	w, e := l.addressed(c)
	if e == nil {
		return nil, &api.Error{Status: http.StatusNotFound, Message: "Not Found"}
	}
	if err := l.admits(c, w, e); err != nil {
		return nil, err
	}
	return api.OK(map[string]any{
		"swagger": "2.0", "info": map[string]any{"title": e.Name, "version": "1.0"},
		"paths": map[string]any{"/score": map[string]any{"post": map[string]any{"operationId": "RunMLService"}}},
	}), nil
}
