// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"math/big"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// logVariable names a file to which an apply writes the requests of azapi, one JSON
// object a line.
const logVariable = "FOREIGN_REQUESTS"

// request is what azapi would send.
type request struct {
	Method    string `json:"method"`
	ID        string `json:"id"`
	Type      string `json:"type"`
	Body      any    `json:"body"`
	Sensitive any    `json:"sensitive"` // merged into the body
}

// ConfigureProvider implements tfprotov6.ProviderServer.
func (foreign) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

// UpgradeResourceState implements tfprotov6.ProviderServer.
func (foreign) UpgradeResourceState(_ context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	typ := resources[req.TypeName].schema().ValueType()
	state, err := req.RawState.Unmarshal(typ)
	if err != nil {
		return nil, err
	}
	upgraded, err := tfprotov6.NewDynamicValue(typ, state)
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &upgraded}, err
}

// ReadResource implements tfprotov6.ProviderServer: nothing drifts.
func (foreign) ReadResource(_ context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Private: req.Private}, nil
}

// PlanResourceChange implements tfprotov6.ProviderServer: computed values are unknown at
// first, and write-only ones are in no plan.
func (foreign) PlanResourceChange(_ context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	planned, err := edit(req.TypeName, req.ProposedNewState, func(a attribute, value tftypes.Value) tftypes.Value {
		switch {
		case a.writeOnly:
			return tftypes.NewValue(a.typ, nil)
		case a.computed && value.IsNull():
			return tftypes.NewValue(a.typ, tftypes.UnknownValue)
		}
		return value
	})
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: planned}, err
}

// ApplyResourceChange implements tfprotov6.ProviderServer.
func (foreign) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	config, err := members(req.TypeName, req.Config)
	if err != nil {
		return nil, err
	}
	id := ""
	if config != nil {
		if id, err = record(ctx, req.TypeName, config); err != nil {
			return refused(req.PriorState, err), nil
		}
	} else if err := remove(ctx, req); err != nil {
		return refused(req.PriorState, err), nil
	}
	applied, err := edit(req.TypeName, req.PlannedState, func(a attribute, value tftypes.Value) tftypes.Value {
		if a.computed && !value.IsKnown() {
			return tftypes.NewValue(a.typ, id)
		}
		return value
	})
	return &tfprotov6.ApplyResourceChangeResponse{NewState: applied}, err
}

func refused(state *tfprotov6.DynamicValue, err error) *tfprotov6.ApplyResourceChangeResponse {
	return &tfprotov6.ApplyResourceChangeResponse{NewState: state, Diagnostics: []*tfprotov6.Diagnostic{
		{Severity: tfprotov6.DiagnosticSeverityError, Summary: "The request of azapi failed", Detail: err.Error()},
	}}
}

// remove deletes the object of a resource, if requests are sent.
func remove(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) error {
	prior, err := members(req.TypeName, req.PriorState)
	if err != nil || prior == nil || req.TypeName != "azapi_resource" || os.Getenv(sendVariable) == "" {
		return err
	}
	id, _ := plain(prior["id"]).(string)
	kind, _ := plain(prior["type"]).(string)
	return send(ctx, request{Method: "DELETE", ID: id, Type: kind})
}

// record writes what a resource of azapi would send, sends it if it is asked to, and
// returns the id of its object.
func record(ctx context.Context, typeName string, config map[string]tftypes.Value) (string, error) {
	text := func(name string) string { s, _ := plain(config[name]).(string); return s }
	kind, _, _ := strings.Cut(text("type"), "@")
	sent := request{Type: text("type"), Body: plain(config["body"]), Sensitive: plain(config["sensitive_body"])}
	switch typeName {
	case "azapi_resource":
		sent.Method, sent.ID = "PUT", text("parent_id")+kind[strings.LastIndex(kind, "/"):]+"/"+text("name")
		body, given := sent.Body.(map[string]any)
		if !given {
			body = map[string]any{}
			sent.Body = body
		}
		for _, name := range []string{"location", "tags"} {
			if value := plain(config[name]); value != nil {
				body[name] = value
			}
		}
		if blocks, _ := plain(config["identity"]).([]any); len(blocks) == 1 {
			body["identity"] = blocks[0]
		}
	case "azapi_resource_action":
		sent.Method, sent.ID = "POST", text("resource_id")
		if method := text("method"); method != "" {
			sent.Method = method
		}
		if action := text("action"); action != "" {
			sent.ID += "/" + action
		}
	default:
		return text("name"), nil
	}
	if os.Getenv(sendVariable) != "" {
		if err := send(ctx, sent); err != nil {
			return "", err
		}
	}
	file := os.Getenv(logVariable)
	if file == "" {
		return sent.ID, nil
	}
	line, err := json.Marshal(sent)
	if err != nil {
		return "", err
	}
	log, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // a test names the file
	if err != nil {
		return "", err
	}
	_, err = log.Write(append(line, '\n')) // one write, so that parallel lines stay whole
	if closeErr := log.Close(); err == nil {
		err = closeErr
	}
	return sent.ID, err
}

// members decodes an object; nil if it is null.
func members(typeName string, encoded *tfprotov6.DynamicValue) (map[string]tftypes.Value, error) {
	value, err := encoded.Unmarshal(resources[typeName].schema().ValueType())
	if err != nil || value.IsNull() {
		return nil, err
	}
	var decoded map[string]tftypes.Value
	return decoded, value.As(&decoded)
}

// edit changes the attributes of an object, if it is not null.
func edit(typeName string, encoded *tfprotov6.DynamicValue, change func(attribute, tftypes.Value) tftypes.Value) (*tfprotov6.DynamicValue, error) {
	decoded, err := members(typeName, encoded)
	if err != nil || decoded == nil {
		return encoded, err
	}
	for name, a := range resources[typeName] {
		if a.block == nil {
			decoded[name] = change(a, decoded[name])
		}
	}
	typ := resources[typeName].schema().ValueType()
	result, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, decoded))
	return &result, err
}

// plain converts a known value to what encoding/json writes.
func plain(value tftypes.Value) any {
	if value.Type() == nil || value.IsNull() || !value.IsKnown() {
		return nil
	}
	var (
		object map[string]tftypes.Value
		list   []tftypes.Value
		text   string
		flag   bool
	)
	switch {
	case value.As(&object) == nil:
		result := map[string]any{}
		for name, member := range object {
			result[name] = plain(member)
		}
		return result
	case value.As(&list) == nil:
		result := []any{}
		for _, element := range list {
			result = append(result, plain(element))
		}
		return result
	case value.As(&text) == nil:
		return text
	case value.As(&flag) == nil:
		return flag
	}
	var number big.Float
	if value.As(&number) == nil {
		return json.Number(number.Text('f', -1))
	}
	return nil
}
