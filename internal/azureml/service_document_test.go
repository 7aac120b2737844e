// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// A redeployment sends the live document, with what differs between the two
// requests, and what the API never returns.
func TestOver(t *testing.T) {
	t.Parallel()
	request := func(text string) azureml.CreateServiceRequest {
		var r azureml.CreateServiceRequest
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	const base = `"name":"iris","computeType":"ACI"`
	for name, test := range map[string]struct{ live, before, after, want string }{
		"kept as it is": {
			live:   `"future":{"a":[1,null]},"big":12345678901234567890,"location":"West Europe","dataCollection":{"eventHubEnabled":true}`,
			before: `"location":"westeurope","dataCollection":{"storageEnabled":false}`,
			after:  `"location":"westeurope","dataCollection":{"storageEnabled":false}`,
			want:   `"future":{"a":[1,null]},"big":12345678901234567890,"location":"West Europe","dataCollection":{"eventHubEnabled":true}`,
		},
		"one member of an object": {
			live:   `"containerResourceRequirements":{"cpu":0.1,"fpga":2,"cpuLimit":1}`,
			before: `"containerResourceRequirements":{"cpu":0.1,"cpuLimit":1}`,
			after:  `"containerResourceRequirements":{"cpu":0.5}`,
			want:   `"containerResourceRequirements":{"cpu":0.5,"fpga":2}`,
		},
		"an object that was not there": {live: ``, before: ``, after: `"dataCollection":{"storageEnabled":true}`, want: `"dataCollection":{"storageEnabled":true}`},
		"emptied": {
			live: `"kvTags":{"a":"1"},"description":"d","namespace":"n"`, before: `"kvTags":{"a":"1"},"description":"d","namespace":"n"`, after: ``,
			want: `"kvTags":{},"description":""`,
		},
		"tags are one value":        {live: `"kvTags":{"a":"1"}`, before: `"kvTags":{"a":"1"}`, after: `"kvTags":{"b":"2"}`, want: `"kvTags":{"b":"2"}`},
		"properties are only added": {live: `"properties":{"theirs":"1"}`, before: ``, after: `"properties":{"ours":"2"}`, want: `"properties":{"ours":"2","theirs":"1"}`},
		"what the service decides": {
			live:   `"state":"Failed","id":"x","createdTime":"2026-01-01T00:00:00Z","scoringUri":"http://x","publicIp":"1.2.3.4","operationId":"op","models":[],"error":{"code":"x"},"createdBy":{"userName":"Ada"}`,
			before: ``, after: ``, want: ``,
		},
		"TLS is always whole": {
			live:   `"sslEnabled":true,"cname":"a.b","sslCertificate":"","sslKey":""`,
			before: `"sslEnabled":true,"cname":"a.b","sslCertificate":"cert","sslKey":"key"`,
			after:  `"sslEnabled":true,"cname":"a.b","sslCertificate":"cert","sslKey":"key"`,
			want:   `"sslEnabled":true,"cname":"a.b","sslCertificate":"cert","sslKey":"key"`,
		},
		"an image of its own": {live: `"imageId":"old:1"`, before: ``, after: ``, want: `"imageId":"old:1"`},
		"an image of models": {
			live: `"imageId":"old:1"`, before: ``, after: `"environmentImageRequest":{"modelIds":["iris:1"]}`,
			want: `"environmentImageRequest":{"modelIds":["iris:1"]}`,
		},
		"both auth flags": {live: `"authEnabled":true`, before: `"authEnabled":true`, after: `"authEnabled":true`, want: `"authEnabled":true`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			with := func(text string) string {
				if text == "" {
					return "{" + base + "}"
				}
				return "{" + base + "," + text + "}"
			}
			var live azureml.Service
			if err := json.Unmarshal([]byte(with(test.live)), &live); err != nil {
				t.Fatal(err)
			}
			body, err := request(with(test.after)).Over(&live, request(with(test.before)))
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			got, want := map[string]json.RawMessage{}, map[string]json.RawMessage{}
			if err := json.Unmarshal(encoded, &got); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(with(test.want)), &want); err != nil {
				t.Fatal(err)
			}
			want["overwrite"] = json.RawMessage("true")
			text := func(members map[string]json.RawMessage) map[string]string {
				texts := map[string]string{}
				for name, member := range members {
					texts[name] = string(member)
				}
				return texts
			}
			if diff := cmp.Diff(text(want), text(got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// An image that was read is sent with every member that it came with; one that is
// made of fields is sent as these.
func TestImageDocument(t *testing.T) {
	t.Parallel()
	const reply = `{"environmentImageRequest":{"modelIds":["iris:1"],"later":{"number":12345678901234567890,"nothing":null}}}`
	var service azureml.Service
	if err := json.Unmarshal([]byte(reply), &service); err != nil {
		t.Fatal(err)
	}
	patch, err := json.Marshal([]azureml.PatchOperation{{Op: "replace", Path: "/environmentImageRequest", Value: service.Image}})
	if want := `[{"op":"replace","path":"/environmentImageRequest","value":{"modelIds":["iris:1"],"later":{"number":12345678901234567890,"nothing":null}}}]`; err != nil || string(patch) != want {
		t.Errorf("%s, %v", patch, err)
	}
	made, err := json.Marshal(azureml.EnvironmentImage{ModelIDs: []string{"iris:1"}})
	if want := `{"modelIds":["iris:1"]}`; err != nil || string(made) != want {
		t.Errorf("%s, %v", made, err)
	}
	if err := json.Unmarshal([]byte(`{"modelIds":"iris:1"}`), service.Image); err == nil {
		t.Error("another form was read")
	}
}
