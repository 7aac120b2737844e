// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// Requests that the specification does not allow are made out of it, for each
// operation that is served, and sent. Each is refused with 400 and a detail that
// names the place, or is one of the exceptions that the table lists with their
// sources. The table has their number.
func TestVariants(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	spec := specify(t, s)
	spec.asset = s.call("POST", "/assets", object{"name": "a"}).json["id"].(string)
	for _, body := range []map[string]any{aci("kept-aci", "authEnabled", true, "dnsNameLabel", "kept"), aks("kept-aks"), aks("kept-tokens", "authEnabled", false, "aadAuthEnabled", true)} {
		accepted := s.call("POST", "/services", body)
		s.succeed(accepted)
		location := accepted.header.Get("Operation-Location")
		spec.operation = location[strings.LastIndex(location, "/")+1:]
	}

	generated := spec.generate()
	maps.Copy(generated, spec.generateResources(t))
	classes, exceptions := variantClasses(), map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(generated)) {
		before := spec.content()
		for _, v := range generated[id] {
			if _, known := classes[v.class]; !known {
				t.Fatalf("%s: the table has no class %s", id, v.class)
			}
			classes[v.class]++
			if v.allowed == "" {
				if reply := spec.send(id, v); v.wrongBody(reply) != "" {
					t.Errorf("%s %s %s: %s, got %d %s", id, v.class, v.exactly, v.wrongBody(reply), reply.status, reply.raw)
				}
			}
		}
		if spec.content() != before {
			t.Errorf("%s: refused requests have changed the workspace", id)
		}
		for _, v := range generated[id] {
			if v.allowed == "" {
				continue
			}
			if exceptions[v.allowed] = true; !exceptionOf(v.allowed) {
				t.Fatalf("%s %s: the table has no exception %s", id, v.exactly, v.allowed)
			}
			if reply := spec.send(id, v); reply.status >= 300 {
				t.Errorf("%s %s %s: want success (%s), got %d %s", id, v.class, v.exactly, v.allowed, reply.status, reply.raw)
			}
			for _, name := range s.e.ServiceNames(emulator.DefaultWorkspaceID) {
				if (id == "Services_Create" || id == "PutServiceResource") && !slices.Contains([]string{"kept-aci", "kept-aks", "kept-tokens"}, name) {
					s.succeed(s.call("DELETE", "/services/"+name, nil))
				}
			}
		}
	}

	for _, row := range emulator.ResourceVariants() {
		if n := len(generated[row.Operation]); n != row.Variants {
			t.Errorf("%s: %d generated requests, the table says %d. Correct ResourceVariants, then go run ./internal/cmd/conformance", row.Operation, n, row.Variants)
		}
	}
	for _, row := range emulator.ConformanceTable() {
		if n := len(generated[row.OperationID]); n != row.Variants {
			t.Errorf("%s: %d generated requests, the table says %d. Correct Variants in the table, then go run ./internal/cmd/conformance", row.OperationID, n, row.Variants)
		}
		if row.Operation != "" && row.Variants == 0 {
			t.Errorf("%s: no request was generated", row.OperationID)
		}
	}
	for name, n := range classes {
		if n == 0 {
			t.Errorf("class %s: no request was generated", name)
		}
	}
	for _, exception := range emulator.VariantExceptions() {
		if !exceptions[exception.Name] {
			t.Errorf("exception %s: no request falls under it", exception.Name)
		}
	}
}

// content is all that the workspace shows.
func (spec *specification) content() string {
	var out strings.Builder
	for _, path := range []string{"/services?expand=true", "/models", "/assets"} {
		out.WriteString(spec.s.call("GET", path, nil).raw)
	}
	return out.String()
}

func (spec *specification) send(id string, v variant) answer {
	spec.t.Helper()
	method, address := spec.operations[id].method, spec.s.url(v.path)
	if method == "" {
		method, address = methodOf(id), spec.s.e.ResourceManagerURL()+spec.s.scope+v.path
	}
	request, err := http.NewRequest(method, address, strings.NewReader(v.body))
	if err != nil {
		spec.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+spec.s.bearer)
	request.Header.Set("Content-Type", "application/json")
	if method == http.MethodPatch {
		request.Header.Set("Content-Type", "application/json-patch+json")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		spec.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		spec.t.Fatal(err)
	}
	reply := answer{status: response.StatusCode, header: response.Header, raw: string(raw)}
	_ = json.Unmarshal(raw, &reply.json)
	return reply
}
