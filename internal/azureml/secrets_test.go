// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

const (
	tlsKey   = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw\nSecondLineOfTheKeyOfThisTest\n-----END PRIVATE KEY-----\n"
	password = "pass/word+of the registry"
	bearer   = "bearer-of-the-test"
)

// secretive is a create with every secret that one can have.
func secretive() azureml.CreateServiceRequest {
	request, key := iris, tlsKey
	request.SSLKey = &key
	definition, _ := json.Marshal(map[string]any{"docker": map[string]any{"baseImageRegistry": map[string]string{"password": password}}})
	request.Image = &azureml.EnvironmentImage{Environment: definition}
	return request
}

// leaks returns the first secret of secretive that a text shows, or "".
func leaks(text string) string {
	for _, secret := range []string{"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw", "SecondLineOfTheKeyOfThisTest", password, bearer, "primary-key-value", "secondary-key-value"} {
		if strings.Contains(text, secret) {
			return secret
		}
	}
	return ""
}

// quoting is the text of a server that repeats all it knows.
var quoting = `bad: ` + strings.ReplaceAll(tlsKey, "\n", `\n`) + ` SecondLineOfTheKeyOfThisTest ` + password + ` ` + bearer + ` \u001b[31mred\u202e`

// Secrets of a create are in no later error about the service: not in that of the
// request, of its operation, of the service, nor in the last error of a wait.
func TestSecretsOfACreateStayHidden(t *testing.T) {
	body := `{"code":"BadRequest","statusCode":400,"message":"` + quoting + `","details":[{"code":"` + bearer + `","message":"` + quoting + `","target":"` + password + `"}]}`
	for name, script := range map[string]func(*wire){
		"refused": func(api *wire) { api.on("POST", mmPath+"/services", answer(400, body)) },
		"lost":    func(api *wire) { api.on("POST", mmPath+"/services", answer(503, body)) },
		"throttled to the end": func(api *wire) {
			api.on("POST", mmPath+"/services", answer(429, body, "Retry-After: 3600"))
		},
		"operation": func(api *wire) { api.on("GET", opPath, operation("Failed", `,"error":`+body)) },
		"operation, to the end": func(api *wire) {
			api.on("GET", opPath, answer(503, body))
			api.on("GET", irisPath, answer(503, body))
		},
		"service": func(api *wire) {
			api.on("GET", irisPath, answer(200, `{"name":"iris","state":"Failed","error":`+body+`}`))
		},
		"replicas": func(api *wire) {
			api.on("GET", irisPath, answer(200, `{"name":"iris","state":"Transitioning","deploymentStatus":{"error":{"error":`+body+`}}}`))
		},
		"request id": func(api *wire) {
			api.on("GET", irisPath, answer(403, "", "x-ms-request-id: "+password))
		},
		"cut by the bound": func(api *wire) {
			api.on("GET", irisPath, answer(403, `{"message":"`+strings.Repeat("x", 64<<10-20)+password+`"}`))
		},
		"broken by a line's end": func(api *wire) {
			api.on("GET", irisPath, answer(403, `{"message":"`+strings.ReplaceAll(password, " ", `\n\t`)+`"}`))
		},
		"long message": func(api *wire) {
			api.on("GET", irisPath, answer(403, `{"message":"`+strings.Repeat("x", 990)+password+`"}`))
		},
		"long message of a service": func(api *wire) {
			api.on("GET", irisPath, answer(200, `{"name":"iris","state":"Failed","error":{"message":"`+strings.Repeat("x", 990)+password+`"}}`))
		},
		"message longer than the bound": func(api *wire) {
			api.on("GET", irisPath, answer(200, `{"name":"iris","state":"Failed","error":{"message":"`+strings.Repeat(" ", 64<<10-15)+password+`"}}`))
		},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t, usual)
			api.on("POST", mmPath+"/services", answer(202, "", "Operation-Location: op-1"))
			api.on("GET", opPath, operation("Succeeded", ""))
			script(api)
			ctx := within(t, 5*time.Minute)
			ref, err := api.ws.CreateService(ctx, secretive())
			if err == nil {
				var warning *azureml.OperationWarning
				if _, warning, err = api.ws.WaitCreated(ctx, "iris", ref); warning != nil {
					err = warning
				}
			}
			if err == nil {
				t.Fatal("no error")
			}
			for err != nil {
				if secret := leaks(err.Error()); secret != "" {
					t.Fatalf("%q shows %q", err, secret)
				}
				if strings.Contains(err.Error(), "pass/word") || strings.ContainsAny(err.Error(), "\x1b\u202e\n") {
					t.Fatalf("%q", err)
				}
				err = errors.Unwrap(err)
			}
		})
	}
}

// A later read of the same process still knows what was sent.
func TestSecretsAreKnownToLaterReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("PATCH", irisPath, answer(202, ""))
		key := tlsKey
		if _, err := api.ws.PatchService(t.Context(), "iris", []azureml.PatchOperation{{Op: "replace", Path: "/sslKey", Value: &key}}); err != nil {
			t.Fatal(err)
		}
		api.on("POST", irisPath+"/listkeys", answer(200, `{"primaryKey":"primary-key-value","secondaryKey":"secondary-key-value"}`))
		if _, err := api.ws.ListKeys(t.Context(), "iris"); err != nil {
			t.Fatal(err)
		}
		failed := `{"name":"iris","state":"Failed","error":{"code":"X","message":"SecondLineOfTheKeyOfThisTest primary-key-value secondary-key-value"}}`
		api.on("GET", irisPath, answer(200, failed))
		api.on("GET", mmPath+"/services", answer(200, `{"value":[`+failed+`]}`))
		service, err := api.ws.GetService(t.Context(), "iris")
		if err != nil || service.Error.Message != "(redacted) (redacted) (redacted)" {
			t.Errorf("got %+v, %v", service.Error, err)
		}
		for s, err := range api.ws.ListServices(t.Context(), azureml.ListServicesOptions{}) {
			if err != nil || s.Error.Message != "(redacted) (redacted) (redacted)" {
				t.Errorf("listed %+v, %v", s.Error, err)
			}
		}
	})
}

// FuzzNoSecretInAnyError: whatever the reply, no error has a secret of a request.
func FuzzNoSecretInAnyError(f *testing.F) {
	for _, body := range []string{quoting, `{"code":"` + password + `","statusCode":404,"message":"` + quoting + `"}`, `{"error":{"message":"` + tlsKey + `"}}`, "<Error><Code>" + bearer + "</Code></Error>", `{"primaryKey":1}`, ""} {
		for _, status := range []int{200, 202, 302, 400, 404, 409, 500} {
			f.Add(status, body, password, 0, uint8(status))
		}
	}
	f.Fuzz(func(t *testing.T, status int, body, header string, cut int, where uint8) {
		if status < 200 || status > 599 {
			status = 200 + abs(status)%400
		}
		// The fuzzer puts secrets where it likes.
		for placeholder, secret := range map[string]string{"%K": tlsKey, "%P": password, "%B": bearer, "%1": "primary-key-value"} {
			body = strings.ReplaceAll(body, placeholder, secret)
		}
		body = strings.Repeat("x", abs(cut)%(70<<10)) + body
		synctest.Test(t, func(t *testing.T) {
			api := newWire(t, usual)
			api.other = answer(404, missing) // operations of any name
			header = strings.Map(func(r rune) rune {
				if r < ' ' || r > '~' {
					return -1
				}
				return r
			}, header)
			odd := answer(status, body, "x-ms-request-id: "+header, "Location: "+header, "Operation-Location: "+header, "Retry-After: "+header)
			api.on("POST", mmPath+"/services", answer(202, "", "Operation-Location: op-1"))
			api.on("GET", opPath, operation("Succeeded", ""))
			api.on("GET", mmPath+"/operations/op-0", operation("Succeeded", ""))
			keys := answer(200, `{"primaryKey":"primary-key-value","secondaryKey":"secondary-key-value"}`)
			api.on("POST", irisPath+"/listkeys", keys)
			api.on("POST", irisPath+"/regenerateKeys", answer(202, "", "Operation-Location: op-1"))
			embedded := answer(200, `{"name":"iris","state":"Failed","error":`+body+`}`)
			targets := []func(){
				func() { api.on("POST", mmPath+"/services", odd) },
				func() { api.on("GET", opPath, odd) },
				func() { api.on("GET", irisPath, odd) },
				func() { api.on("GET", irisPath, embedded) },
				func() { api.on("GET", opPath, answer(200, `{"state":"Failed","error":`+body+`}`)) },
				func() { api.on("POST", irisPath+"/regenerateKeys", odd) },
				func() { api.on("POST", irisPath+"/listkeys", keys, odd) },
			}
			targets[int(where)%len(targets)]()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			ref, err := api.ws.CreateService(ctx, secretive())
			_, keysErr := api.ws.ListKeys(ctx, "iris")
			errs := []error{err, keysErr}
			if err == nil {
				_, warning, err := api.ws.WaitCreated(ctx, "iris", ref)
				errs = append(errs, err)
				if warning != nil {
					errs = append(errs, warning)
				}
			}
			_, err = api.ws.RegenerateKey(ctx, "iris", azureml.KeyPrimary, "primary-key-value-2")
			errs = append(errs, err)
			for _, err := range errs {
				if err == nil {
					continue
				}
				if secret := leaks(err.Error()); secret != "" {
					t.Errorf("%q shows %q", err, secret)
				}
				if strings.ContainsAny(err.Error(), "\x1b\u202e\n\r") {
					t.Errorf("not one readable line: %q", err)
				}
			}
		})
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}
