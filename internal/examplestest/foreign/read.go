// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// vaultKey is the value of every secret that is read.
const vaultKey = "key-of-the-vault-0123456789"

// ReadDataSource implements tfprotov6.ProviderServer: every object exists, and its name
// stands for all that Azure would add.
func (foreign) ReadDataSource(_ context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	state, err := found(dataSources[req.TypeName], req.Config, "")
	return &tfprotov6.ReadDataSourceResponse{State: state}, err
}

// OpenEphemeralResource implements tfprotov6.ProviderServer.
func (foreign) OpenEphemeralResource(_ context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	result, err := found(ephemerals[req.TypeName], req.Config, vaultKey)
	return &tfprotov6.OpenEphemeralResourceResponse{Result: result}, err
}

// CloseEphemeralResource implements tfprotov6.ProviderServer.
func (foreign) CloseEphemeralResource(context.Context, *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return &tfprotov6.CloseEphemeralResourceResponse{}, nil
}

// found fills the computed attributes of an object: with a value, or with its name.
func found(object attributes, config *tfprotov6.DynamicValue, value string) (*tfprotov6.DynamicValue, error) {
	typ := object.schema().ValueType()
	decoded, err := config.Unmarshal(typ)
	if err != nil {
		return nil, err
	}
	var members map[string]tftypes.Value
	if err := decoded.As(&members); err != nil {
		return nil, err
	}
	if value == "" {
		value, _ = plain(members["name"]).(string)
	}
	for name, a := range object {
		if a.computed {
			members[name] = tftypes.NewValue(a.typ, value)
		}
	}
	result, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, members))
	return &result, err
}
