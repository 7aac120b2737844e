// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Table holds items by key. In the state file it is a list in the order of keys.
type Table[T interface{ key() string }] map[string]T

func (c *Compute) key() string    { return strings.ToLower(c.Name) }
func (svc *Service) key() string  { return svc.Name }
func (op *Operation) key() string { return op.ID }
func (a *Asset) key() string      { return a.ID }
func (a *Artifact) key() string   { return a.ID() }
func (w *Workspace) key() string  { return strings.ToLower(w.ID) }

// MarshalJSON writes the items as a list.
func (t Table[T]) MarshalJSON() ([]byte, error) {
	items := make([]T, 0, len(t))
	for _, key := range SortedKeys(t) {
		items = append(items, t[key])
	}
	return json.Marshal(items)
}

// UnmarshalJSON reads a list.
func (t *Table[T]) UnmarshalJSON(raw []byte) error {
	var items []T
	if err := Decode(raw, &items); err != nil {
		return err
	}
	*t = Table[T]{}
	for _, item := range items {
		(*t)[item.key()] = item
	}
	return nil
}

// environmentVersions are the versions of each environment by name, oldest first.
// In the state file they are one list.
type environmentVersions map[string][]*Environment

// MarshalJSON writes all versions as a list.
func (v environmentVersions) MarshalJSON() ([]byte, error) {
	items := []*Environment{}
	for _, name := range SortedKeys(v) {
		items = append(items, v[name]...)
	}
	return json.Marshal(items)
}

// UnmarshalJSON reads a list.
func (v *environmentVersions) UnmarshalJSON(raw []byte) error {
	var items []*Environment
	if err := Decode(raw, &items); err != nil {
		return err
	}
	*v = environmentVersions{}
	for _, item := range items {
		(*v)[item.Name] = append((*v)[item.Name], item)
	}
	return nil
}

// Decode keeps numbers as they are written: in a document, one may be longer than
// a float64 holds.
func Decode(raw []byte, target any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return decoder.Decode(target)
}
