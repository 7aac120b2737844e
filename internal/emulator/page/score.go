// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package page

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// maxAnswer bounds the answer of a service that is shown.
const maxAnswer = 1 << 20

var credentials = []string{"primary", "secondary", "token", "none"}

// order names a service and a credential of it.
type order struct {
	ID         string `json:"id"`
	Credential string `json:"credential"`
	Input      string `json:"input"`
}

var orderFields = api.Fields{
	"id": {Kind: api.Text, Required: true}, "credential": {Kind: api.Text, Required: true, Enum: credentials},
}

// read decodes a body that names a service and a credential.
func (p *Page) read(c *api.Call, fields api.Fields) (svc *state.Service, given order, err error) {
	body, err := c.Object(fields)
	if err != nil {
		return nil, given, err
	}
	if found := fields.Check(body, ""); len(found) > 0 {
		return nil, given, api.BadRequest(found...)
	}
	if err = json.Unmarshal(c.Body, &given); err != nil {
		return nil, given, err
	}
	svc, err = p.find(given.ID)
	return svc, given, err
}

// secret returns a credential of a service, empty for "none". A token is a new one.
func (p *Page) secret(svc *state.Service, credential string) (value string, err error) {
	switch credential {
	case "primary":
		value = svc.Primary
	case "secondary":
		value = svc.Secondary
	case "token":
		return p.source.Token(svc)
	default:
		return "", nil
	}
	if value == "" {
		return "", api.Invalid("NoKey", "credential", "Service %s has no %s key. Enable key authentication to give it keys.", svc.Name, credential)
	}
	return value, nil
}

// credential answers a key, or a new token, for which the person has asked.
func (p *Page) credential(c *api.Call) (*api.Reply, error) {
	svc, given, err := p.read(c, orderFields)
	if err != nil {
		return nil, err
	}
	value, err := p.secret(svc, given.Credential)
	if err != nil {
		return nil, err
	}
	return api.OK(map[string]any{"value": value}).With("Cache-Control", "no-store"), nil
}

// score sends the input to the scoring endpoint as any client does, so that faults
// and the request log apply, and answers what came back. The credential stays here.
func (p *Page) score(c *api.Call) (*api.Reply, error) {
	svc, given, err := p.read(c, orderFields.Merge(api.Fields{"input": {Kind: api.Text}}))
	if err != nil {
		return nil, err
	}
	uri, err := url.Parse(text(p.source.Document(svc)["scoringUri"]))
	if err != nil || uri.Path == "" {
		return nil, api.Conflict("NotDeployed", "Service %s has no scoring address yet. Wait until a deployment has succeeded.", svc.Name)
	}
	secret, err := p.secret(svc, given.Credential)
	if err != nil {
		return nil, err
	}
	address := "http://" + p.source.Facts().Loopback + uri.Path
	return &api.Reply{Later: func(ctx context.Context) (*api.Reply, error) {
		answer, err := send(ctx, address, secret, given.Input)
		if err != nil {
			return nil, err
		}
		return api.OK(answer).With("Cache-Control", "no-store"), nil
	}}, nil
}

// answer is what came back from a scoring call. Status 0 is a cut connection.
type answer struct {
	Status       int     `json:"status"`
	Body         string  `json:"body"`
	Milliseconds float64 `json:"milliseconds"`
}

func send(ctx context.Context, address, secret, input string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewBufferString(input))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	if secret != "" {
		request.Header.Set("Authorization", "Bearer "+secret)
	}
	started := time.Now()
	took := func() float64 { return float64(time.Since(started).Microseconds()) / 1000 }
	// The connection ends with the request: nothing is left to close.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	reply, err := client.Do(request)
	if err != nil {
		return answer{Body: "The connection was cut before a reply came.", Milliseconds: took()}, nil
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(io.LimitReader(reply.Body, maxAnswer))
	if err != nil {
		return answer{Body: "The connection was cut in the middle of the reply:\n" + string(body), Milliseconds: took()}, nil
	}
	return answer{Status: reply.StatusCode, Body: string(body), Milliseconds: took()}, nil
}
