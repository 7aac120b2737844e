// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// The log of a service that the same apply deploys is read after it, and each plan reads
// it again without a difference.
func TestAccServiceLogs(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Log)
	logs := `
data "mlws_service_logs" "all" {
  service_id = mlws_aci_service.iris.id
}

data "mlws_service_logs" "last" {
  service_id = mlws_aci_service.iris.id
  tail       = 1
}

data "mlws_service_logs" "init" {
  service_id = mlws_aci_service.iris.id
  init       = true
}
`
	content := func(name, pattern string) resource.TestCheckFunc {
		return resource.TestMatchResourceAttr("data.mlws_service_logs."+name, "content", regexp.MustCompile(pattern))
	}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config: env.Config(block(env, aciType, "iris", nil) + logs),
			Check: resource.ComposeAggregateTestCheckFunc(
				content("all", `(?s)^Starting gunicorn .*Invoking user's init function`),
				content("last", `^[^\n]+\n$`),
				content("init", `^Downloading model iris:1\n`),
				env.CheckCount("RegenerateKeys", 0),
			),
		},
		{
			Config:      env.Config("data \"mlws_service_logs\" \"missing\" {\n  service_id = \"" + env.ServiceID("missing") + "\"\n}\n"),
			ExpectError: regexp.MustCompile("The service does not exist"),
		},
	}})
}
