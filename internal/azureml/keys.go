// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"net/http"
)

// KeyType is a key slot.
type KeyType string

// The two slots. Both keys are accepted for scoring.
const (
	KeyPrimary   KeyType = "Primary"
	KeySecondary KeyType = "Secondary"
)

// Keys are the two keys of a service. They print masked.
type Keys struct {
	mask

	Primary, Secondary string
}

// Slot returns the key of one slot.
func (k Keys) Slot(slot KeyType) string {
	if slot == KeySecondary {
		return k.Secondary
	}
	return k.Primary
}

// ListKeys reads both keys. A reply that lacks one is an *InvalidReplyError.
func (w *Workspace) ListKeys(ctx context.Context, service string) (Keys, error) {
	// The path is all lower case, unlike that of regenerateKeys.
	list, err := w.serviceCall(ctx, http.MethodPost, service, "/listkeys")
	if err != nil {
		return Keys{}, err
	}
	r, err := w.doUnlessBusy(ctx, service, list)
	if err != nil {
		return Keys{}, err
	}
	return r.keys()
}

func (r *reply) keys() (Keys, error) {
	var body struct {
		PrimaryKey   string `json:"primaryKey"`
		SecondaryKey string `json:"secondaryKey"`
	}
	if err := r.decode(&body); err != nil {
		return Keys{}, err
	}
	switch {
	case body.PrimaryKey == "":
		return Keys{}, r.invalid("it has no primaryKey")
	case body.SecondaryKey == "":
		return Keys{}, r.invalid("it has no secondaryKey")
	}
	return Keys{Primary: body.PrimaryKey, Secondary: body.SecondaryKey}, nil
}
