// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// credentials of a service: it has one of them.
type credential int

const (
	noCredential credential = iota
	aKey
	aRotation
	credentials // how many there are
)

// service is a service as it is to be.
type service struct {
	index    int
	exists   bool
	aks      bool
	text     int // of the description
	cores    int // tenths
	has      credential
	revision int // of the trigger
	imported bool
}

// model is a model as it is to be.
type model struct {
	index   int
	exists  bool
	content int
}

// world is the configuration, which changes from cycle to cycle.
type world struct {
	random   *rand.Rand
	services [4]service
	models   [2]model
}

func newWorld(random *rand.Rand) *world {
	w := &world{random: random}
	for i := range w.services {
		w.services[i].index = i
	}
	for i := range w.models {
		w.models[i].index = i
	}
	return w
}

// step is one change of the configuration, and what its plan has to be.
type step struct {
	name    string
	replace string            // an address that is replaced
	forget  string            // an address that is taken out of the state before
	want    map[string]string // actions by address
}

// next changes the configuration at random.
func (w *world) next() step {
	if w.random.IntN(5) == 0 {
		return w.models[w.random.IntN(len(w.models))].next(w.random)
	}
	for i := range w.services {
		w.services[i].imported = false
	}
	if w.random.IntN(40) == 0 {
		return w.destroyAll()
	}
	return w.services[w.random.IntN(len(w.services))].next(w.random)
}

func (w *world) destroyAll() step {
	all := step{name: "destroy", want: map[string]string{}}
	for i := range w.services {
		w.services[i].destroy(all.want)
	}
	for i := range w.models {
		w.models[i].destroy(all.want)
	}
	return all
}

func (s *service) next(random *rand.Rand) step {
	if !s.exists {
		*s = service{index: s.index, exists: true, aks: random.IntN(2) == 0, cores: 1 + random.IntN(3), has: credential(random.IntN(int(credentials)))}
		made := step{name: "apply", want: map[string]string{s.address(): "create"}}
		if s.has != noCredential {
			made.want[s.credentialAddress()] = "create"
		}
		return made
	}
	switch random.IntN(7) {
	case 0:
		s.text++
		return step{name: "apply", want: map[string]string{s.address(): "update"}}
	case 1:
		s.cores = 1 + s.cores%3
		return step{name: "apply", want: map[string]string{s.address(): "update"}}
	case 2, 3:
		if s.has == noCredential {
			s.text++
			return step{name: "apply", want: map[string]string{s.address(): "update"}}
		}
		s.revision++
		return step{name: "rotate", want: map[string]string{s.credentialAddress(): map[credential]string{aKey: "replace", aRotation: "update"}[s.has]}}
	case 4:
		replaced := step{name: "replace", replace: s.address(), want: map[string]string{s.address(): "replace"}}
		if s.has != noCredential {
			replaced.want[s.credentialAddress()] = "replace"
		}
		return replaced
	case 5:
		s.imported = true
		return step{name: "import", forget: s.address(), want: map[string]string{s.address(): "import"}}
	}
	destroyed := step{name: "destroy", want: map[string]string{}}
	s.destroy(destroyed.want)
	return destroyed
}

func (s *service) destroy(want map[string]string) {
	if !s.exists {
		return
	}
	want[s.address()] = "delete"
	if s.has != noCredential {
		want[s.credentialAddress()] = "delete"
	}
	*s = service{index: s.index}
}

func (m *model) next(random *rand.Rand) step {
	switch {
	case !m.exists:
		m.exists, m.content = true, m.content+1
		return step{name: "apply", want: map[string]string{m.address(): "create"}}
	case random.IntN(3) > 0:
		m.content++
		return step{name: "replace", want: map[string]string{m.address(): "replace"}}
	}
	destroyed := step{name: "destroy", want: map[string]string{}}
	m.destroy(destroyed.want)
	return destroyed
}

func (m *model) destroy(want map[string]string) {
	if m.exists {
		want[m.address()] = "delete"
		m.exists = false
	}
}

func (s *service) name() string { return fmt.Sprintf("soak-%d", s.index) }

func (s *service) address() string {
	if s.aks {
		return "mlws_aks_service." + s.name()
	}
	return "mlws_aci_service." + s.name()
}

func (s *service) credentialAddress() string {
	if s.has == aRotation {
		return "mlws_service_key_rotation." + s.name()
	}
	return "mlws_service_key." + s.name()
}

func (m *model) name() string    { return fmt.Sprintf("m%d", m.index) }
func (m *model) address() string { return "mlws_model." + m.name() }
func (m *model) file() string    { return m.name() + ".bin" }

// config returns the configuration; id makes the full id of a service.
func (w *world) config(id func(name string) string) string {
	var out strings.Builder
	for _, s := range w.services {
		if s.exists {
			s.write(&out, id)
		}
	}
	for _, m := range w.models {
		if m.exists {
			fmt.Fprintf(&out, "resource \"mlws_model\" %q {\n  name = %q\n  path = \"${path.module}/%s\"\n}\n", m.name(), m.name(), m.file())
		}
	}
	return out.String()
}

func (s *service) write(out *strings.Builder, id func(name string) string) {
	typeName, own := "mlws_aci_service", "auth_enabled = true"
	if s.aks {
		typeName, own = "mlws_aks_service", "compute_name = \"aks-demo\""
	}
	fmt.Fprintf(out, "resource %q %q {\n  name = %q\n  model_ids = [\"iris:1\"]\n  description = \"text %d\"\n  cpu_cores = 0.%d\n  %s\n}\n", typeName, s.name(), s.name(), s.text, s.cores, own)
	if s.imported {
		fmt.Fprintf(out, "import {\n  to = %s\n  id = %q\n}\n", s.address(), id(s.name()))
	}
	switch s.has {
	case aKey:
		fmt.Fprintf(out, "resource \"mlws_service_key\" %q {\n  service_id = %s.id\n  key_type = \"Primary\"\n  triggers = { revision = \"%d\" }\n}\n", s.name(), s.address(), s.revision)
	case aRotation:
		fmt.Fprintf(out, "resource \"mlws_service_key_rotation\" %q {\n  service_id = %s.id\n  triggers = { revision = \"%d\" }\n}\n", s.name(), s.address(), s.revision)
	}
}
