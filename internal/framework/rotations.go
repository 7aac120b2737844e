// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/keyedlock"
)

// Rotations is what the objects of one configured provider tell each other of the
// keys that they own and regenerate: Terraform plans and applies them one by one, and
// several may share a service. The zero value knows of none.
//
// It is part of Data, so it lives for one walk: Terraform configures one process
// for the plan, and another for the apply. Nothing in it is stored, and other states
// are unknown. Service ids are compared without regard to case.
type Rotations struct {
	mu       sync.Mutex
	services map[string]*serviceRotations
	turns    keyedlock.Locks // by service
}

type serviceRotations struct {
	active, stored azureml.KeyType // the slot that is in use, by a refresh or plan, and by a destroy
	slots          map[azureml.KeyType]*slotRotations
	created        bool
}

type slotRotations struct {
	owners, planned []Owner
	claimed         *Owner
	stored          *Regenerated
}

// Owner is an object that owns a slot.
type Owner struct {
	// Type is its resource type: mlws_service_key.
	Type string
	// ID tells it from others of its type. It is empty for an object that is being
	// created: Terraform tells a provider no address.
	ID string
}

// Regenerated are the keys of a service around a regenerate.
type Regenerated struct{ Before, After azureml.Keys }

// Own records an owner of a slot, and returns another one; nil if none is known.
func (r *Rotations) Own(serviceID string, slot azureml.KeyType, owner Owner) (other *Owner) {
	r.at(serviceID, slot, func(_ *serviceRotations, s *slotRotations) { other = owner.join(&s.owners) })
	return other
}

// Plan records that the plan of an owner regenerates a slot. It returns another owner
// that regenerates the same slot (nil if there is none), and whether the other slot
// of the service is regenerated too.
func (r *Rotations) Plan(serviceID string, slot azureml.KeyType, owner Owner) (twice *Owner, both bool) {
	r.at(serviceID, slot, func(of *serviceRotations, s *slotRotations) {
		twice = owner.join(&s.planned)
		for _, each := range of.slots {
			both = both || each != s && len(each.planned) > 0
		}
	})
	return twice, both
}

// Claim lets an owner regenerate a slot. It returns the owner that has claimed the
// slot before; nil if there is none, or if that is the same object.
func (r *Rotations) Claim(serviceID string, slot azureml.KeyType, owner Owner) (before *Owner) {
	r.at(serviceID, slot, func(_ *serviceRotations, s *slotRotations) {
		if s.claimed != nil && (*s.claimed != owner || owner.ID == "") {
			before = s.claimed
			return
		}
		s.claimed = &owner
	})
	return before
}

// Done records that an owner has regenerated a slot: it keeps its claim.
func (r *Rotations) Done(serviceID string, slot azureml.KeyType, owner Owner) {
	r.at(serviceID, slot, func(_ *serviceRotations, s *slotRotations) { s.claimed, s.planned = &owner, nil })
}

// Release ends a claim of which nothing came, and what an owner that is destroyed has
// claimed and planned.
func (r *Rotations) Release(serviceID string, slot azureml.KeyType, owner Owner) {
	r.at(serviceID, slot, func(_ *serviceRotations, s *slotRotations) {
		if s.claimed != nil && *s.claimed == owner {
			s.claimed = nil
		}
		s.owners, s.planned = owner.removeFrom(s.owners), owner.removeFrom(s.planned)
	})
}

// StoreKeys stores what the destroy of a key has regenerated. If the destroy is one
// half of a replacement, the other half takes this key instead of regenerating again.
func (r *Rotations) StoreKeys(serviceID string, slot azureml.KeyType, keys Regenerated) {
	r.at(serviceID, slot, func(_ *serviceRotations, s *slotRotations) { s.stored = &keys })
}

// LoadKeys returns what StoreKeys has stored, once; nil if there is nothing.
func (r *Rotations) LoadKeys(serviceID string, slot azureml.KeyType) (keys *Regenerated) {
	r.at(serviceID, slot, func(_ *serviceRotations, s *slotRotations) { keys, s.stored = s.stored, nil })
	return keys
}

// UseActive records which slot an existing mlws_service_key_rotation has in use.
func (r *Rotations) UseActive(serviceID string, active azureml.KeyType) {
	r.at(serviceID, active, func(of *serviceRotations, _ *slotRotations) { of.active = active })
}

// StoreActive stores which slot a destroyed mlws_service_key_rotation had in use,
// so that its replacement regenerates the other one.
func (r *Rotations) StoreActive(serviceID string, slot azureml.KeyType) {
	r.at(serviceID, slot, func(of *serviceRotations, _ *slotRotations) { of.stored = slot })
}

// LoadActive returns what StoreActive has stored, once; "" if there is nothing.
func (r *Rotations) LoadActive(serviceID string) (slot azureml.KeyType) {
	r.at(serviceID, "", func(of *serviceRotations, _ *slotRotations) { slot, of.stored = of.stored, "" })
	return slot
}

// Active returns which slot a rotation of the service has in use, by what a destroy,
// a refresh or a plan has recorded; "" if none has.
func (r *Rotations) Active(serviceID string) (slot azureml.KeyType) {
	r.at(serviceID, "", func(of *serviceRotations, _ *slotRotations) { slot = cmp.Or(of.stored, of.active) })
	return slot
}

// at calls f with what is known of a service and a slot.
func (r *Rotations) at(serviceID string, slot azureml.KeyType, f func(*serviceRotations, *slotRotations)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.services == nil {
		r.services = map[string]*serviceRotations{}
	}
	key := strings.ToLower(serviceID)
	if r.services[key] == nil {
		r.services[key] = &serviceRotations{slots: map[azureml.KeyType]*slotRotations{}}
	}
	of := r.services[key]
	if of.slots[slot] == nil {
		of.slots[slot] = &slotRotations{}
	}
	f(of, of.slots[slot])
}

// join adds an owner, and returns one that is certain to be another object.
func (o Owner) join(owners *[]Owner) *Owner {
	if !slices.Contains(*owners, o) {
		*owners = append(*owners, o)
	}
	i := slices.IndexFunc(*owners, func(other Owner) bool {
		return o.Type != other.Type || o.ID != "" && other.ID != "" && o.ID != other.ID
	})
	if i < 0 {
		return nil
	}
	other := (*owners)[i]
	return &other
}

// removeFrom removes an owner.
func (o Owner) removeFrom(owners []Owner) []Owner {
	return slices.DeleteFunc(owners, func(other Owner) bool { return other == o })
}

// TakeTurn waits until no other object of this provider rotates a key of the service and verifies
// it, and returns the function that ends the turn: a verification would take a rotation of the
// other slot for somebody else's. If ctx ends first, the error is a *azureml.WaitTimeoutError.
func (r *Rotations) TakeTurn(ctx context.Context, serviceID string) (end func(), err error) {
	end, err = r.turns.Lock(ctx, strings.ToLower(serviceID))
	if err != nil {
		name := serviceID[strings.LastIndexByte(serviceID, '/')+1:]
		return nil, &azureml.WaitTimeoutError{What: fmt.Sprintf("another rotation of a key of service %q by this process", name), Cause: err}
	}
	return end, nil
}

// ServiceCreated records that this provider has created a service, so nobody has its keys yet.
func (r *Rotations) ServiceCreated(serviceID string) {
	r.at(serviceID, "", func(of *serviceRotations, _ *slotRotations) { of.created = true })
}

// HasCreated reports whether ServiceCreated was called for the service.
func (r *Rotations) HasCreated(serviceID string) (created bool) {
	r.at(serviceID, "", func(of *serviceRotations, _ *slotRotations) { created = of.created })
	return created
}
