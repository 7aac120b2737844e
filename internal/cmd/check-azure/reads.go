// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// discover finds the hosts of the API, as the SDK does: the workspace in
// Resource Manager, then its discovery document, which takes no credential.
func (c *checker) discover(ctx context.Context) error {
	c.progress("Find the API of the workspace")
	c.report.hidden = append(c.report.hidden, c.workspace.SubscriptionID, c.workspace.ResourceGroup, c.workspace.Name, c.compute)
	a := c.send(ctx, "GET workspace (Resource Manager)", http.MethodGet,
		c.connection.ResourceManager+c.workspace.String()+"?api-version=2022-05-01", nil, false)
	if !c.report.compare(a, status(http.StatusOK), fields(map[string]kind{"id": "string", "name": "string", "location": "string", "properties": "object"})) {
		return errors.New("the workspace cannot be read: " + c.report.clean(a.describe()))
	}
	c.report.region = a.text("location")
	properties, _ := a.object["properties"].(map[string]any)
	discoveryURL, _ := properties["discoveryUrl"].(string)
	if discoveryURL == "" {
		c.report.differ(a.operation, "properties.discoveryUrl", "it is missing")
		return errors.New("the workspace has no discoveryUrl, so its API cannot be found")
	}
	a = c.send(ctx, "GET discovery", http.MethodGet, discoveryURL, nil, true)
	needed := map[string]kind{"api": "string", "experimentation": "string", "history": "string", "modelmanagement": "string"}
	if !c.report.compare(a, status(http.StatusOK), fields(needed)) {
		return errors.New("the discovery document cannot be used: " + a.describe())
	}
	c.hosts = map[string]string{}
	for name := range needed {
		c.hosts[name] = strings.TrimRight(a.text(name), "/")
		c.report.hidden = append(c.report.hidden, c.hosts[name])
	}
	return nil
}

// checkReads makes no change.
func (c *checker) checkReads(ctx context.Context) {
	c.progress("Compare reads")
	missing := "none-" + c.suffix
	a := c.call(ctx, "GET a service that does not exist", http.MethodGet, service(missing)+"?expand=true", nil)
	c.report.compare(a, status(http.StatusNotFound), flatError)
	a = c.call(ctx, "GET a model that does not exist", http.MethodGet, "/models/"+missing+"%3A1", nil)
	c.report.compare(a, status(http.StatusNotFound), flatError)

	a = c.call(ctx, "GET services", http.MethodGet, "/services?orderby=CreatedAtAsc&expand=true", nil)
	if c.report.compare(a, status(http.StatusOK), fields(map[string]kind{"value": "array"}), nextLink) {
		list, _ := a.object["value"].([]any)
		c.report.learn(a.operation, "How many services are on a page?", fmt.Sprintf("%d, and there are more: %t", len(list), a.object["nextLink"] != nil))
	}
	a = c.call(ctx, "POST services/validate/name/{name}", http.MethodPost, "/services/validate/name/"+missing, map[string]any{})
	c.report.compare(a, status(http.StatusOK))
	a = c.send(ctx, "GET services without a bearer", http.MethodGet,
		c.hosts["modelmanagement"]+"/modelmanagement/v1.0"+c.workspace.String()+"/services", nil, true)
	c.report.compare(a, status(http.StatusUnauthorized))
	c.report.learn(a.operation, "What is the body of a 401?", a.describe()+" "+a.shape())
}

// serviceFields are what the SDK cannot read a service without.
func serviceFields(more map[string]kind) expectation {
	all := map[string]kind{
		"name": "string", "computeType": "string", "createdTime": "string", "description": "string?", "kvTags": "object?",
		"properties": "object?", "state": "string", "scoringUri": "string?", "authEnabled": "boolean",
		"appInsightsEnabled": "boolean", "containerResourceRequirements": "object",
	}
	maps.Copy(all, more)
	return fields(all)
}

// keys reads both keys of a service, and hides them from the report.
func (c *checker) keys(ctx context.Context, name string) (primary, secondary string) {
	a := c.call(ctx, "POST services/{name}/listkeys", http.MethodPost, service(name)+"/listkeys", nil)
	primary, secondary = a.text("primaryKey"), a.text("secondaryKey")
	c.report.secrets.Add("a key", primary)
	c.report.secrets.Add("a key", secondary)
	c.report.compare(a, status(http.StatusOK), fields(map[string]kind{"primaryKey": "string", "secondaryKey": "string"}))
	return primary, secondary
}

// cleanUp deletes the services of this run, also after an interrupt.
func (c *checker) cleanUp(ctx context.Context) {
	ctx, stop := context.WithTimeout(ctx, c.limit)
	defer stop()
	for _, name := range slices.Backward(c.made) {
		c.progress("Delete %s", name)
		c.remove(ctx, name)
	}
}

// remove deletes a service, and waits until it is gone.
func (c *checker) remove(ctx context.Context, name string) {
	a := c.call(ctx, "DELETE services/{name}", http.MethodDelete, service(name), nil)
	// 409: a change that could not be followed is still running.
	for end := time.Now().Add(c.limit); a.status == http.StatusConflict && time.Now().Before(end); {
		time.Sleep(c.poll)
		a = c.call(ctx, a.operation, http.MethodDelete, service(name), nil)
	}
	if !c.report.compare(a, status(http.StatusOK, http.StatusAccepted, http.StatusNoContent)) {
		c.report.leaveOut("the service "+name, "it could not be deleted: delete it yourself")
		return
	}
	if a.status == http.StatusAccepted && c.report.compare(a, operationLocation) {
		c.wait(ctx, a)
	}
	c.made = slices.DeleteFunc(c.made, func(made string) bool { return made == name })
	gone := c.call(ctx, "GET a service after its DELETE", http.MethodGet, service(name), nil)
	c.report.compare(gone, status(http.StatusNotFound), flatError)
	again := c.call(ctx, "DELETE a service that does not exist", http.MethodDelete, service(name), nil)
	c.report.compare(again, status(http.StatusNoContent))
}
