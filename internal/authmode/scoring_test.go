// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package authmode_test

import (
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
)

func TestCredential(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		compute     authmode.Compute
		auth, token bool
		want        authmode.Credential
	}{
		{authmode.ACI, false, false, authmode.NoCredential},
		{authmode.ACI, true, false, authmode.KeyCredential},
		{authmode.ACI, false, true, authmode.NoCredential},
		{authmode.ACI, true, true, authmode.KeyCredential},
		{authmode.AKS, false, false, authmode.NoCredential},
		{authmode.AKS, true, false, authmode.KeyCredential},
		{authmode.AKS, false, true, authmode.TokenCredential},
		{authmode.AKS, true, true, authmode.KeyCredential},
		{"MIR", false, true, authmode.TokenCredential},
	} {
		if got := (authmode.Mode{Auth: test.auth, Token: test.token}).Credential(test.compute); got != test.want {
			t.Errorf("%s with key auth %t and token auth %t: %d, want %d", test.compute, test.auth, test.token, got, test.want)
		}
	}
}
