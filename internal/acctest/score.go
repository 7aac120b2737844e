// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// propagation bounds how long a real scoring endpoint may take to learn of new
// keys; the emulator's knows them at once.
const propagation = 2 * time.Minute

// ExpectScore scores, and fails if the answer has another status.
func ExpectScore(uri, credential string, want int) error {
	return eventually(func() error {
		got, err := Score(uri, credential)
		if err != nil || got != want {
			return errors.Join(fmt.Errorf("scoring was answered with %d, want %d", got, want), err)
		}
		return nil
	})
}

// ExpectAnswer scores, and fails if the answer is another one.
func ExpectAnswer(uri, credential, body, want string) error {
	return eventually(func() error {
		status, answer, err := Predict(uri, credential, body)
		if err != nil || status != http.StatusOK || answer != want {
			return errors.Join(fmt.Errorf("scoring was answered with %d: %s, want %s", status, answer, want), err)
		}
		return nil
	})
}

// eventually tries once on the emulator, and for a while on a real workspace.
func eventually(try func() error) error {
	for until := time.Now().Add(propagation); ; time.Sleep(5 * time.Second) {
		err := try()
		if err == nil || os.Getenv(WorkspaceEnv) == "" || time.Now().After(until) {
			return err
		}
	}
}

// SampleBody is what the models of the tests score.
const SampleBody = `{"data": [[5.1, 3.5, 1.4, 0.2]]}`

// Score posts the sample to a scoring URI, with the credential as a bearer
// unless it is empty, and returns the status.
func Score(uri, credential string) (int, error) {
	status, _, err := Predict(uri, credential, SampleBody)
	return status, err
}

// Predict is Score with another body, and returns the answer too.
func Predict(uri, credential, body string) (status int, answer string, err error) {
	request, err := http.NewRequest(http.MethodPost, uri, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Content-Type", "application/json")
	if credential != "" {
		request.Header.Set("Authorization", "Bearer "+credential)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	return response.StatusCode, string(read), err
}
