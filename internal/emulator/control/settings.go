// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package control

import (
	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/services"
)

func (l *Layer) clock(c *api.Call) (*api.Reply, error) {
	var body struct {
		Advance string `json:"advance"`
	}
	if err := strictly(c, api.Fields{"advance": {Kind: api.Text, Required: true}}, &body); err != nil {
		return nil, err
	}
	if body.Advance == "" {
		return nil, api.Invalid("InvalidValue", "advance", "advance is empty. Give a duration such as \"13h\".")
	}
	d, err := duration("advance", body.Advance)
	if err != nil {
		return nil, err
	}
	l.Advance(d)
	return l.clockRead(c)
}

func (l *Layer) clockRead(*api.Call) (*api.Reply, error) {
	return api.OK(map[string]any{"now": api.Timestamp(l.Now())}), nil
}

var behaviorFields = api.Fields{
	"patchStatus": {Kind: api.Integer}, "deleteStatus": {Kind: api.Integer}, "regenerateStatus": {Kind: api.Integer}, "operationLocation": {Kind: api.Text},
	"overwriteChangesKeys": {Kind: api.Boolean}, "overwriteChangesAddress": {Kind: api.Boolean}, "pageSize": {Kind: api.Integer},
}

func (l *Layer) behavior(c *api.Call) (*api.Reply, error) {
	var b services.Behavior
	if err := strictly(c, behaviorFields, &b); err != nil {
		return nil, err
	}
	if found := b.Check(); len(found) > 0 {
		return nil, api.BadRequest(found...)
	}
	l.SetBehavior(b)
	return l.behaviorRead(c)
}

func (l *Layer) behaviorRead(*api.Call) (*api.Reply, error) {
	return api.OK(l.Behavior()), nil
}
