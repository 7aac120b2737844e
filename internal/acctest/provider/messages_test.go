// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// says makes a pattern of words that Terraform may have wrapped anywhere.
func says(text string) *regexp.Regexp {
	words := strings.Fields(text)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}
	return regexp.MustCompile(strings.Join(words, `\s+`))
}

// Messages about a provider block that does not work.
func TestAccBadConfiguration(t *testing.T) {
	e := acctest.StartEmulated(t, acctest.Roles)
	const noTenant = "99999999-9999-9999-9999-999999999999"
	service := "\ndata \"mlws_service\" \"any\" {\n  service_id = \"" + e.ServiceID("any") + "\"\n}\n"
	good := e.ProviderBlock(emulator.ReaderClientID, emulator.ReaderSecret)
	for name, test := range map[string]struct{ block, says string }{
		"wrong secret":        {e.ProviderBlock(emulator.ReaderClientID, "wrong"), "(AADSTS7000215): the client secret is wrong. Set client_secret (ARM_CLIENT_SECRET)"},
		"unknown application": {e.ProviderBlock(noTenant, "wrong"), "(AADSTS700016): the tenant has no application of this client id"},
		"wrong tenant":        {strings.Replace(good, emulator.DefaultTenantID, noTenant, 1), "(AADSTS90002): the tenant does not exist. Check tenant_id"},
		"untrusted authority": {strings.Replace(good, "ca_certificate_file", "# ", 1), "name its certificate with endpoints.ca_certificate_file or SSL_CERT_FILE"},
		"clear text":          {strings.Replace(good, e.Emulator.ResourceManagerURL(), "http://arm.example.com", 1), "endpoints.resource_manager must be https: credentials would travel in clear text"},
		"half a credential":   {strings.Replace(good, "client_id ", "# ", 1), "it also needs client_id (ARM_CLIENT_ID)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("ARM_CLIENT_ID", "")
			e.Test(t, resource.TestCase{Steps: []resource.TestStep{{Config: test.block + service, ExpectError: says(test.says)}}})
		})
	}
}

// The client tries again for a while before it gives up, so the test runs alone.
func TestAccUnreachableHost(t *testing.T) {
	t.Parallel()
	e := acctest.StartEmulated(t, acctest.Roles)
	block := strings.Replace(e.ProviderBlock(emulator.ReaderClientID, emulator.ReaderSecret), e.Emulator.ResourceManagerURL(), "http://127.0.0.1:1", 1)
	e.Test(t, resource.TestCase{Steps: []resource.TestStep{{
		Config:      block + "\ndata \"mlws_service\" \"any\" {\n  service_id = \"" + e.ServiceID("any") + "\"\n}\n",
		ExpectError: says("127.0.0.1:1 refused the connection. Check the endpoint and its port"),
	}}})
}
