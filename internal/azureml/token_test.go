// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

func TestCreateToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		good := `{"accessToken":"jwt-value","tokenType":"Bearer","expiryOn":1700043200,"refreshAfter":1700000000}`
		api.on("POST", irisPath+"/token", answer(201, good), answer(200, good), reset, answer(201, good))
		for range 3 {
			token, err := api.ws.CreateToken(t.Context(), "iris")
			if err != nil {
				t.Fatal(err)
			}
			if token.AccessToken != "jwt-value" || token.TokenType != "Bearer" ||
				!token.RefreshAfter.Equal(time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC)) ||
				token.ExpiryOn.Sub(token.RefreshAfter) != 12*time.Hour || token.ExpiryOn.Location() != time.UTC {
				t.Errorf("got %s, %s, %s", token.TokenType, token.RefreshAfter, token.ExpiryOn)
			}
		}
		if body := api.asked("POST", "/token")[0].Body; body != "" {
			t.Errorf("sent a body: %s", body)
		}
	})
}

func TestUnusableTokens(t *testing.T) {
	const fields = `"accessToken":"jwt-value","tokenType":"Bearer",`
	for name, tc := range map[string]struct{ body, want string }{
		"no accessToken":   {`{"tokenType":"Bearer","expiryOn":1700043200,"refreshAfter":1700000000}`, "it has no accessToken"},
		"null accessToken": {`{"accessToken":null,"tokenType":"Bearer","expiryOn":1700043200,"refreshAfter":1700000000}`, "it has no accessToken"},
		"no tokenType":     {`{"accessToken":"jwt-value","expiryOn":1700043200,"refreshAfter":1700000000}`, "it has no tokenType"},
		"no refreshAfter":  {`{` + fields + `"expiryOn":1700043200}`, "its refreshAfter is missing or not a number"},
		"no expiryOn":      {`{` + fields + `"refreshAfter":1700000000}`, "its expiryOn is missing or not a number"},
		"0":                {`{` + fields + `"expiryOn":0,"refreshAfter":1700000000}`, "its expiryOn is 0, which is not a time"},
		"-1":               {`{` + fields + `"expiryOn":1700043200,"refreshAfter":-1}`, "its refreshAfter is -1, which is not a time"},
		"milliseconds":     {`{` + fields + `"expiryOn":1700043200000,"refreshAfter":1700000000}`, "its expiryOn is 1700043200000, which looks like milliseconds"},
		"fraction":         {`{` + fields + `"expiryOn":1700043200.5,"refreshAfter":1700000000}`, "its expiryOn is not a whole number of seconds"},
		"too large":        {`{` + fields + `"expiryOn":1e300,"refreshAfter":1700000000}`, "its expiryOn is not a whole number of seconds"},
		"text":             {`{` + fields + `"expiryOn":"tomorrow","refreshAfter":1700000000}`, "its expiryOn is not a whole number of seconds"},
		"empty":            {``, "its body is empty"},
		"array":            {`[]`, "does not have the expected form"},
		"wrong mode":       {``, "400 Bad Request: BadRequest: token auth is off"},
		"region is down":   {``, "503 Service Unavailable"},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			reply := answer(201, tc.body)
			switch name {
			case "wrong mode":
				reply = answer(400, `{"code":"BadRequest","message":"token auth is off"}`)
			case "region is down":
				reply = answer(http.StatusServiceUnavailable, "")
			}
			api.on("POST", irisPath+"/token", reply)
			token, err := api.ws.CreateToken(within(t, 5*time.Second), "iris")
			wantText(t, err, tc.want)
			if strings.Contains(err.Error(), "jwt-value") || token != (azureml.Token{}) {
				t.Errorf("the token leaks: %v", err)
			}
		})
	}
}

func TestSecretsPrintMasked(t *testing.T) {
	for name, value := range map[string]any{
		"keys":             azureml.Keys{Primary: "hidden-1", Secondary: "hidden-2"},
		"pointer to keys":  &azureml.Keys{Primary: "hidden-1", Secondary: "hidden-2"},
		"token":            azureml.Token{AccessToken: "hidden-1", TokenType: "hidden-2"},
		"in a struct":      struct{ K azureml.Keys }{azureml.Keys{Primary: "hidden-1"}},
		"in a slice":       []azureml.Token{{AccessToken: "hidden-1"}},
		"in an error text": fmt.Errorf("keys %v", azureml.Keys{Primary: "hidden-1"}),
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
				fmt.Fprintf(&out, verb, value)
			}
			fmt.Fprint(&out, value)
			slog.New(slog.NewTextHandler(&out, nil)).Info("x", "value", value)
			slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "value", value)
			if err := json.NewEncoder(&out).Encode(value); err != nil {
				t.Error(err)
			}
			if strings.Contains(out.String(), "hidden") || strings.Contains(out.String(), fmt.Sprintf("%x", "hidden")) {
				t.Errorf("shown: %s", out.String())
			}
			if !strings.Contains(out.String(), "(sensitive)") {
				t.Errorf("not marked as sensitive: %s", out.String())
			}
		})
	}
}
