// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"strings"
)

// table holds items by key. In the state file it is a list in the order of keys.
type table[T interface{ key() string }] map[string]T

func (c *compute) key() string    { return strings.ToLower(c.Name) }
func (svc *service) key() string  { return svc.Name }
func (op *operation) key() string { return op.ID }
func (a *asset) key() string      { return a.ID }
func (a *artifact) key() string   { return a.id() }
func (w *workspace) key() string  { return strings.ToLower(w.ID) }

// MarshalJSON writes the items as a list.
func (t table[T]) MarshalJSON() ([]byte, error) {
	items := make([]T, 0, len(t))
	for _, key := range sortedKeys(t) {
		items = append(items, t[key])
	}
	return json.Marshal(items)
}

// UnmarshalJSON reads a list.
func (t *table[T]) UnmarshalJSON(raw []byte) error {
	var items []T
	if err := decode(raw, &items); err != nil {
		return err
	}
	*t = table[T]{}
	for _, item := range items {
		(*t)[item.key()] = item
	}
	return nil
}

// environmentVersions are the versions of each environment by name, oldest first.
// In the state file they are one list.
type environmentVersions map[string][]*environment

// MarshalJSON writes all versions as a list.
func (v environmentVersions) MarshalJSON() ([]byte, error) {
	items := []*environment{}
	for _, name := range sortedKeys(v) {
		items = append(items, v[name]...)
	}
	return json.Marshal(items)
}

// UnmarshalJSON reads a list.
func (v *environmentVersions) UnmarshalJSON(raw []byte) error {
	var items []*environment
	if err := decode(raw, &items); err != nil {
		return err
	}
	*v = environmentVersions{}
	for _, item := range items {
		(*v)[item.Name] = append((*v)[item.Name], item)
	}
	return nil
}

// decode keeps numbers as they are written: in a document, one may be longer than
// a float64 holds.
func decode(raw []byte, target any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return decoder.Decode(target)
}
