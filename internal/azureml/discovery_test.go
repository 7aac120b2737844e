// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

func TestInfo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		info, err := api.ws.Info(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := azureml.WorkspaceInfo{
			ID: idPath, Name: "ws-demo", Location: "West Europe", WorkspaceID: "guid", DiscoveryURL: api.url + discPath + "?a=b",
		}
		if *info != want {
			t.Errorf("got %+v", *info)
		}
		info.Name = "changed by the caller"
		if again, _ := api.ws.Info(t.Context()); again.Name != "ws-demo" {
			t.Error("a caller can change what is cached")
		}
		api.wantCount("GET", "/discovery", 0)
	})
}

func TestLookUpHappensOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", irisPath, answer(200, serviceJSON("Healthy", "", "{}")))
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				if _, err := api.ws.GetService(t.Context(), "iris"); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		api.wantCount("GET", "/ws-demo", 1)
		api.wantCount("GET", "/discovery", 1)
		api.wantCount("GET", "/iris", 20)
	})
}

func TestFailedLookUpIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", irisPath, answer(200, serviceJSON("Healthy", "", "{}")))
		api.on("GET", discPath, answer(403, `{"error":{"code":"Forbidden","message":"no"}}`),
			answer(200, `{"modelmanagement":"`+api.url+`/mm/prefix"}`))
		_, err := api.ws.GetService(t.Context(), "iris")
		wantText(t, err, "the discovery of workspace ws-demo failed", "403 Forbidden: Forbidden: no")
		if _, err = api.ws.GetService(t.Context(), "iris"); err != nil {
			t.Fatal(err)
		}
	})
}

func TestLookUpOutlivesTheOneWhoStartedIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		release := make(chan struct{})
		api.on("GET", armPath, func(w http.ResponseWriter, r *http.Request) {
			<-release
			answer(200, `{"name":"ws-demo"}`)(w, r)
		})
		first, cancel := context.WithCancel(t.Context())
		failed := make(chan error, 1)
		go func() {
			_, err := api.ws.Info(first)
			failed <- err
		}()
		synctest.Wait() // until the look-up has begun
		second := make(chan error, 1)
		go func() {
			_, err := api.ws.Info(t.Context())
			second <- err
		}()
		cancel()
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("the cancelled caller got %v", err)
		}
		close(release)
		if err := <-second; err != nil {
			t.Errorf("the other caller got %v", err)
		}
		api.wantCount("GET", "/ws-demo", 1)
	})
}

func TestWorkspaceNotFoundIsNoMissingService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", armPath, answer(404, `{"error":{"code":"ResourceNotFound","message":"The Resource 'ws-demo' was not found."}}`))
		_, err := api.ws.GetService(t.Context(), "iris")
		var notFound *azureml.WorkspaceNotFoundError
		if !errors.As(err, &notFound) || azureml.IsNotFound(err) {
			t.Fatalf("got %T %v, IsNotFound %t", err, err, azureml.IsNotFound(err))
		}
		wantText(t, err, idPath, "ResourceNotFound: The Resource 'ws-demo' was not found")

		api = newWire(t)
		api.on("GET", discPath, answer(404, missing))
		if _, err = api.ws.GetService(t.Context(), "iris"); err == nil || azureml.IsNotFound(err) {
			t.Errorf("a 404 of discovery looks like that of a service: %v", err)
		}
	})
}

func TestEndpoints(t *testing.T) {
	for name, tc := range map[string]struct {
		location, discovery string // discovery "": the workspace has no discoveryUrl
		suffix              string
		asked               string // the host that is asked for the service
		want                string // an error instead
	}{
		"followed":                {"West Europe", `{"modelmanagement":"https://guid.workspace.private.example/px/"}`, "api.azureml.ms", "guid.workspace.private.example/px", ""},
		"key in another case":     {"West Europe", `{"ModelManagement":"https://mm.example"}`, "", "mm.example", ""},
		"no key":                  {"West Europe", `{"api":"https://x.example"}`, "api.azureml.ms", "westeurope.api.azureml.ms", ""},
		"empty key":               {"westeurope", `{"modelmanagement":""}`, ".api.ml.azure.cn", "westeurope.api.ml.azure.cn", ""},
		"no discovery URL":        {"UK South", "", "api.azureml.ms", "uksouth.api.azureml.ms", ""},
		"no suffix":               {"UK South", "", "", "", "workspace ws-demo has no discovery URL, and no address of last resort is configured for this cloud"},
		"no key, no suffix":       {"UK South", "{}", "", "", `does not name "modelmanagement", and no address`},
		"no usable location":      {"evil.example/", "", "api.azureml.ms", "", "makes no address of last resort"},
		"http handed out":         {"westeurope", `{"modelmanagement":"http://mm.example"}`, "api.azureml.ms", "", "must be https; http is accepted on loopback only"},
		"nonsense handed out":     {"westeurope", `{"modelmanagement":"//"}`, "api.azureml.ms", "", "is not an absolute URL"},
		"not a map of discovery":  {"westeurope", `[1]`, "api.azureml.ms", "", "does not have the expected form"},
		"discovery says no":       {"westeurope", `FAIL`, "api.azureml.ms", "", "the discovery of workspace ws-demo failed"},
		"values that are no text": {"westeurope", `{"api":{"a":1},"modelmanagement":"https://mm.example"}`, "", "mm.example", ""},
	} {
		run(t, name, func(t *testing.T) {
			hosts := &hostRecorder{}
			api := newWire(t, func(c *azureml.Config) {
				c.APISuffix = tc.suffix
				hosts.next, c.Transport = c.Transport, hosts
			})
			hosts.known = api.url
			url := api.url + discPath
			if tc.discovery == "" {
				url = ""
			}
			api.on("GET", armPath, answer(200, `{"location":"`+tc.location+`","properties":{"discoveryUrl":"`+url+`"}}`))
			api.on("GET", discPath, answer(200, tc.discovery))
			if tc.discovery == "FAIL" {
				api.on("GET", discPath, answer(400, ""))
			}
			_, err := api.ws.GetService(t.Context(), "iris")
			if tc.want != "" {
				wantText(t, err, tc.want)
				if len(hosts.others) != 0 {
					t.Errorf("asked %v", hosts.others)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := "https://" + tc.asked + "/modelmanagement/v1.0" + strings.ReplaceAll(idPath, " ", "%20") + "/services/iris?expand=true"
			if len(hosts.others) != 1 || hosts.others[0] != want {
				t.Errorf("asked %v, want %s", hosts.others, want)
			}
		})
	}
}

// A failure at an address of last resort says what discovery lacks. A workspace
// without discovery has no other address, so its failures say nothing more.
func TestFailuresAtTheLastResort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, discovered := range []bool{true, false} {
			hosts := &hostRecorder{status: http.StatusBadRequest}
			api := newWire(t, func(c *azureml.Config) {
				c.APISuffix = "api.azureml.ms"
				hosts.next, c.Transport = c.Transport, hosts
			})
			hosts.known = api.url
			discovery := ""
			if discovered {
				discovery = api.url + discPath
			}
			api.on("GET", armPath, answer(200, `{"location":"westeurope","properties":{"discoveryUrl":"`+discovery+`"}}`))
			api.on("GET", discPath, answer(200, `{"api":"https://x.example"}`))
			_, err := api.ws.GetService(t.Context(), "iris")
			var undiscovered *azureml.UndiscoveredError
			var refused *azureml.ResponseError
			if got := errors.As(err, &undiscovered); got != discovered || !errors.As(err, &refused) || len(hosts.others) != 1 {
				t.Errorf("discovery %t: %T %v", discovered, err, err)
			}
			if discovered {
				wantText(t, err, `does not name "modelmanagement", and GET /services/iris was answered with 400`)
			}
		}
	})
}

// hostRecorder answers for every host but the test's own.
type hostRecorder struct {
	known  string
	status int // 0: 200
	next   policy.Transporter
	others []string
}

// Do implements policy.Transporter.
func (h *hostRecorder) Do(req *http.Request) (*http.Response, error) {
	if strings.HasPrefix(req.URL.String(), h.known) {
		return h.next.Do(req)
	}
	h.others = append(h.others, req.URL.String())
	body := io.NopCloser(strings.NewReader(serviceJSON("Healthy", "", "{}")))
	return &http.Response{StatusCode: max(h.status, 200), Header: http.Header{}, Body: body, Request: req}, nil
}

func TestModelManagementOverride(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t, func(c *azureml.Config) { c.ModelManagementEndpoint = workspacetest.URL + "/over/prefix/" })
		api.on("GET", "/over/prefix/modelmanagement/v1.0"+idPath+"/services/iris", answer(200, serviceJSON("Healthy", "", "{}")))
		if _, err := api.ws.GetService(t.Context(), "iris"); err != nil {
			t.Fatal(err)
		}
		if len(api.log) != 1 {
			t.Errorf("the workspace was looked up although the endpoint is given")
		}
		api.on("GET", expPath+"/environments/e", answer(200, `{"name":"e"}`))
		if _, err := api.ws.GetEnvironment(t.Context(), "e", ""); err != nil {
			t.Errorf("environments do not follow discovery: %v", err)
		}
	})
}
