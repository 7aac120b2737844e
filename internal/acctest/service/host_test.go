// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// In a network, the emulator has a name. Sign-in, upload, deployment and keys go over
// https with its certificate authority, and scoring goes over http, as in Azure.
func TestAccEmulatorWithAName(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Log, emulator.WithHosts("localhost"))
	folder := t.TempDir()
	writeCode(t, folder, "score.py", "def init():\n    pass\n\n\ndef run(data):\n    return data\n")
	onTheName := func(state *terraform.State) error {
		for _, address := range []string{aciType + ".svc", aksType + ".svc-aks"} {
			uri, err := attribute(state, address, "scoring_uri")
			if err == nil && !strings.HasPrefix(uri, "http://localhost:") {
				err = errors.New("the scoring URI is " + uri)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	config := env.Config(block(env, aciType, "svc", testRequest("").over(inFile(filepath.Join(folder, "score.py")))) +
		block(env, aksType, "svc-aks", testRequest("").over(attrs{"token_auth_enabled": "true"})))
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config, Check: all(onTheName, scoredTimes(env, 2, http.StatusOK), env.CheckCount("PutBlob", 2))},
		{Config: config, PlanOnly: true},
	}})
}
