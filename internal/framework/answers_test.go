// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

func TestAnswersAreAskedForOnce(t *testing.T) {
	t.Parallel()
	var answers Answers
	var asked atomic.Int32
	begun, end := make(chan struct{}), make(chan struct{})
	ask := func() (string, error) {
		if asked.Add(1) == 1 {
			close(begun)
		}
		<-end
		return "yes", nil
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if answer, err := Ask(&answers, "q", ask); answer != "yes" || err != nil {
				t.Errorf("%q, %v", answer, err)
			}
		})
	}
	<-begun
	close(end)
	all.Wait()
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestAnswersThatFail(t *testing.T) {
	t.Parallel()
	var answers Answers
	fail := func(err error) func() (string, error) { return func() (string, error) { return "", err } }
	refused := &azureml.ResponseError{StatusCode: 403}
	if _, err := Ask(&answers, "refused", fail(refused)); !errors.Is(err, refused) {
		t.Error(err)
	}
	answers.Tell("told", "yes")
	if _, err := Ask(&answers, "broken", fail(errors.New("no network"))); err == nil {
		t.Error("no error")
	}
	if _, err := Ask(&answers, "another", fail(nil)); !errors.Is(err, errUnreachable) {
		t.Errorf("asked after there was no answer: %v", err)
	}
	if answer, err := Ask(&answers, "told", fail(nil)); answer != "yes" || err != nil {
		t.Errorf("what is known is forgotten: %q, %v", answer, err)
	}
	if answer, err := Ask(&answers, "told", func() (int, error) { return 0, nil }); answer != 0 || err != nil {
		t.Errorf("an answer of another type: %v, %v", answer, err)
	}
}
