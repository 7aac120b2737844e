// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package functions_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/functions"
)

const (
	workspaceID = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-demo" +
		"/providers/Microsoft.MachineLearningServices/workspaces/ws-demo"
	serviceID = workspaceID + "/services/iris"
)

// call runs a function as the framework does, and checks that each argument has
// a parameter of its own.
func call(t *testing.T, f function.Function, arguments ...string) (attr.Value, *function.FuncError) {
	t.Helper()
	ctx := context.Background()
	var definition function.DefinitionResponse
	f.Definition(ctx, function.DefinitionRequest{}, &definition)
	if got := len(definition.Definition.Parameters); got != len(arguments) {
		t.Fatalf("%d parameters for %d arguments", got, len(arguments))
	}
	values := make([]attr.Value, len(arguments))
	for i, argument := range arguments {
		values[i] = types.StringValue(argument)
	}
	result, err := definition.Definition.Return.NewResultData(ctx)
	if err != nil {
		t.Fatal(err)
	}
	resp := function.RunResponse{Result: result}
	f.Run(ctx, function.RunRequest{Arguments: function.NewArgumentsData(values)}, &resp)
	return resp.Result.Value(), resp.Error
}

func wantString(t *testing.T, got attr.Value, err *function.FuncError, want string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !got.Equal(types.StringValue(want)) {
		t.Fatalf("got %s, want %q", got, want)
	}
}

func wantError(t *testing.T, err *function.FuncError, argument int64, part string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	if err.FunctionArgument == nil || *err.FunctionArgument != argument {
		t.Errorf("the error is not about argument %d: %v", argument, err)
	}
	if !strings.Contains(err.Text, part) {
		t.Errorf("the error %q does not say %q", err.Text, part)
	}
}

func TestServiceID(t *testing.T) {
	got, err := call(t, functions.NewServiceID(), workspaceID, "iris")
	wantString(t, got, err, serviceID)

	lower := strings.ReplaceAll(workspaceID, "resourceGroups", "resourcegroups")
	got, err = call(t, functions.NewServiceID(), lower, "iris")
	wantString(t, got, err, serviceID)

	_, err = call(t, functions.NewServiceID(), serviceID, "iris")
	wantError(t, err, 0, "is not a workspace id")
	for _, name := range []string{"", "a/b", "a b", serviceID} {
		_, err = call(t, functions.NewServiceID(), workspaceID, name)
		wantError(t, err, 1, "Pass the name alone")
	}
}

func TestParseServiceID(t *testing.T) {
	got, err := call(t, functions.NewParseServiceID(), serviceID)
	if err != nil {
		t.Fatal(err)
	}
	object, ok := got.(types.Object)
	if !ok {
		t.Fatalf("the result is a %T", got)
	}
	want := map[string]attr.Value{
		"subscription_id":     types.StringValue("22222222-2222-2222-2222-222222222222"),
		"resource_group_name": types.StringValue("rg-demo"),
		"workspace_name":      types.StringValue("ws-demo"),
		"workspace_id":        types.StringValue(workspaceID),
		"name":                types.StringValue("iris"),
	}
	if !maps.EqualFunc(object.Attributes(), want, attr.Value.Equal) {
		t.Fatalf("got %s", got)
	}
	_, err = call(t, functions.NewParseServiceID(), workspaceID)
	wantError(t, err, 0, "is not a service id")
}

func TestTokenExpiry(t *testing.T) {
	expiry := time.Date(2026, time.June, 30, 12, 30, 0, 0, time.UTC)
	sign := func(claims jwt.MapClaims) string {
		token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte("a test key of no importance"))
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	good := sign(jwt.MapClaims{"exp": expiry.Unix(), "aud": []string{"x"}})
	got, err := call(t, functions.NewTokenExpiry(), good)
	wantString(t, got, err, "2026-06-30T12:30:00Z")

	for _, test := range []struct{ name, token, part string }{
		{"a key", "Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFy", "not a JSON Web Token"},
		{"an empty string", "", "not a JSON Web Token"},
		{"Bearer in front", "Bearer " + good, "without \"Bearer\""},
		{"a part of a token", good[:len(good)/2], "not a JSON Web Token"},
		{"dots around secrets", "topsecret.{topsecret}.topsecret", "not a JSON Web Token"},
		{"no exp", sign(jwt.MapClaims{"sub": "topsecret"}), "no exp claim"},
		{"exp 0", sign(jwt.MapClaims{"exp": 0}), "not a believable time"},
		{"exp -1", sign(jwt.MapClaims{"exp": -1}), "not a believable time"},
		{"exp in milliseconds", sign(jwt.MapClaims{"exp": expiry.UnixMilli()}), "not a believable time"},
		{"exp as text", sign(jwt.MapClaims{"exp": "topsecret"}), "not a number of seconds"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := call(t, functions.NewTokenExpiry(), test.token)
			wantError(t, err, 0, test.part)
			for _, part := range append(strings.Split(test.token, "."), "topsecret") {
				if len(part) > 5 && strings.Contains(err.Text, part) {
					t.Errorf("the error echoes the token: %q", err.Text)
				}
			}
		})
	}
}

// The expiry of a token is readable whatever it was signed with.
func TestTokenExpiryOfUnknownAlgorithm(t *testing.T) {
	// {"alg":"XX999"} . {"exp":1782822600} . signature
	got, err := call(t, functions.NewTokenExpiry(), "eyJhbGciOiJYWDk5OSJ9.eyJleHAiOjE3ODI4MjI2MDB9.c2ln")
	wantString(t, got, err, "2026-06-30T12:30:00Z")
}
