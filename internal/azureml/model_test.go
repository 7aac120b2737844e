// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

var churn = azureml.RegisterModelRequest{Name: "churn", URL: "aml://asset/a1"}

func modelJSON(version, url string) string {
	return `{"id":"churn:` + version + `","name":"churn","version":` + version + `,"url":"` + url + `","kvTags":null,"datasets":[]}`
}

func TestRegisterLooksBeforeItRepeats(t *testing.T) {
	others := `{"value":[` + modelJSON("3", "aml://asset/b") + `,null],"nextLink":"https://elsewhere.example/x?page=2"}`
	for name, tc := range map[string]struct {
		posts, looks []http.HandlerFunc
		sent         int
		id, want     string
	}{
		"it is on the second page": {
			[]http.HandlerFunc{reset}, []http.HandlerFunc{answer(200, others), answer(200, `{"value":[`+modelJSON("2", "aml://asset/a1")+`]}`)}, 1, "churn:2", "",
		},
		"it appears later": {
			[]http.HandlerFunc{reset}, []http.HandlerFunc{answer(200, `{"value":[]}`), answer(503, ""), answer(200, `{"value":[`+modelJSON("4", "aml://asset/a1")+`]}`)}, 1, "churn:4", "",
		},
		"nothing came of it": {
			[]http.HandlerFunc{answer(502, htmlPage), answer(200, modelJSON("4", "aml://asset/a1"))}, []http.HandlerFunc{answer(200, `{"value":[]}`)}, 2, "churn:4", "",
		},
		"nothing ever comes of it": {
			[]http.HandlerFunc{answer(503, "")}, []http.HandlerFunc{answer(200, `{"value":[]}`)}, 4, "", `model "churn" was to be registered, and nothing is seen to have come of it`,
		},
		"it cannot be looked up": {
			[]http.HandlerFunc{reset}, []http.HandlerFunc{answer(403, "")}, 1, "", "whether it was could not be looked up",
		},
		"it is refused": {
			[]http.HandlerFunc{answer(400, `{"code":"BadRequest","message":"no"}`)}, nil, 1, "", "400 Bad Request: BadRequest: no",
		},
		"the reply says nothing": {
			[]http.HandlerFunc{answer(200, "{}")}, []http.HandlerFunc{answer(200, `{"value":[`+modelJSON("2", "aml://asset/a1")+`]}`)}, 1, "churn:2", "",
		},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("POST", mmPath+"/models", tc.posts...)
			api.on("GET", mmPath+"/models", tc.looks...)
			model, err := api.ws.RegisterModel(within(t, 20*time.Second), churn)
			api.wantCount("POST", "/models", tc.sent)
			if tc.want != "" {
				wantText(t, err, tc.want)
				return
			}
			if err != nil || model.ID != tc.id {
				t.Fatalf("got %+v, %v", model, err)
			}
		})
	}
}

// A model that is registered while its context ends is found anyway.
func TestRegisterIsInterrupted(t *testing.T) {
	for name, tc := range map[string]struct {
		list string
		id   string
	}{
		"done":     {`{"value":[` + modelJSON("1", "aml://asset/a1") + `]}`, "churn:1"},
		"not done": {`{"value":[]}`, ""},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("POST", mmPath+"/models", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
			api.on("GET", mmPath+"/models", answer(200, tc.list))
			if _, err := api.ws.Info(t.Context()); err != nil {
				t.Fatal(err)
			}
			model, err := api.ws.RegisterModel(within(t, 200*time.Millisecond), churn)
			api.wantCount("POST", "/models", 1)
			if tc.id == "" {
				var unknown *azureml.UnknownOutcomeError
				if !errors.As(err, &unknown) {
					t.Fatalf("got %T %v", err, err)
				}
				return
			}
			if err != nil || model.ID != tc.id {
				t.Fatalf("got %+v, %v", model, err)
			}
		})
	}
}

// The API may leave out much of a model.
func TestModelIsReadLeniently(t *testing.T) {
	for name, tc := range map[string]struct {
		body string
		want azureml.Model
		err  string
	}{
		"no version":          {`{"id":"churn:7","name":"churn"}`, azureml.Model{ID: "churn:7", Name: "churn", Version: 7}, ""},
		"id only":             {`{"id":"churn:7"}`, azureml.Model{ID: "churn:7", Name: "churn", Version: 7}, ""},
		"no id":               {`{"name":"churn","version":7}`, azureml.Model{ID: "churn:7", Name: "churn", Version: 7}, ""},
		"text version":        {`{"name":"churn","version":"7","description":null,"kvTags":null,"framework":null}`, azureml.Model{ID: "churn:7", Name: "churn", Version: 7}, ""},
		"nothing":             {`{}`, azureml.Model{}, "it names no model and version"},
		"no version anywhere": {`{"id":"churn"}`, azureml.Model{}, "it names no model and version"},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("GET", mmPath+"/models/churn:7", answer(200, tc.body))
			got, err := api.ws.GetModel(t.Context(), "churn:7")
			if tc.err != "" {
				wantText(t, err, tc.err)
				return
			}
			if err != nil || cmp.Diff(*got, tc.want) != "" {
				t.Errorf("got %+v, %v", got, err)
			}
			if asked := api.asked("GET", "/models/churn%3A7"); len(asked) != 1 {
				t.Error("the id was not percent-encoded")
			}
		})
	}
}
