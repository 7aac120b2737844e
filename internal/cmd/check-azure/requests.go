// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// maxBody bounds what is read of an answer: logs and lists can be long.
const maxBody = 8 << 20

// answer is what came back of one request.
type answer struct {
	operation string
	status    int // 0: nothing came back, and failure says why
	failure   error
	header    http.Header
	body      []byte
	object    map[string]any // of a JSON object, else nil
}

// describe tells the status, and of an error its code and message.
func (a answer) describe() string {
	if a.failure != nil {
		return "no answer: " + a.failure.Error()
	}
	text := fmt.Sprintf("status %d", a.status)
	failed := a.object
	if inner, ok := a.object["error"].(map[string]any); ok {
		failed = inner
	}
	if code, _ := failed["code"].(string); code != "" {
		message, _ := failed["message"].(string)
		text += fmt.Sprintf(", %s: %s", code, message)
	}
	return text
}

// shape names the fields of an answer and their kinds, never their values.
func (a answer) shape() string {
	if a.object == nil {
		return "a body that is no JSON object (" + a.header.Get("Content-Type") + ")"
	}
	names := make([]string, 0, len(a.object))
	for _, name := range slices.Sorted(maps.Keys(a.object)) {
		names = append(names, name+" "+kindOf(a.object[name]))
	}
	return "{" + strings.Join(names, ", ") + "}"
}

func (a answer) text(name string) string {
	text, _ := a.object[name].(string)
	return text
}

// send makes one request. anonymous leaves out the bearer.
func (c *checker) send(ctx context.Context, operation, method, address string, body any, anonymous bool) answer {
	a := answer{operation: operation}
	var content io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return failed(a, err)
		}
		content = bytes.NewReader(data)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return failed(a, err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
		if method == http.MethodPatch {
			request.Header.Set("Content-Type", "application/json-patch+json")
		}
	}
	if !anonymous {
		token, err := c.connection.Credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{c.connection.TokenScope}})
		if err != nil {
			return failed(a, err)
		}
		c.report.secrets.Add("the bearer", token.Token)
		request.Header.Set("Authorization", "Bearer "+token.Token)
	}
	return c.do(a, request)
}

func (c *checker) do(a answer, request *http.Request) answer {
	response, err := c.connection.HTTP.Do(request)
	if err != nil {
		return failed(a, err)
	}
	defer func() { _ = response.Body.Close() }()
	a.status, a.header = response.StatusCode, response.Header
	if a.body, err = io.ReadAll(io.LimitReader(response.Body, maxBody)); err != nil {
		return failed(a, err)
	}
	_ = json.Unmarshal(a.body, &a.object)
	return a
}

// failed leaves out the address of a request, which url.Error has.
func failed(a answer, err error) answer {
	if addressed := (*url.Error)(nil); errors.As(err, &addressed) {
		err = addressed.Err
	}
	a.failure = err
	return a
}

// call makes a request of the model-management API; the path is below the workspace.
func (c *checker) call(ctx context.Context, operation, method, path string, body any) answer {
	return c.send(ctx, operation, method, c.hosts["modelmanagement"]+"/modelmanagement/v1.0"+c.workspace.String()+path, body, false)
}

func service(name string) string { return "/services/" + url.PathEscape(name) }

// wait follows the operation of a change to its end, with the pauses that Azure
// asks for, and tells whether it succeeded. Any other end is a difference. It is
// false too if the answer names no operation.
func (c *checker) wait(ctx context.Context, change answer) bool {
	id := lastSegment(change.header.Get("Operation-Location"))
	if id == "" {
		id = change.text("operationId")
	}
	if id == "" {
		return false
	}
	ctx, stop := context.WithTimeout(ctx, c.limit)
	defer stop()
	for {
		a := c.call(ctx, "GET operations/{id}", http.MethodGet, "/operations/"+url.PathEscape(id), nil)
		if !c.report.compare(a, status(http.StatusOK), fields(map[string]kind{"id": "string", "state": "string"})) {
			return false
		}
		switch a.text("state") {
		case "Succeeded":
			return true
		case "NotStarted", "Running":
		case "Failed", "Cancelled", "TimedOut":
			c.report.differ(change.operation, "its operation succeeds", "it ended as "+a.text("state")+"; "+answer{status: a.status, object: a.object}.describe())
			return false
		default:
			c.report.differ(a.operation, "state is NotStarted, Running, Succeeded, Failed, Cancelled or TimedOut", a.text("state"))
			return false
		}
		pause := c.poll
		if seconds, err := strconv.Atoi(a.header.Get("Retry-After")); err == nil {
			pause = time.Duration(seconds) * time.Second
		}
		select {
		case <-ctx.Done():
			c.report.differ(change.operation, "its operation ends", "it was still "+a.text("state")+" after "+c.limit.String())
			return false
		case <-time.After(pause):
		}
	}
}
