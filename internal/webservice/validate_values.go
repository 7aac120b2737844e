// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

// The patterns and texts are rules of the Python SDK azureml-core 1.51.
var (
	nameRule = validators.Matches(`^[a-z][-a-z0-9]{1,30}[a-z0-9]$`,
		"A service name has 3 to 32 lowercase letters, digits and dashes, starts with a letter and ends with a letter or digit.")
	namespaceRule = validators.Matches(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`,
		"A Kubernetes namespace has 1 to 63 lowercase letters, digits and dashes, and starts and ends with a letter or digit.")
	dnsNameLabelRule = validators.Matches(`^[a-zA-Z][a-zA-Z0-9-]{3,61}[a-zA-Z0-9]$`,
		"A DNS name label has 5 to 63 letters, digits and dashes, starts with a letter and ends with a letter or digit.")
	modelIDRule = validators.Matches(`^[a-zA-Z0-9][a-zA-Z0-9\-._]{0,254}:[1-9][0-9]*$`,
		"A model is named as name:version, such as iris:1.")
)
