// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package gather_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/gather"
)

// A read returns a state that the object had within Fresh before the read began, or
// during it, and none from before a change by this process that had ended, whatever
// happens at the same time. Gone is an object that did not exist during the read.
func TestReadsAgreeWithAModel(t *testing.T) {
	for seed := range uint64(40) {
		run(t, fmt.Sprint(seed), func(t *testing.T) {
			m := &model{T: t, rng: rand.New(rand.NewPCG(seed, 1)), own: map[string]time.Time{}}
			m.play(2*time.Minute, 4+m.number(60))
		})
	}
}

// model plays readers, this process and others against one collection.
type model struct {
	*testing.T
	collection *collection
	reader     *gather.Reader[*object]
	names      []string

	mu       sync.Mutex
	rng      *rand.Rand
	own      map[string]time.Time // when the last change by this process ended
	versions int
	reads    int
}

func (m *model) number(n int) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rng.IntN(n)
}

// sometimes happens once in n times.
func (m *model) sometimes(n int) func() bool {
	return func() bool { return m.number(n) == 0 }
}

func (m *model) pause(most time.Duration) { time.Sleep(time.Duration(m.number(int(most)))) }

func (m *model) name() string { return m.names[m.number(len(m.names))] }

// next is a version that no object had before.
func (m *model) next() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.versions++
	return m.versions
}

func (m *model) play(length time.Duration, size int) {
	m.names = numbered(size)
	m.versions = 1
	m.collection = newCollection(m.names[:size*3/4]...)
	m.collection.pageSize = 1 + m.number(20)
	m.collection.latency = func() time.Duration { return time.Duration(m.number(int(2 * time.Second))) }
	m.collection.pageFail = m.sometimes(15)
	m.collection.getFail = m.sometimes(20)
	lacking := m.number(5) == 0
	m.collection.lacking = func(string) bool { return lacking }
	m.reader = gather.New(m.collection.source())
	end := time.Now().Add(length)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			for time.Now().Before(end) {
				m.read(m.name())
				m.pause(3 * time.Second)
			}
		})
	}
	for range 2 {
		all.Go(func() {
			for time.Now().Before(end) {
				m.pause(4 * time.Second)
				m.change(m.name())
			}
		})
	}
	all.Go(func() {
		for time.Now().Before(end) {
			m.pause(2 * time.Second)
			m.collection.set(m.name(), m.version()) // somebody else
		}
	})
	all.Wait()
	if m.reads < 100 || m.collection.walks == 0 {
		m.Errorf("%d reads and %d walks say little", m.reads, m.collection.walks)
	}
}

// version is what a change makes of an object: once in four times it is deleted.
func (m *model) version() int {
	if m.number(4) == 0 {
		return 0
	}
	return m.next()
}

// change changes an object as this process: the effect is before the answer.
func (m *model) change(name string) {
	version := m.version()
	m.pause(time.Second)
	m.collection.set(name, version)
	m.pause(time.Second)
	m.reader.Changed(name)
	m.mu.Lock()
	m.own[name] = time.Now()
	m.mu.Unlock()
}

func (m *model) read(name string) {
	begin := time.Now()
	m.mu.Lock()
	m.reads++
	oldest := begin.Add(-gather.Fresh)
	if changed := m.own[name]; changed.After(oldest) {
		oldest = changed
	}
	m.mu.Unlock()
	o, err := m.reader.Read(context.Background(), name)
	switch now := time.Now(); {
	case errors.Is(err, errGone):
		if !m.collection.was(name, 0, begin, now) {
			m.Errorf("%s is called gone, and was there all the time", name)
		}
	case errors.Is(err, errRefused): // of the single read
	case err != nil:
		m.Errorf("%s: %v", name, err)
	case o.Name != name:
		m.Errorf("%s was read in place of %s", o.Name, name)
	case !m.collection.was(name, o.Version, oldest, now):
		m.Errorf("%s: version %d is too old", name, o.Version)
	case o.Rest == "":
		m.Errorf("%s lacks a part", name)
	}
}
