// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// specification is the API's own description, with an account of what was
// exchanged under it.
type specification struct {
	t                *testing.T
	s                *session
	document         *openapi3.T
	operations       map[string]specified
	served           map[string]bool
	refused          map[string]map[int]bool
	asset, operation string // ids of one of each, for generated requests
}

type specified struct {
	method, template string
	item             *openapi3.PathItem
	operation        *openapi3.Operation
}

// specify loads the specification, and corrects the places in which the API is
// known to be different.
func specify(t *testing.T, s *session) *specification {
	t.Helper()
	raw, err := os.ReadFile("testdata/modelManagement-2019-09-30.json")
	if err != nil {
		t.Fatal(err)
	}
	var two openapi2.T
	if err := json.Unmarshal(raw, &two); err != nil {
		t.Fatal(err)
	}
	three, err := openapi2conv.ToV3(&two)
	if err != nil {
		t.Fatal(err)
	}
	three.Servers = openapi3.Servers{{URL: s.e.ModelManagementURL()}}
	spec := &specification{t: t, s: s, document: three, operations: map[string]specified{}, served: map[string]bool{}, refused: map[string]map[int]bool{}}
	for template, item := range three.Paths.Map() {
		for method, operation := range item.Operations() {
			spec.operations[operation.OperationID] = specified{method, template, item, operation}
		}
	}
	spec.correct()
	return spec
}

// correct holds every exception: each one says what the document has wrong.
func (spec *specification) correct() {
	schemas := spec.document.Components.Schemas
	// Swagger 2.0 cannot say that a member may be null. The Python SDK insists on
	// the keys of a service and sends nulls for what is not set, so null is allowed
	// everywhere: autoScaler's members while it is off, cname, description, error.
	seen := map[*openapi3.Schema]bool{}
	for _, schema := range schemas {
		allowNull(schema, seen)
	}
	// keyType is an int32 with an enum of names, which no value can be. The SDK
	// sends the name.
	keyType := schemas["RegenerateServiceKeysRequest"].Value.Properties["keyType"].Value
	keyType.Type, keyType.Format = &openapi3.Types{"string"}, ""
	// The value of a JSON Patch operation is an object in the document, and any
	// value in RFC 6902. So the SDK sends text, numbers and booleans.
	schemas["JsonPatchOperation"].Value.Properties["value"] = openapi3.NewSchemaRef("", &openapi3.Schema{Nullable: true})
	// Newer descriptions and the documentation have a state more.
	state := schemas["ServiceResponseBase"].Value.Properties["state"].Value
	state.Enum = append(state.Enum, "Unschedulable")
	// Beyond that, two members go by other names on the wire than in the document:
	// a response's image is environmentImageRequest (here: environment), and the
	// versions of an AKS endpoint are a map named versions (here: an array named
	// variants). The document closes no object, so the first needs no change; the
	// second kind of service is answered with 501.
}

func allowNull(ref *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) {
	if ref == nil || ref.Value == nil || seen[ref.Value] {
		return
	}
	schema := ref.Value
	seen[schema] = true
	schema.Nullable = true
	for _, member := range schema.Properties {
		allowNull(member, seen)
	}
	for _, part := range schema.AllOf {
		allowNull(part, seen)
	}
	allowNull(schema.Items, seen)
	allowNull(schema.AdditionalProperties.Schema, seen)
}

// exchange is one call under the specification.
type exchange struct {
	id     string // operationId
	path   string // below the workspace, with the query
	body   any
	bearer string // "none" sends no credential; empty is the Owner's
	scope  string // another workspace's id
	want   int
	media  string // content type; empty is the operation's own
}

// do sends a call. One that should succeed has to be a valid request, and every
// reply a valid response.
func (spec *specification) do(x exchange) answer {
	spec.t.Helper()
	known, exists := spec.operations[x.id]
	if !exists {
		spec.t.Fatalf("the specification has no operation %s", x.id)
	}
	scope := spec.s.scope
	if x.scope != "" {
		scope = x.scope
	}
	var body []byte
	if text, isText := x.body.(string); isText {
		body = []byte(text)
	} else if x.body != nil {
		body, _ = json.Marshal(x.body)
	}
	request, err := http.NewRequest(known.method, spec.s.e.ModelManagementURL()+"/modelmanagement/v1.0"+scope+x.path, bytes.NewReader(body))
	if err != nil {
		spec.t.Fatal(err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if known.method == http.MethodPatch {
		request.Header.Set("Content-Type", "application/json-patch+json")
	}
	if x.media != "" {
		request.Header.Set("Content-Type", x.media)
	}
	switch x.bearer {
	case "":
		request.Header.Set("Authorization", "Bearer "+spec.s.e.AccessToken(emulator.OwnerClientID))
	case "none":
	default:
		request.Header.Set("Authorization", "Bearer "+x.bearer)
	}
	input := &openapi3filter.RequestValidationInput{
		Request: request.Clone(spec.t.Context()), PathParams: parameters(known.template, request.URL.Path),
		Route:   &routers.Route{Spec: spec.document, Path: known.template, PathItem: known.item, Method: known.method, Operation: known.operation},
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true},
	}
	input.Request.Body = io.NopCloser(bytes.NewReader(body))
	if x.want < 300 {
		if err := openapi3filter.ValidateRequest(spec.t.Context(), input); err != nil {
			spec.t.Errorf("%s %s: the request is not valid: %v", x.id, x.path, err)
		}
	}
	reply, err := send(spec.s.e, request)
	if err != nil {
		spec.t.Fatal(err)
	}
	if reply.status != x.want {
		spec.t.Errorf("%s %s: %d %s, want %d", x.id, x.path, reply.status, reply.raw, x.want)
	}
	if err := openapi3filter.ValidateResponse(spec.t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: reply.status, Header: reply.header, Options: input.Options,
		Body: io.NopCloser(strings.NewReader(reply.raw)),
	}); err != nil {
		spec.t.Errorf("%s %s: the response is not valid: %v", x.id, x.path, err)
	}
	spec.account(x.id, reply)
	return reply
}

func (spec *specification) account(id string, reply answer) {
	if reply.status < 300 {
		spec.served[id] = true
		return
	}
	if spec.refused[id] == nil {
		spec.refused[id] = map[int]bool{}
	}
	spec.refused[id][reply.status] = true
	// Every refusal has the flat body, which the document does not require.
	if reply.json["statusCode"] != float64(reply.status) || reply.json["code"] == "" || reply.json["message"] == "" || reply.json["error"] != nil {
		spec.t.Errorf("%s: a refusal that is not flat: %d %s", id, reply.status, reply.raw)
	}
}

func parameters(template, path string) map[string]string {
	out := map[string]string{}
	actual := strings.Split(path[strings.Index(path, "/modelmanagement/"):], "/")
	for i, segment := range strings.Split(template, "/") {
		if strings.HasPrefix(segment, "{") && i < len(actual) {
			out[strings.Trim(segment, "{}")] = actual[i]
		}
	}
	return out
}

// is validates a value against one schema: the document's own discriminator
// does not lead from a service to the fields of its compute type.
func (spec *specification) is(schema string, value any) {
	spec.t.Helper()
	ref := spec.document.Components.Schemas[schema]
	if ref == nil {
		spec.t.Fatalf("the specification has no schema %s", schema)
	}
	raw, _ := json.Marshal(value)
	var plain any
	if err := json.Unmarshal(raw, &plain); err != nil {
		spec.t.Fatal(err)
	}
	if err := ref.Value.VisitJSON(plain); err != nil {
		spec.t.Errorf("not a valid %s: %v", schema, err)
	}
}
