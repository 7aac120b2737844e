// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// rotations is what one provider process knows of the rotations it plans and
// makes: objects that Terraform treats one by one may share a service.
type rotations struct {
	mu      sync.Mutex
	planned map[string]map[azureml.KeyType]bool
	left    map[slotOf]leftover
	active  map[string]azureml.KeyType
}

type slotOf struct {
	service string
	slot    azureml.KeyType
}

// leftover are the keys around a regenerate that a destroy has made.
type leftover struct{ before, after azureml.Keys }

func newRotations() *rotations {
	return &rotations{
		planned: map[string]map[azureml.KeyType]bool{},
		left:    map[slotOf]leftover{},
		active:  map[string]azureml.KeyType{},
	}
}

// plan notes that a slot is to be regenerated, and reports whether that makes
// both slots of the service.
func (r *rotations) plan(serviceID string, slot azureml.KeyType) (both bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	slots := r.planned[strings.ToLower(serviceID)]
	if slots == nil {
		slots = map[azureml.KeyType]bool{}
		r.planned[strings.ToLower(serviceID)] = slots
	}
	slots[slot] = true
	return len(slots) > 1
}

// done forgets a plan that was carried out.
func (r *rotations) done(serviceID string, slot azureml.KeyType) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.planned[strings.ToLower(serviceID)], slot)
}

// leave notes the regenerate of a destroy. Where the destroy is one half of a
// replacement, the other half takes this key instead of regenerating again.
func (r *rotations) leave(serviceID string, slot azureml.KeyType, keys leftover) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left[slotOf{strings.ToLower(serviceID), slot}] = keys
}

// take returns what leave has noted, once.
func (r *rotations) take(serviceID string, slot azureml.KeyType) (leftover, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := slotOf{strings.ToLower(serviceID), slot}
	keys, found := r.left[at]
	delete(r.left, at)
	return keys, found
}

// leaveActive notes which slot a destroyed two-slot rotation had in use, so
// that its replacement does not regenerate it.
func (r *rotations) leaveActive(serviceID string, slot azureml.KeyType) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.active[strings.ToLower(serviceID)] = slot
}

// takeActive returns what leaveActive has noted, once.
func (r *rotations) takeActive(serviceID string) (azureml.KeyType, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	slot, found := r.active[strings.ToLower(serviceID)]
	delete(r.active, strings.ToLower(serviceID))
	return slot, found
}

// warnOfBoth notes a plan, and warns where that makes both slots of a service
// whose keys somebody may use: those of one that this run creates are nobody's yet.
func (r *rotations) warnOfBoth(data *framework.Data, at path.Path, serviceID string, slot azureml.KeyType) diag.Diagnostics {
	var diags diag.Diagnostics
	if !r.plan(serviceID, slot) {
		return diags
	}
	if service, _ := refer(data, serviceID); service.workspace == nil || !service.workspace.HasCreated(service.id.Name) {
		diags.AddAttributeWarning(at, bothSlotsSummary, fmt.Sprintf(bothSlotsDetail, serviceID))
	}
	return diags
}

const (
	bothSlotsSummary = "Both keys of a service are regenerated in one apply"
	bothSlotsDetail  = "%s: the Primary and the Secondary key are both planned to be regenerated, so no key that is in use now works afterwards. " +
		"Rotate one slot at a time, move its users, then rotate the other; mlws_service_key_rotation does that by itself."
)
