// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"fmt"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// TakeTurn waits until no other object of this provider rotates a key of the
// service, its verification included, and returns the function that ends the
// turn. A rotation of the other slot in between would look to the verification
// like somebody else's. If ctx ends first, the error is a
// *azureml.WaitTimeoutError.
func (r *Rotations) TakeTurn(ctx context.Context, serviceID string) (end func(), err error) {
	end, err = r.turns.Lock(ctx, strings.ToLower(serviceID))
	if err != nil {
		name := serviceID[strings.LastIndexByte(serviceID, '/')+1:]
		return nil, &azureml.WaitTimeoutError{What: fmt.Sprintf("another rotation of a key of service %q by this process", name), Cause: err}
	}
	return end, nil
}

// ServiceCreated records that this provider has created a service: nobody has its
// keys yet.
func (r *Rotations) ServiceCreated(serviceID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.created == nil {
		r.created = map[string]bool{}
	}
	r.created[strings.ToLower(serviceID)] = true
}

// HasCreated reports whether ServiceCreated was called for the service.
func (r *Rotations) HasCreated(serviceID string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.created[strings.ToLower(serviceID)]
}
