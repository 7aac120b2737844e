// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// A reply about another service is an error.
func TestReplyIsNotTheService(t *testing.T) {
	for name, body := range map[string]string{
		"null": "null", "nothing in it": "{}", "another service": `{"name":"other","state":"Healthy"}`, "no name": `{"name":null,"state":"Healthy"}`,
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("GET", irisPath, answer(200, body))
			_, err := api.ws.GetService(t.Context(), "iris")
			wantText(t, err, `the reply to GET /services/iris cannot be used: it is not the service "iris"`)
			_, err = api.ws.WaitHealthy(within(t, time.Second), "iris")
			wantText(t, err, `it is not the service "iris"`)
		})
	}
	run(t, "in another case", func(t *testing.T) {
		api := newWire(t)
		api.on("GET", irisPath, answer(200, `{"name":"Iris"}`))
		if _, err := api.ws.GetService(t.Context(), "iris"); err != nil {
			t.Error(err)
		}
	})
	run(t, "models and assets", func(t *testing.T) {
		api := newWire(t)
		api.on("GET", mmPath+"/models/churn:7", answer(200, modelJSON("8", "x")))
		_, err := api.ws.GetModel(t.Context(), "churn:7")
		wantText(t, err, "it is not the model that was asked for")
		api.on("GET", mmPath+"/assets/a1", answer(200, `{"id":"a2"}`))
		_, err = api.ws.GetAsset(t.Context(), "a1")
		wantText(t, err, "it is not the asset that was asked for")
	})
}

func TestIntegersMayHaveAFraction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", irisPath, answer(200, `{"name":"iris","description":"1.0, \"2.0\"","numReplicas":2.0,"scoringTimeoutMs":6e4,"maxQueueWaitMs":-0,
			"containerResourceRequirements":{"cpu":0.5,"gpu":1.00},"kvTags":{"v":"3.0"}}`))
		s, err := api.ws.GetService(t.Context(), "iris")
		if err != nil {
			t.Fatal(err)
		}
		if *s.NumReplicas != 2 || *s.ScoringTimeoutMS != 60000 || *s.Resources.GPU != 1 || *s.Resources.CPU != 0.5 || *s.Description != `1.0, "2.0"` || s.Tags["v"] != "3.0" {
			t.Errorf("got %+v", s)
		}
		for _, number := range []string{"2.5", "1e300", "9007199254740993.5"} {
			api.on("GET", irisPath, answer(200, `{"name":"iris","numReplicas":`+number+`}`))
			_, err := api.ws.GetService(t.Context(), "iris")
			wantText(t, err, "does not have the expected form", "numReplicas")
		}
	})
}

// A server that speaks http where https was configured is named at once.
func TestHTTPSToAPlainPort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plain := workspacetest.NewNetwork(t, http.NotFoundHandler())
		client, err := azureml.NewClient(azureml.Config{
			Credential: token("t"), TokenScope: "s", ResourceManagerEndpoint: strings.Replace(workspacetest.URL, "http:", "https:", 1), Transport: plain.Client(t),
		})
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		_, err = client.Workspace(workspaceID).Info(t.Context())
		wantText(t, err, "got no reply from 127.0.0.1:8080: the server speaks plain http on this port, not https: write http://")
		if took := time.Since(begun); took != 0 {
			t.Errorf("it took %s", took)
		}
	})
}

func TestRedirectIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", irisPath, answer(302, "<html>", "Location: https://sign-in.example/x?sig=abcdefgh12"))
		_, err := api.ws.GetService(t.Context(), "iris")
		wantText(t, err, "302 Found", "it redirects to sign-in.example, and redirects are not followed: check the endpoint")
		if strings.Contains(err.Error(), "sig=") {
			t.Errorf("the address is shown whole: %v", err)
		}
	})
}

// A look-up is shared, and so has no options of the one who began it: a poll
// does not repeat what fails, since it is its own retry.
func TestSharedLookUpHasItsOwnRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		release := make(chan struct{})
		api.on("GET", armPath, func(w http.ResponseWriter, r *http.Request) {
			<-release
			answer(503, "")(w, r)
		}, answer(200, `{"properties":{"discoveryUrl":"`+api.url+discPath+`"}}`))
		api.on("GET", opPath, operation("Succeeded", ""))
		polled := make(chan error, 1)
		go func() { polled <- api.ws.WaitOperation(t.Context(), azureml.OperationRef{ID: "op-1"}) }()
		synctest.Wait()
		read := make(chan error, 1)
		go func() {
			_, err := api.ws.GetService(t.Context(), "iris")
			read <- err
		}()
		synctest.Wait()
		close(release)
		if err := errors.Join(<-polled, <-read); err != nil {
			t.Error(err)
		}
		api.wantCount("GET", "/ws-demo", 2)
	})
}

func TestPagesThatNeverEndStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		pages := 0
		api.on("GET", mmPath+"/services", func(w http.ResponseWriter, r *http.Request) {
			pages++
			answer(200, fmt.Sprintf(`{"value":[],"nextLink":"https://x.example/?$skipToken=%d"}`, pages))(w, r)
		})
		_, err := names(t, api.ws, azureml.ListServicesOptions{})
		wantText(t, err, "it still has a nextLink after 2000 pages")
	})
}

// An error that has passed is not the last one.
func TestStaleErrorIsNotTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t, usual)
		api.on("GET", opPath, answer(503, `{"code":"ServiceBusy"}`), operation("Running", ""))
		err := api.ws.WaitOperation(within(t, time.Minute), azureml.OperationRef{ID: "op-1"})
		var timeout *azureml.WaitTimeoutError
		if !errors.As(err, &timeout) || timeout.LastErr != nil || strings.Contains(err.Error(), "ServiceBusy") {
			t.Errorf("got %v", err)
		}
		// The same within one request: the reply after the 503 is on its way for too long.
		api.on("GET", irisPath, answer(503, `{"code":"ServiceBusy"}`), func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		_, err = api.ws.GetService(within(t, 10*time.Second), "iris")
		if err == nil || strings.Contains(err.Error(), "ServiceBusy") {
			t.Errorf("got %v", err)
		}
	})
}

// An operation that a poll does not find is not the service that is gone.
func TestLostOperationIsNoLostService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", opPath, answer(404, missing))
		if _, err := api.ws.GetOperation(t.Context(), azureml.OperationRef{ID: "op-1"}); err == nil || azureml.IsNotFound(err) {
			t.Errorf("got %v", err)
		}
		api.on("GET", mmPath+"/services", answer(404, missing))
		if _, err := names(t, api.ws, azureml.ListServicesOptions{}); err == nil || azureml.IsNotFound(err) {
			t.Errorf("a listing: %v", err)
		}
		api.on("GET", mmPath+"/models", answer(404, missing))
		if _, err := api.ws.LatestModel(t.Context(), "churn"); err == nil || azureml.IsNotFound(err) {
			t.Errorf("the latest model: %v", err)
		}
		for method, path := range map[string]string{"GET": "/models/churn:1", "DELETE": "/models/churn:1"} {
			api.on(method, mmPath+path, answer(404, "404 page not found"))
		}
		_, err := api.ws.GetModel(t.Context(), "churn:1")
		for _, err := range []error{err, api.ws.DeleteModel(t.Context(), "churn:1")} {
			if err == nil || azureml.IsNotFound(err) {
				t.Errorf("a model behind a gateway: %v", err)
			}
		}
		api.on("POST", irisPath+"/listkeys", answer(404, ""))
		if _, err := api.ws.ListKeys(t.Context(), "iris"); err == nil || azureml.IsNotFound(err) {
			t.Errorf("keys behind a gateway: %v", err)
		}
		api.on("GET", armPath, answer(404, htmlPage))
	})
}

// A gateway in front of Resource Manager does not say that the workspace is gone.
func TestGatewayBeforeTheWorkspace(t *testing.T) {
	for name, reply := range map[string]http.HandlerFunc{"page": answer(404, htmlPage), "empty": answer(404, ""), "flat": answer(404, missing)} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("GET", armPath, reply)
			_, err := api.ws.Info(t.Context())
			var notFound *azureml.WorkspaceNotFoundError
			if errors.As(err, &notFound) {
				t.Errorf("got %T %v", err, err)
			}
			wantText(t, err, "does not say whether the workspace exists")
		})
	}
}
