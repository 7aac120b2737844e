// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestOverwrite(t *testing.T) {
	for name, tc := range map[string]struct {
		posts  func(*creator) []http.HandlerFunc
		want   string // an error; empty: op-2
		posted int
	}{
		"202": {func(c *creator) []http.HandlerFunc {
			return []http.HandlerFunc{c.redeploy(answer(202, "", "Operation-Location: op-2"))}
		}, "", 1},
		"throttled": {func(c *creator) []http.HandlerFunc {
			return []http.HandlerFunc{answer(429, ""), c.redeploy(answer(202, "", "Operation-Location: op-2"))}
		}, "", 2},
		"reset after the work": {func(c *creator) []http.HandlerFunc { return []http.HandlerFunc{c.redeploy(reset)} }, "", 1},
		"503 before the work": {func(c *creator) []http.HandlerFunc {
			return []http.HandlerFunc{answer(503, ""), c.redeploy(answer(202, "", "Operation-Location: op-2"))}
		}, "", 2},
		"late work": {func(c *creator) []http.HandlerFunc {
			return []http.HandlerFunc{reset, c.redeploy(answer(409, busyBody))}
		}, "", 2},
		"busy before": {func(c *creator) []http.HandlerFunc {
			return []http.HandlerFunc{answer(409, busyBody), c.redeploy(answer(202, "", "Operation-Location: op-2"))}
		}, "", 2},
		"never": {func(c *creator) []http.HandlerFunc { return []http.HandlerFunc{reset} }, "nothing is seen to have come of it", 4},
		"capacity": {func(c *creator) []http.HandlerFunc {
			return []http.HandlerFunc{answer(409, `{"details":[{"code":"ServiceUnavailable","message":"full"}]}`)}
		}, "ServiceUnavailable: full", 1},
		"refused": {func(c *creator) []http.HandlerFunc { return []http.HandlerFunc{answer(400, `{"code":"BadRequest"}`)} }, "400 Bad Request", 1},
	} {
		run(t, name, func(t *testing.T) {
			api, there := newWire(t), &creator{properties: "{}", operation: "op-1"}
			api.on("POST", mmPath+"/services", tc.posts(there)...)
			api.on("GET", irisPath, there.get)
			api.on("GET", mmPath+"/operations/op-1", operation("Succeeded", ""))
			request := iris
			request.Overwrite = true
			ref, err := api.ws.CreateService(within(t, 10*time.Second), request)
			api.wantCount("POST", "/services", tc.posted)
			if tc.want != "" {
				wantText(t, err, tc.want)
				return
			}
			if err != nil || ref.ID != "op-2" {
				t.Fatalf("got %q, %v", ref.ID, err)
			}
			body := api.asked("POST", "/services")[0].Body
			if !strings.Contains(body, `"overwrite":true`) || strings.Contains(body, "mlws.deploymentId") {
				t.Errorf("sent %s", body)
			}
		})
	}
}

// redeploy starts another operation on the service, and then replies.
func (c *creator) redeploy(then http.HandlerFunc) http.HandlerFunc {
	return does(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.operation = "op-2"
	}, then)
}

func TestOverwriteOfNoService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, there := newWire(t), &creator{}
		api.on("POST", mmPath+"/services", there.createAnd(reset))
		api.on("GET", irisPath, there.get)
		request := iris
		request.Overwrite = true
		ref, err := api.ws.CreateService(within(t, 10*time.Second), request)
		if err != nil || ref.ID != "op-1" {
			t.Fatalf("got %q, %v", ref.ID, err)
		}
		api.wantCount("POST", "/services", 1)
	})
}
