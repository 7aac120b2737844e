// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package services

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// Behavior chooses between things that the API's sources leave open, or that
// differ between deployments of the service. The zero value is the default.
type Behavior struct {
	// PatchStatus is 202 with Operation-Location (default), or 200 with the
	// service as it is after the update.
	PatchStatus int `json:"patchStatus,omitempty" yaml:"patchStatus"`
	// DeleteStatus is 202 with Operation-Location (default), or 200.
	DeleteStatus int `json:"deleteStatus,omitempty" yaml:"deleteStatus"`
	// RegenerateStatus is 202 with Operation-Location (default), or 200 with both keys.
	RegenerateStatus int `json:"regenerateStatus,omitempty" yaml:"regenerateStatus"`
	// OperationLocation is the form of that header: "absolute" (default),
	// "relative", "legacy" (an /api/... path), or "otherhost" (a host that does
	// not resolve). A client can rely on the last path segment only.
	OperationLocation string `json:"operationLocation,omitempty" yaml:"operationLocation"`
	// OverwriteChangesKeys makes an overwriting create generate new keys. By
	// default they survive, and keys in the overwriting request are ignored.
	OverwriteChangesKeys bool `json:"overwriteChangesKeys,omitempty" yaml:"overwriteChangesKeys"`
	// OverwriteChangesAddress gives an ACI service without a dnsNameLabel a new
	// FQDN and IP at every overwrite.
	OverwriteChangesAddress bool `json:"overwriteChangesAddress,omitempty" yaml:"overwriteChangesAddress"`
	// PageSize is the largest page of a list; 100 if it is 0.
	PageSize int `json:"pageSize,omitempty" yaml:"pageSize"`
}

var operationLocations = []string{"absolute", "relative", "legacy", "otherhost"}

// Check returns what is wrong with a behavior. Each message says what there is.
func (b Behavior) Check() []api.Detail {
	var found []api.Detail
	wrong := func(target, format string, args ...any) {
		found = append(found, api.Detail{Code: "InvalidValue", Message: fmt.Sprintf(format, args...), Target: target})
	}
	for _, status := range []struct {
		name  string
		value int
	}{{"patchStatus", b.PatchStatus}, {"deleteStatus", b.DeleteStatus}, {"regenerateStatus", b.RegenerateStatus}} {
		if status.value != 0 && status.value != http.StatusOK && status.value != http.StatusAccepted {
			wrong(status.name, "%s is %d. Give 200 or 202; 0 is 202.", status.name, status.value)
		}
	}
	if b.OperationLocation != "" && !slices.Contains(operationLocations, b.OperationLocation) {
		wrong("operationLocation", "operationLocation is %q. Give one of %s.", b.OperationLocation, strings.Join(operationLocations, ", "))
	}
	if b.PageSize < 0 {
		wrong("pageSize", "pageSize is %d. Give the largest number of items on a page; 0 is %d.", b.PageSize, api.DefaultPageSize)
	}
	return found
}

// Page is the most items of a page of any list.
func (b Behavior) Page() int {
	if b.PageSize > 0 {
		return b.PageSize
	}
	return api.DefaultPageSize
}
