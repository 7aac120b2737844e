// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"fmt"
	"io/fs"
	"strings"

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
	codeURLRule = validators.Matches(`^(aml|https)://[^\s/]+/\S+$`,
		"Code is referenced by an aml:// or https:// URL, such as aml://artifact/LocalUpload/230101T000000-0123abcd/code.tar.gz.")
	directoryNameRule = validators.Matches(`^[^/\\\s][^/\\]*$`,
		"The directory is one name, without slashes: the top folder inside the archive.")
	entryScriptRule = validators.Matches(`^\S.*\.py$`,
		"The entry script is the path of a Python file, such as score.py.")
	contentTypeRule = validators.Matches(`^[a-z]+/[-+.\w]+(;.*)?$`,
		"A content type is a type and a subtype, such as application/json or text/csv.")
	relativeRule = validators.Matches(`^[^/\\\s][^\\]*$`,
		"The entry script of code at a URL is a relative path with forward slashes, such as score.py.")
	insideRule = validators.String{
		Rule: "The entry script is a path inside source_directory, with forward slashes, such as score.py or lib/score.py.",
		Check: func(value string) error {
			if strings.Contains(value, `\`) || !fs.ValidPath(value) {
				return fmt.Errorf("%q does not fit", value)
			}
			return nil
		},
	}
	condaRule = validators.String{
		Rule: "The value is YAML text of a conda environment (a mapping with dependencies); read it with file(), or write it with yamlencode().",
		Check: func(value string) error {
			_, err := condaToJSON(value)
			return err
		},
	}
)
