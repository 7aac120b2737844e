// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

func TestListKeys(t *testing.T) {
	good := answer(200, `{"primaryKey":"p1","secondaryKey":"s1"}`)
	for name, tc := range map[string]struct {
		replies []http.HandlerFunc
		want    string // an error; empty: success
	}{
		"200":          {[]http.HandlerFunc{good}, ""},
		"lost reply":   {[]http.HandlerFunc{reset, cutOff(200, "{"), answer(502, htmlPage), good}, ""},
		"busy":         {[]http.HandlerFunc{answer(409, busyBody), good}, ""},
		"no primary":   {[]http.HandlerFunc{answer(200, `{"secondaryKey":"s1"}`)}, "the reply to POST /services/iris/listkeys cannot be used: it has no primaryKey"},
		"no secondary": {[]http.HandlerFunc{answer(200, `{"primaryKey":"p1","secondaryKey":null}`)}, "it has no secondaryKey"},
		"empty":        {[]http.HandlerFunc{answer(200, "")}, "its body is empty"},
		"odd type":     {[]http.HandlerFunc{answer(200, `{"primaryKey":["p1"],"secondaryKey":"s1"}`)}, "does not have the expected form"},
		"forbidden":    {[]http.HandlerFunc{answer(403, `{"code":"Forbidden"}`)}, "403 Forbidden"},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("POST", irisPath+"/listkeys", tc.replies...)
			api.on("GET", irisPath, answer(200, serviceJSON("Healthy", "", "{}")))
			keys, err := api.ws.ListKeys(within(t, 5*time.Second), "iris")
			if tc.want != "" {
				wantText(t, err, tc.want)
				return
			}
			if err != nil || keys.Primary != "p1" || keys.Secondary != "s1" {
				t.Fatalf("got primary %q, secondary %q, %v", keys.Primary, keys.Secondary, err)
			}
			if keys.Slot(azureml.KeyPrimary) != "p1" || keys.Slot(azureml.KeySecondary) != "s1" {
				t.Error("the slots are mixed up")
			}
			if body := api.asked("POST", "/listkeys")[0].Body; body != "" {
				t.Errorf("sent a body: %s", body)
			}
		})
	}
}
