// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

const aksService = `{
	"id":"aks1","name":"iris","description":null,"kvTags":{"team":"a"},"properties":{"hasHttps":"False"},"operationId":"op9",
	"state":"Unschedulable","createdTime":"2021-04-01T12:34:56.1234567","updatedTime":null,"error":null,"computeType":"AKS",
	"environmentImageRequest":{"modelIds":["iris:1"],"environment":{"name":"e"}},"models":[{"id":"iris:1","kvTags":{}}],
	"scoringUri":"http://1.2.3.4:80/api/v1/service/iris/score","authEnabled":false,"aadAuthEnabled":true,"appInsightsEnabled":false,
	"computeName":"aks-demo","namespace":"azureml-ws-demo","numReplicas":1,
	"autoScaler":{"autoscaleEnabled":false,"minReplicas":null,"maxReplicas":null,"targetUtilization":null,"refreshPeriodInSeconds":null},
	"containerResourceRequirements":{"cpu":0.1,"cpuLimit":null,"memoryInGB":0.5,"memoryInGBLimit":null,"gpu":null,"fpga":null},
	"livenessProbeRequirements":null,"scoringTimeoutMs":60000,"createdBy":{"userObjectId":"x"},"unknownMember":[1,{}],
	"deploymentStatus":{"desiredReplicas":1,"availableReplicas":0,"error":{"error":{"code":"Unschedulable","message":"Couldn't Schedule"}}}}`

func TestGetService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", irisPath, answer(200, aksService))
		s, err := api.ws.GetService(t.Context(), "iris")
		if err != nil {
			t.Fatal(err)
		}
		created := time.Date(2021, 4, 1, 12, 34, 56, 123456700, time.UTC)
		switch {
		case s.State != azureml.StateUnschedulable || s.ComputeType != azureml.ComputeAKS || s.OperationID != "op9":
		case s.Description != nil || s.Tags["team"] != "a" || s.Properties["hasHttps"] != "False":
		case !s.CreatedTime.Equal(created) || !s.UpdatedTime.IsZero() || s.Error != nil:
		case *s.AuthEnabled || !*s.AADAuthEnabled || s.SSLEnabled != nil || *s.NumReplicas != 1 || s.LivenessProbe != (azureml.LivenessProbe{}):
		case *s.AutoScaler.Enabled || s.AutoScaler.MinReplicas != nil || *s.Resources.CPU != 0.1 || s.Resources.GPU != nil:
		case s.Image.ModelIDs[0] != "iris:1" || string(s.Image.Environment) != `{"name":"e"}` || s.Models[0].ID != "iris:1":
		case s.DeploymentStatus.Error.Code != "Unschedulable":
		default:
			return
		}
		t.Errorf("got %+v", s)
	})
}

func TestTimestamps(t *testing.T) {
	at := time.Date(2021, 4, 1, 12, 34, 56, 0, time.UTC)
	for text, want := range map[string]time.Time{
		`"2021-04-01T12:34:56Z"`:           at,
		`"2021-04-01T12:34:56.1234567Z"`:   at.Add(123456700),
		`"2021-04-01T12:34:56.123456789Z"`: at.Add(123456789),
		`"2021-04-01T14:34:56+02:00"`:      at,
		`"2021-04-01T14:34:56+0200"`:       at,
		`"2021-04-01T12:34:56"`:            at,
		`"2021-04-01 12:34:56"`:            at,
		`"2021-04-01"`:                     time.Date(2021, 4, 1, 0, 0, 0, 0, time.UTC),
		`null`:                             {},
		`""`:                               {},
		`"yesterday"`:                      {},
		`12`:                               {},
	} {
		var got azureml.Timestamp
		if err := got.UnmarshalJSON([]byte(text)); err != nil || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%s is read as %v, %v; want %v", text, got, err, want)
		}
	}
}

func names(t *testing.T, ws *azureml.Workspace, o azureml.ListServicesOptions) ([]string, error) {
	t.Helper()
	var found []string
	for s, err := range ws.ListServices(t.Context(), o) {
		if err != nil {
			return found, err
		}
		found = append(found, s.Name)
	}
	return found, nil
}

func TestListServicesReadsAllPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		list := mmPath + "/services"
		api.on("GET", list,
			answer(200, `{"value":[{"name":"a"},{"name":"b"}],"nextLink":"`+api.url+`/mm/prefix/modelmanagement/v1.0/x/services?$skipToken=p%202&count=2"}`),
			// The token must not follow a link to another host.
			answer(200, `{"value":[],"nextLink":"https://evil.example/services?$skipToken=p3&count=2"}`),
			answer(503, ""),
			answer(200, `{"value":[{"name":"c"},null],"nextLink":null}`))
		got, err := names(t, api.ws, azureml.ListServicesOptions{PageSize: 2})
		if err != nil || !slices.Equal(got, []string{"a", "b", "c"}) {
			t.Fatalf("got %v, %v", got, err)
		}
		var tokens []string
		for _, e := range api.asked("GET", "/services") {
			q, _ := url.ParseQuery(e.Query)
			tokens = append(tokens, q.Get("$skipToken")+"/"+q.Get("count"))
		}
		if want := []string{"/2", "p 2/2", "p3/2", "p3/2"}; !slices.Equal(tokens, want) {
			t.Errorf("asked for the pages %q, want %q", tokens, want)
		}
	})
}

func TestListServicesFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", mmPath+"/services", answer(200, `{"value":[]}`))
		if _, err := names(t, api.ws, azureml.ListServicesOptions{
			Name: "n", ModelName: "m", ModelID: "m:1", ComputeType: "ACI", PageSize: 7,
			Tags: map[string]string{"b": "2", "a": ""}, Properties: map[string]string{"p": "x y"},
		}); err != nil {
			t.Fatal(err)
		}
		got, _ := url.ParseQuery(api.asked("GET", "/services")[0].Query)
		want := url.Values{
			"name": {"n"}, "modelName": {"m"}, "modelId": {"m:1"}, "computeType": {"ACI"}, "count": {"7"},
			"tags": {"a,b=2"}, "properties": {"p=x y"}, "expand": {"true"},
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestListServicesFails(t *testing.T) {
	first := `{"value":[{"name":"a"}],"nextLink":"https://x.example/?$skipToken=2"}`
	for name, tc := range map[string]struct {
		second, want string
		status       int
	}{
		"refused page":  {`{"code":"BadRequest","message":"bad token"}`, "BadRequest: bad token", 400},
		"endless":       {first, "its nextLink does not lead to a further page", 200},
		"without query": {`{"value":[],"nextLink":"https://x.example/"}`, "its nextLink does not lead to a further page", 200},
		"not a link":    {`{"value":[],"nextLink":"::%zz"}`, "its nextLink does not lead to a further page", 200},
		"no list":       {`{"value":{}}`, "does not have the expected form", 200},
		"empty":         {``, "its body is empty", 200},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("GET", mmPath+"/services", answer(200, first), answer(tc.status, tc.second))
			got, err := names(t, api.ws, azureml.ListServicesOptions{})
			wantText(t, err, tc.want)
			if got[0] != "a" {
				t.Errorf("the first page is lost: %v", got)
			}
		})
	}
}

func TestListServicesStopsWhenAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", mmPath+"/services", answer(200, `{"value":[{"name":"a"},{"name":"b"}],"nextLink":"https://x.example/?$skipToken=2"}`))
		for s, err := range api.ws.ListServices(t.Context(), azureml.ListServicesOptions{}) {
			if err != nil || s.Name != "a" {
				t.Errorf("got %+v, %v", s, err)
			}
			break
		}
		api.wantCount("GET", "/services", 1)
	})
}

func TestServiceLogs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", irisPath+"/logs", answer(200, `{"content":"line 1\nline 2"}`), answer(200, `{"content":null}`), answer(200, ""), answer(404, missing))
		for _, want := range []string{"line 1\nline 2", "", ""} {
			if got, err := api.ws.ServiceLogs(t.Context(), "iris", azureml.LogOptions{Tail: 5000}); err != nil || got != want {
				t.Errorf("got %q, %v", got, err)
			}
		}
		if _, err := api.ws.ServiceLogs(t.Context(), "iris", azureml.LogOptions{Tail: 1, Init: true}); !azureml.IsNotFound(err) {
			t.Errorf("got %v", err)
		}
		if q := api.asked("GET", "/logs")[0].Query; q != "init=False&tail=5000" {
			t.Errorf("query %q", q)
		}
		if q := api.asked("GET", "/logs")[3].Query; q != "init=True&tail=1" {
			t.Errorf("query %q", q)
		}
	})
}

func TestGetEnvironment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", expPath+"/environments/sk env/versions/1", answer(200, `{"name":"sk env","python":{}}`))
		api.on("GET", expPath+"/environments/sk env", answer(200, `{"version":"3"}`), answer(200, `[]`), answer(404, missing))
		if got, err := api.ws.GetEnvironment(t.Context(), "sk env", "1"); err != nil || string(got) != `{"name":"sk env","python":{}}` {
			t.Errorf("got %s, %v", got, err)
		}
		if got, err := api.ws.GetEnvironment(t.Context(), "sk env", ""); err != nil || string(got) != `{"version":"3"}` {
			t.Errorf("got %s, %v", got, err)
		}
		_, err := api.ws.GetEnvironment(t.Context(), "sk env", "")
		wantText(t, err, "instead of the definition of an environment")
		if _, err := api.ws.GetEnvironment(t.Context(), "sk env", ""); !azureml.IsNotFound(err) {
			t.Errorf("got %v", err)
		}
		api.wantCount("GET", "/environments/sk%20env/versions/1", 1)
	})
}

func TestEnvironmentNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", expPath+"/environments/", answer(200, `{"value":[{"name":"a"},{"name":"b"}],"continuationToken":"x=&y"}`), answer(200, `{"value":[{"name":"c"}]}`), answer(403, `{"error":{"code":"Forbidden"}}`))
		if got, err := api.ws.EnvironmentNames(t.Context()); err != nil || !slices.Equal(got, []string{"a", "b", "c"}) {
			t.Errorf("got %q, %v", got, err)
		}
		if pages := api.asked("GET", "/environments/"); len(pages) != 2 || pages[1].Query != "continuation=x%3D%26y" {
			t.Errorf("asked %+v", pages)
		}
		if _, err := api.ws.EnvironmentNames(t.Context()); err == nil {
			t.Error("a refusal is no error")
		}
	})
}

func TestGetCompute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", armPath+"/computes/aks-demo",
			answer(200, `{"name":"aks-demo","location":"westeurope","properties":{"computeType":"AKS","computeLocation":"eastus","provisioningState":"Succeeded"}}`),
			answer(200, `{"name":"aks-demo","location":"westeurope","properties":{"computeType":"AKS","computeLocation":null,"provisioningState":"Failed"}}`),
			answer(404, `{"error":{"code":"ComputeNotFound","message":"x"}}`))
		for _, want := range []azureml.Compute{
			{Name: "aks-demo", ComputeType: "AKS", Location: "eastus", ProvisioningState: "Succeeded"},
			{Name: "aks-demo", ComputeType: "AKS", Location: "westeurope", ProvisioningState: "Failed"},
		} {
			if got, err := api.ws.GetCompute(t.Context(), "aks-demo"); err != nil || *got != want {
				t.Errorf("got %+v, %v", got, err)
			}
		}
		if _, err := api.ws.GetCompute(t.Context(), "aks-demo"); !azureml.IsNotFound(err) {
			t.Errorf("got %v", err)
		}
		for _, code := range []string{"ParentResourceNotFound", "ResourceGroupNotFound", "SubscriptionNotFound"} {
			api.on("GET", armPath+"/computes/other", answer(404, `{"error":{"code":"`+code+`","message":"x"}}`))
			if _, err := api.ws.GetCompute(t.Context(), "other"); err == nil || azureml.IsNotFound(err) {
				t.Errorf("%s: %v", code, err)
			}
		}
		if q := api.asked("GET", "/aks-demo")[0].Query; q != "api-version=2022-05-01" || strings.Contains(q, "expand") {
			t.Errorf("query %q", q)
		}
	})
}

func TestPointerToken(t *testing.T) {
	for in, want := range map[string]string{"plain": "plain", "a/b": "a~1b", "~": "~0", "~1/": "~01~1"} {
		if got := azureml.PointerToken(in); got != want {
			t.Errorf("%q is escaped as %q, want %q", in, got, want)
		}
	}
}

func TestInvalidReplyIsTyped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", irisPath, answer(200, `{"name":5}`))
		_, err := api.ws.GetService(t.Context(), "iris")
		var invalid *azureml.InvalidReplyError
		if !errors.As(err, &invalid) {
			t.Fatalf("got %T %v", err, err)
		}
		wantText(t, err, "the reply to GET /services/iris cannot be used", "name")
	})
}
