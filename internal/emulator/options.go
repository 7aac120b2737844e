// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/clock"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Option changes a new emulator.
type Option func(*config)

type config struct {
	seed              state.Seed
	clock             clock.Clock
	operationDuration time.Duration
	pathPrefix        string
	log               io.Writer
	listen, tlsListen string
	publicURL         string
	behavior          Behavior
	blobHost          BlobHost
	seedFile          string
	stateFile         string
	execute           bool
	initTimeout       time.Duration
	caFile            string
	bodies            bool
	latency           time.Duration
}

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
func (b Behavior) check() []api.Detail {
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

// WithSeed replaces DefaultSeed.
func WithSeed(seed state.Seed) Option { return func(c *config) { c.seed = seed } }

// WithClock replaces the machine's clock. Under a clock that stands still,
// operations end only after AdvanceClock.
func WithClock(base clock.Clock) Option { return func(c *config) { c.clock = base } }

// WithOperationDuration sets how long an operation takes on the emulator's
// clock, from the accepted request to its terminal state. Default 50 ms.
func WithOperationDuration(d time.Duration) Option {
	return func(c *config) { c.operationDuration = d }
}

// WithLatency holds every request back for this long before it is handled, as a network
// would. Default 0.
func WithLatency(d time.Duration) Option { return func(c *config) { c.latency = d } }

// WithPathPrefix mounts everything below a path such as "/some/prefix". URLs
// that the emulator hands out carry it, so that a client which composes
// absolute paths fails.
func WithPathPrefix(prefix string) Option {
	return func(c *config) { c.pathPrefix = "/" + strings.Trim(prefix, "/") }
}

// WithLog writes one JSON line per request, without bodies and credentials.
func WithLog(w io.Writer) Option { return func(c *config) { c.log = w } }

// WithListen sets the addresses of the plain and the TLS listener. Default is
// a free port on 127.0.0.1 for each.
func WithListen(plain, tls string) Option {
	return func(c *config) { c.listen, c.tlsListen = plain, tls }
}

// WithRequestBodies keeps the bodies of calls for Requests: the latest, 64 MiB
// together. Start asks for it; New keeps none unless told to.
func WithRequestBodies() Option { return func(c *config) { c.bodies = true } }

// WithCAFile sets where the certificate of the emulator's authority is written,
// and left. Default is a temporary file, or one beside the state.
func WithCAFile(path string) Option { return func(c *config) { c.caFile = path } }

// WithPublicURL sets the scheme, host and port that handed-out URLs start with,
// for an emulator behind a mapped port.
func WithPublicURL(url string) Option {
	return func(c *config) { c.publicURL = strings.TrimRight(url, "/") }
}

// WithBehavior replaces the default behavior. New fails if a value is one that
// there is not.
func WithBehavior(b Behavior) Option { return func(c *config) { c.behavior = b } }

// SetBehavior replaces the behavior from the next call on. It panics if a value
// is one that the control API answers with 400.
func (e *Emulator) SetBehavior(b Behavior) {
	if found := b.check(); len(found) > 0 {
		panic("emulator.SetBehavior: " + found[0].Message)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.behavior = b
}
