// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"strings"
	"sync"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// Rotations is what the objects of one configured provider tell each other of the
// keys that they regenerate: Terraform plans and applies them one by one, and
// several may share a service. The zero value knows of none.
//
// It is part of Data, so it lives for one walk: Terraform configures one process
// for the plan, and another for the apply. Nothing in it is stored, and other states
// are not seen. Service ids are compared without regard to case.
type Rotations struct {
	mu      sync.Mutex
	planned map[string]map[azureml.KeyType]bool
	left    map[slotOf]Regenerated
	active  map[string]azureml.KeyType
}

type slotOf struct {
	service string
	slot    azureml.KeyType
}

func slotAt(serviceID string, slot azureml.KeyType) slotOf {
	return slotOf{strings.ToLower(serviceID), slot}
}

// Regenerated are the keys of a service around a regenerate.
type Regenerated struct{ Before, After azureml.Keys }

// Plan records that a slot is to be regenerated, and reports whether both slots of
// the service are now.
func (r *Rotations) Plan(serviceID string, slot azureml.KeyType) (both bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := slotAt(serviceID, slot)
	if r.planned == nil {
		r.planned = map[string]map[azureml.KeyType]bool{}
	}
	if r.planned[at.service] == nil {
		r.planned[at.service] = map[azureml.KeyType]bool{}
	}
	r.planned[at.service][slot] = true
	return len(r.planned[at.service]) > 1
}

// Done removes a plan that was carried out.
func (r *Rotations) Done(serviceID string, slot azureml.KeyType) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := slotAt(serviceID, slot)
	delete(r.planned[at.service], slot)
}

// LeaveKeys stores what the destroy of a key has regenerated. If the destroy is one
// half of a replacement, the other half takes this key instead of regenerating again.
func (r *Rotations) LeaveKeys(serviceID string, slot azureml.KeyType, keys Regenerated) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left == nil {
		r.left = map[slotOf]Regenerated{}
	}
	r.left[slotAt(serviceID, slot)] = keys
}

// TakeKeys returns what LeaveKeys has stored, once; nil if there is nothing.
func (r *Rotations) TakeKeys(serviceID string, slot azureml.KeyType) *Regenerated {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := slotAt(serviceID, slot)
	keys, found := r.left[at]
	if !found {
		return nil
	}
	delete(r.left, at)
	return &keys
}

// LeaveActive stores which slot a destroyed mlws_service_key_rotation had in use,
// so that its replacement regenerates the other one.
func (r *Rotations) LeaveActive(serviceID string, slot azureml.KeyType) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.active == nil {
		r.active = map[string]azureml.KeyType{}
	}
	r.active[strings.ToLower(serviceID)] = slot
}

// TakeActive returns what LeaveActive has stored, once.
func (r *Rotations) TakeActive(serviceID string) (slot azureml.KeyType, found bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	slot, found = r.active[strings.ToLower(serviceID)]
	delete(r.active, strings.ToLower(serviceID))
	return slot, found
}
