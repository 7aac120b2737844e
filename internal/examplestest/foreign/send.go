// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

// sendVariable makes an apply send what azapi would send, to the Resource Manager and
// with the credential of the ARM_* variables that azapi reads too.
const sendVariable = "FOREIGN_SENDS"

// client sends requests of azapi.
type client struct {
	http  *http.Client
	token func() (string, error)
}

var sender = sync.OnceValues(func() (*client, error) {
	pool := x509.NewCertPool()
	if file := os.Getenv("MLWS_CA_CERTIFICATE_FILE"); file != "" {
		text, err := os.ReadFile(file) //nolint:gosec // a test names the file
		if err != nil || !pool.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s has no certificate: %w", file, err)
		}
	}
	c := &client{http: &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}}
	c.token = sync.OnceValues(c.signIn)
	return c, nil
})

func (c *client) signIn() (string, error) {
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {os.Getenv("ARM_CLIENT_ID")}, "client_secret": {os.Getenv("ARM_CLIENT_SECRET")},
		"scope": {"https://management.azure.com/.default"},
	}
	address := os.Getenv("ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST") + "/" + os.Getenv("ARM_TENANT_ID") + "/oauth2/v2.0/token"
	reply, err := c.do(context.Background(), http.MethodPost, address, "application/x-www-form-urlencoded", "", []byte(form.Encode()))
	if err != nil {
		return "", err
	}
	var body struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal(reply.body, &body); err != nil || body.Token == "" {
		return "", fmt.Errorf("the reply to the sign-in has no token (%w)", err)
	}
	return body.Token, nil
}

// reply is a successful answer.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// link is where the operation that the reply has started, or is about, can be followed;
// "" if it has ended.
func (r *reply) link() string {
	if link := r.header.Get("Azure-AsyncOperation"); link != "" || r.status != http.StatusAccepted {
		return link
	}
	return r.header.Get("Location")
}

// send sends a request, and waits until what it starts has ended.
func send(ctx context.Context, r request) error {
	c, err := sender()
	if err != nil {
		return err
	}
	_, version, _ := strings.Cut(r.Type, "@")
	body := r.Body
	if object, ok := body.(map[string]any); ok {
		body = merged(object, r.Sensitive)
	}
	answer, err := c.authorized(ctx, r.Method, os.Getenv("ARM_RESOURCE_MANAGER_ENDPOINT")+r.ID+"?api-version="+version, body)
	if err != nil {
		return err
	}
	for link := answer.link(); link != ""; {
		if link, err = c.follow(ctx, link); err != nil {
			return err
		}
	}
	return nil
}

// follow reads an operation, and returns where to read it next; "" if it has ended.
func (c *client) follow(ctx context.Context, link string) (next string, err error) {
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case <-time.After(50 * time.Millisecond):
	}
	answer, err := c.authorized(ctx, http.MethodGet, link, nil)
	if err != nil {
		return "", err
	}
	var operation struct {
		Status string
		Error  any
	}
	_ = json.Unmarshal(answer.body, &operation) // Location has none
	switch operation.Status {
	case "Failed", "Canceled":
		return "", fmt.Errorf("the operation ended %s: %v", operation.Status, operation.Error)
	case "Succeeded":
		return "", nil
	case "":
		return answer.link(), nil
	}
	return link, nil
}

// authorized sends a request of JSON with the token.
func (c *client) authorized(ctx context.Context, method, address string, body any) (*reply, error) {
	token, err := c.token()
	if err != nil {
		return nil, err
	}
	var content []byte
	if body != nil {
		if content, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	return c.do(ctx, method, address, "application/json", "Bearer "+token, content)
}

func (c *client) do(ctx context.Context, method, address, contentType, authorization string, content []byte) (*reply, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(content)) //nolint:gosec // a test names the address
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", contentType)
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := c.http.Do(request) //nolint:gosec // as above
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // read-only
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("%s %s: %d %s", method, address, response.StatusCode, body)
	}
	return &reply{response.StatusCode, response.Header, body}, err
}

// merged merges the members of secret into those of body, as azapi merges sensitive_body.
func merged(body map[string]any, secret any) map[string]any {
	result := maps.Clone(body)
	more, _ := secret.(map[string]any)
	for name, value := range more {
		inner, isObject := value.(map[string]any)
		if below, both := result[name].(map[string]any); both && isObject {
			result[name] = merged(below, inner)
		} else {
			result[name] = value
		}
	}
	return result
}
