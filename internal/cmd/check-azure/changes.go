// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
)

// create deploys a service, and follows the operation to its end.
func (c *checker) create(ctx context.Context, name string, body map[string]any) bool {
	body["name"] = name
	body["environmentImageRequest"] = map[string]any{"modelIds": []string{c.model}}
	compute, _ := body["computeType"].(string)
	c.progress("Deploy %s to %s", name, compute)
	c.made = append(c.made, name)
	a := c.call(ctx, "POST services ("+compute+")", http.MethodPost, "/services", body)
	if !c.report.compare(a, status(http.StatusAccepted)) {
		c.report.leaveOut("the rest of "+compute, "the service was not created")
		return false
	}
	c.report.compare(a, operationLocation, emptyBody)
	early := c.call(ctx, "GET services/{name} while it deploys", http.MethodGet, service(name), nil)
	c.report.compare(early, status(http.StatusOK))
	during := c.patch(ctx, name, "while it deploys", map[string]any{"description": "too early"})
	c.report.learn(during.operation, "What is refused while an operation runs, and how?", during.describe()+" "+during.shape())
	ended := c.wait(ctx, a)
	if !ended && a.header.Get("Operation-Location") == "" {
		ended = c.untilHealthy(ctx, name)
	}
	if !ended {
		c.report.leaveOut("the rest of "+compute, "the deployment did not succeed")
	}
	return ended
}

// untilHealthy waits for a service if the operation of its change cannot be followed.
func (c *checker) untilHealthy(ctx context.Context, name string) bool {
	for end := time.Now().Add(c.limit); time.Now().Before(end) && ctx.Err() == nil; {
		a := c.call(ctx, "GET services/{name}", http.MethodGet, service(name), nil)
		if state := a.text("state"); state == "Healthy" || state == "Failed" {
			return state == "Healthy"
		}
		select {
		case <-ctx.Done():
		case <-time.After(c.poll):
		}
	}
	return false
}

// patch replaces members of a service, in one request.
func (c *checker) patch(ctx context.Context, name, when string, members map[string]any) answer {
	var changes []map[string]any
	for member, value := range members {
		changes = append(changes, map[string]any{"op": "replace", "path": "/" + member, "value": value})
	}
	return c.call(ctx, strings.TrimSpace("PATCH services/{name} "+when), http.MethodPatch, service(name), changes)
}

// change is patch on an idle service: the answer has to tell how it ends.
func (c *checker) change(ctx context.Context, name string, members map[string]any) bool {
	a := c.patch(ctx, name, "", members)
	if !c.report.compare(a, status(http.StatusOK, http.StatusAccepted)) {
		return false
	}
	if a.status == http.StatusAccepted {
		c.report.compare(a, operationLocation)
	} else {
		c.report.compare(a, fields(map[string]kind{"operationId": "string"}))
	}
	if ended := c.wait(ctx, a); ended {
		return true
	}
	return c.untilHealthy(ctx, name)
}

// checkACI walks through the life of a service on ACI with key auth.
func (c *checker) checkACI(ctx context.Context) {
	name := "check-aci-" + c.suffix
	if !c.create(ctx, name, map[string]any{
		"computeType": "ACI", "authEnabled": true, "kvTags": map[string]any{"made-by": "check-azure"},
		"containerResourceRequirements": map[string]any{"cpu": 0.1, "memoryInGB": 0.5},
	}) {
		return
	}
	a := c.call(ctx, "GET services/{name} (ACI)", http.MethodGet, service(name)+"?expand=true", nil)
	c.report.compare(a, status(http.StatusOK), value("authEnabled", true), value("state", "Healthy"), without("keys", "sslKey", "sslCertificate"),
		serviceFields(map[string]kind{"location": "string", "cname": "string?", "publicIp": "string?", "sslCertificate": "string?", "sslKey": "string?"}))
	c.report.hidden = append(c.report.hidden, a.text("scoringUri"), a.text("publicIp"), a.text("publicFqdn"))

	c.checkKeys(ctx, name, a.text("scoringUri"))
	refusedToken := c.call(ctx, "POST services/{name}/token on ACI", http.MethodPost, service(name)+"/token", nil)
	c.hideToken(refusedToken)
	c.report.compare(refusedToken, refused("ACI has no tokens"))
	logs := c.call(ctx, "GET services/{name}/logs", http.MethodGet, service(name)+"/logs?tail=100&init=False", nil)
	c.report.compare(logs, status(http.StatusOK), fields(map[string]kind{"content": "string"}))

	again := c.call(ctx, "POST services with a name that is taken", http.MethodPost, "/services", map[string]any{
		"name": name, "computeType": "ACI", "environmentImageRequest": map[string]any{"modelIds": []string{c.model}},
	})
	c.report.compare(again, status(http.StatusConflict), flatError)
	if c.change(ctx, name, map[string]any{"authEnabled": false}) {
		open := c.call(ctx, "listkeys with key auth off", http.MethodPost, service(name)+"/listkeys", nil)
		for _, key := range []string{"primaryKey", "secondaryKey"} {
			c.report.secrets.Add("a key", open.text(key))
		}
		c.report.learn(open.operation, "Does a service without key auth have keys?", open.describe()+" "+open.shape())
	}
	c.remove(ctx, name)
}

// checkKeys rotates the keys of a service with key auth, and scores with them.
func (c *checker) checkKeys(ctx context.Context, name, scoringURI string) {
	c.progress("Rotate the keys of %s", name)
	primary, secondary := c.keys(ctx, name)
	c.report.learn("listkeys", "What does a generated key look like?", fmt.Sprintf("%d characters", len(primary)))
	c.scores(ctx, scoringURI, "with the Primary key", primary, true)
	c.scores(ctx, scoringURI, "with the Secondary key", secondary, true)
	c.scores(ctx, scoringURI, "with a wrong key", uuid.NewString(), false)
	c.scores(ctx, scoringURI, "without a key", "", false)

	if c.change(ctx, name, map[string]any{"description": "checked"}) {
		p, s := c.keys(ctx, name)
		if p != primary || s != secondary {
			c.report.differ("PATCH services/{name}", "a change of the description keeps both keys", "the keys are others")
		}
		primary, secondary = p, s
	}
	chosen := strings.ReplaceAll(uuid.NewString(), "-", "")
	c.report.secrets.Add("a key", chosen)
	for _, rotation := range []struct {
		slot string
		wish any
	}{{"Primary", nil}, {"Secondary", chosen}} {
		a := c.call(ctx, "POST services/{name}/regenerateKeys", http.MethodPost, service(name)+"/regenerateKeys",
			map[string]any{"keyType": rotation.slot, "keyValue": rotation.wish})
		for _, key := range []string{"primaryKey", "secondaryKey"} {
			c.report.secrets.Add("a key", a.text(key))
		}
		if c.report.compare(a, status(http.StatusAccepted), operationLocation) {
			c.wait(ctx, a)
		}
		p, s := c.keys(ctx, name)
		switch {
		case rotation.slot == "Primary" && (p == primary || s != secondary):
			c.report.differ(a.operation, "Primary is another, and Secondary the same", fmt.Sprintf("Primary changed: %t, Secondary changed: %t", p != primary, s != secondary))
		case rotation.slot == "Secondary" && (p != primary || s != chosen):
			c.report.differ(a.operation, "Secondary is the value that was sent, and Primary the same", fmt.Sprintf("Primary changed: %t, Secondary is the value: %t", p != primary, s == chosen))
		}
		if rotation.slot == "Primary" && p != primary {
			c.scores(ctx, scoringURI, "with a key that was rotated away", primary, false)
		}
		primary, secondary = p, s
	}
}

// scores sends one request to the scoring endpoint.
func (c *checker) scores(ctx context.Context, uri, how, credential string, works bool) {
	body := strings.NewReader(`{"data": [[5.1, 3.5, 1.4, 0.2]]}`)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, uri, body)
	if err != nil {
		c.report.differ("score "+how, "the service has a scoring address", "it has none that can be used")
		return
	}
	request.Header.Set("Content-Type", "application/json")
	if credential != "" {
		request.Header.Set("Authorization", "Bearer "+credential)
	}
	a := c.do(answer{operation: "score " + how}, request)
	if works {
		c.report.compare(a, status(http.StatusOK))
		return
	}
	c.report.compare(a, status(http.StatusUnauthorized))
	c.report.learn(a.operation, "How is it refused?", fmt.Sprintf("status %d, %s", a.status, a.header.Get("Content-Type")))
}
