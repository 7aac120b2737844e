// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
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
	reply, err := c.http.PostForm(os.Getenv("ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST")+"/"+os.Getenv("ARM_TENANT_ID")+"/oauth2/v2.0/token", form)
	if err != nil {
		return "", err
	}
	defer func() { _ = reply.Body.Close() }()
	var body struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(reply.Body).Decode(&body); err != nil || body.Token == "" {
		return "", fmt.Errorf("the sign-in was answered with %d (%w)", reply.StatusCode, err)
	}
	return body.Token, nil
}

// send sends a request, and waits until what it starts has ended.
func send(ctx context.Context, r request) error {
	c, err := sender()
	if err != nil {
		return err
	}
	_, version, _ := strings.Cut(r.Type, "@")
	address := os.Getenv("ARM_RESOURCE_MANAGER_ENDPOINT") + r.ID + "?api-version=" + version
	body := r.Body
	if object, ok := body.(map[string]any); ok {
		body = merged(object, r.Sensitive)
	}
	reply, err := c.do(ctx, r.Method, address, body)
	for err == nil {
		link := reply.Header.Get("Azure-AsyncOperation")
		if link == "" && reply.StatusCode == http.StatusAccepted {
			link = reply.Header.Get("Location")
		}
		if link == "" {
			return nil
		}
		if reply, err = c.follow(ctx, link); reply == nil {
			return err
		}
	}
	return err
}

// follow reads an operation. The reply is nil if it has ended.
func (c *client) follow(ctx context.Context, link string) (*http.Response, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(50 * time.Millisecond):
	}
	reply, err := c.do(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		return nil, err
	}
	var operation struct {
		Status string
		Error  any
	}
	_ = json.Unmarshal(text, &operation) // Location has none
	switch operation.Status {
	case "Failed", "Canceled":
		return nil, fmt.Errorf("the operation ended %s: %v", operation.Status, operation.Error)
	case "Succeeded":
		return nil, nil
	case "":
		if reply.StatusCode != http.StatusAccepted {
			return nil, nil
		}
	}
	if reply.Header.Get("Location") == "" {
		reply.Header.Set("Azure-AsyncOperation", link)
	}
	return reply, nil
}

func (c *client) do(ctx context.Context, method, address string, body any) (*http.Response, error) {
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
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	reply, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(reply.Body)
	err = errors.Join(err, reply.Body.Close())
	if err == nil && reply.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("%s %s: %d %s", method, address, reply.StatusCode, text)
	}
	reply.Body = io.NopCloser(bytes.NewReader(text))
	return reply, err
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
