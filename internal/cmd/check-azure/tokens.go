// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"net/http"
)

// checkAKS walks through the auth modes of a service on AKS.
func (c *checker) checkAKS(ctx context.Context) {
	c.checkBothModes(ctx)
	name := "check-aks-" + c.suffix
	if !c.create(ctx, name, map[string]any{
		"computeType": "AKS", "computeName": c.compute, "authEnabled": false, "aadAuthEnabled": true, "numReplicas": 1,
		"autoScaler":                    map[string]any{"autoscaleEnabled": false},
		"containerResourceRequirements": map[string]any{"cpu": 0.1, "memoryInGB": 0.5},
	}) {
		return
	}
	a := c.call(ctx, "GET services/{name} (AKS)", http.MethodGet, service(name)+"?expand=true", nil)
	c.report.compare(a, status(http.StatusOK), value("authEnabled", false), value("aadAuthEnabled", true), value("state", "Healthy"), without("keys"),
		serviceFields(map[string]kind{
			"aadAuthEnabled": "boolean", "autoScaler": "object", "computeName": "string", "dataCollection": "object",
			"maxConcurrentRequestsPerContainer": "number", "maxQueueWaitMs": "number", "numReplicas": "number?",
			"scoringTimeoutMs": "number", "livenessProbeRequirements": "object?",
		}))
	c.report.learn(a.operation, "What is the namespace of a service that names none?", a.text("namespace"))
	c.report.hidden = append(c.report.hidden, a.text("scoringUri"))

	token := c.call(ctx, "POST services/{name}/token", http.MethodPost, service(name)+"/token", nil)
	c.hideToken(token)
	c.report.compare(token, status(http.StatusCreated), epochSeconds("expiryOn", "refreshAfter"), value("tokenType", "Bearer"),
		fields(map[string]kind{"accessToken": "string", "tokenType": "string", "expiryOn": "number", "refreshAfter": "number"}))
	c.scores(ctx, a.text("scoringUri"), "with a token", token.text("accessToken"), true)

	c.progress("Switch %s to keys", name)
	if c.change(ctx, name, map[string]any{"authEnabled": true, "aadAuthEnabled": false}) {
		// Not judged here: its keys are those that this switch made.
		c.checkKeys(ctx, name, a.text("scoringUri"))
		refusedToken := c.call(ctx, "POST services/{name}/token with token auth off", http.MethodPost, service(name)+"/token", nil)
		c.hideToken(refusedToken)
		c.report.compare(refusedToken, refused("the service uses keys"))
		both := c.patch(ctx, name, "to both modes", map[string]any{"authEnabled": true, "aadAuthEnabled": true})
		c.report.compare(both, refused("a service cannot have keys and tokens"))
	}
	c.remove(ctx, name)
}

// checkBothModes asks for keys and tokens at once, which the SDK refuses itself.
func (c *checker) checkBothModes(ctx context.Context) {
	name := "check-both-" + c.suffix
	a := c.call(ctx, "POST services with both auth modes", http.MethodPost, "/services", map[string]any{
		"name": name, "computeType": "AKS", "computeName": c.compute, "authEnabled": true, "aadAuthEnabled": true,
		"environmentImageRequest": map[string]any{"modelIds": []string{c.model}},
	})
	c.report.compare(a, refused("a service cannot have keys and tokens"))
	if a.status == http.StatusAccepted {
		c.made = append(c.made, name)
		c.wait(ctx, a)
		c.remove(ctx, name)
	}
}

func (c *checker) hideToken(a answer) { c.report.secrets.Add("a token", a.text("accessToken")) }
