// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"errors"
	"sync"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// Answers is what the objects of one plan have looked up in their workspaces, so that
// each question is asked once, however many objects have it. The zero value knows
// nothing.
type Answers struct {
	mu    sync.Mutex
	given map[string]func() (any, error)
	// unreachable says that a question got no answer of the API: no more are asked, so
	// that a plan without a network does not wait for each.
	unreachable bool
}

var errUnreachable = errors.New("an earlier question was not answered")

// Ask returns the answer to a question. Objects that have it at the same time wait for
// one answer.
func Ask[T any](a *Answers, question string, ask func() (T, error)) (T, error) {
	a.mu.Lock()
	given := a.given[question]
	switch {
	case given != nil:
	case a.unreachable:
		given = func() (any, error) { return nil, errUnreachable }
	default:
		given = sync.OnceValues(func() (any, error) { return ask() })
		a.put(question, given)
	}
	a.mu.Unlock()
	answer, err := given()
	var refused *azureml.ResponseError
	if err != nil && !errors.As(err, &refused) && !azureml.IsNotFound(err) {
		a.mu.Lock()
		a.unreachable = true
		a.mu.Unlock()
	}
	typed, _ := answer.(T)
	return typed, err
}

// Tell answers a question before it is asked.
func (a *Answers) Tell(question string, answer any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.put(question, func() (any, error) { return answer, nil })
}

func (a *Answers) put(question string, given func() (any, error)) {
	if a.given == nil {
		a.given = map[string]func() (any, error){}
	}
	a.given[question] = given
}
