// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// textRule checks one string. Null and unknown values pass.
type textRule struct {
	rule  string // a full sentence that states the rule
	check func(value string) error
}

// matches checks a string against a pattern.
func matches(pattern, rule string) textRule {
	expression := regexp.MustCompile(pattern)
	return textRule{rule: rule, check: func(value string) error {
		if !expression.MatchString(value) {
			return fmt.Errorf("%q does not fit", value)
		}
		return nil
	}}
}

// The patterns and texts are rules of the Python SDK azureml-core 1.51.
var (
	nameRule = matches(`^[a-z][-a-z0-9]{1,30}[a-z0-9]$`,
		"A service name has 3 to 32 lowercase letters, digits and dashes, starts with a letter and ends with a letter or digit.")
	namespaceRule = matches(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`,
		"A Kubernetes namespace has 1 to 63 lowercase letters, digits and dashes, and starts and ends with a letter or digit.")
	dnsNameLabelRule = matches(`^[a-zA-Z][a-zA-Z0-9-]{3,61}[a-zA-Z0-9]$`,
		"A DNS name label has 5 to 63 letters, digits and dashes, starts with a letter and ends with a letter or digit.")
	modelIDRule = matches(`^[a-zA-Z0-9][a-zA-Z0-9\-._]{0,254}:[1-9][0-9]*$`,
		"A model is named as name:version, such as iris:1.")
	codeURLRule = matches(`^(aml|https)://[^\s/]+/\S+$`,
		"Code is referenced by an aml:// or https:// URL, such as aml://artifact/LocalUpload/230101T000000-0123abcd/code.tar.gz.")
	directoryNameRule = matches(`^[^/\\\s][^/\\]*$`,
		"The directory is one name, without slashes: the top folder inside the archive.")
	entryScriptRule = matches(`^\S.*\.py$`,
		"The entry script is the path of a Python file, such as score.py.")
	contentTypeRule = matches(`^[a-z]+/[-+.\w]+(;.*)?$`,
		"A content type is a type and a subtype, such as application/json or text/csv.")
	relativeRule = matches(`^[^/\\\s][^\\]*$`,
		"The entry script of code at a URL is a relative path with forward slashes, such as score.py.")
	insideRule = textRule{
		rule: "The entry script is a path inside source_directory, with forward slashes, such as score.py or lib/score.py.",
		check: func(value string) error {
			if strings.Contains(value, `\`) || !fs.ValidPath(value) {
				return fmt.Errorf("%q does not fit", value)
			}
			return nil
		},
	}
	notEmptyRule = matches(`\S`, "The value must not be empty; leave the attribute out instead.")
	pemRule      = matches(`-----BEGIN [A-Z0-9 ]+-----`, "The value is PEM text, with a BEGIN line; read it with file(), not its path.")
	condaRule    = textRule{
		rule: "The value is YAML text of a conda environment (a mapping with dependencies); read it with file(), or write it with yamlencode().",
		check: func(value string) error {
			_, err := condaToJSON(value)
			return err
		},
	}
	serviceIDRule = textRule{
		rule: "The service is named by its full resource id; the function service_id composes it.",
		check: func(value string) error {
			_, err := resourceid.ParseService(value)
			return err
		},
	}
)

func (r textRule) Description(context.Context) string         { return r.rule }
func (r textRule) MarkdownDescription(context.Context) string { return r.rule }

func (r textRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := r.check(req.ConfigValue.ValueString()); err != nil {
		// PEM text may be a private key put into the wrong place: never show it.
		reason := err.Error()
		if strings.Contains(r.rule, "PEM") {
			reason = "the value has no BEGIN line"
		}
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+lastStep(req.Path.String()),
			fmt.Sprintf("%s: %s. %s", req.Path, reason, r.rule))
	}
}

// lastStep returns the attribute's own name, for a title.
func lastStep(path string) string {
	name := path[strings.LastIndex(path, ".")+1:]
	name, _, _ = strings.Cut(name, "[")
	return name
}

// numberRule checks an integer or a float against a closed or half-open range.
type numberRule struct {
	rule string
	ok   func(value float64) bool
}

// above accepts values greater than zero.
func above(what string) numberRule {
	return numberRule{rule: what + " must be greater than zero.", ok: func(v float64) bool { return v > 0 }}
}

// atLeast accepts values from least on.
func atLeast(least float64, what string) numberRule {
	return numberRule{rule: fmt.Sprintf("%s must be at least %g.", what, least), ok: func(v float64) bool { return v >= least }}
}

// between accepts values from least to most.
func between(least, most float64, what string) numberRule {
	return numberRule{
		rule: fmt.Sprintf("%s must be from %g to %g.", what, least, most),
		ok:   func(v float64) bool { return v >= least && v <= most },
	}
}

func (r numberRule) Description(context.Context) string         { return r.rule }
func (r numberRule) MarkdownDescription(context.Context) string { return r.rule }

func (r numberRule) ValidateFloat64(_ context.Context, req validator.Float64Request, resp *validator.Float64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || r.ok(req.ConfigValue.ValueFloat64()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+lastStep(req.Path.String()),
		fmt.Sprintf("%s is %g. %s", req.Path, req.ConfigValue.ValueFloat64(), r.rule))
}

func (r numberRule) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || r.ok(float64(req.ConfigValue.ValueInt64())) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+lastStep(req.Path.String()),
		fmt.Sprintf("%s is %d. %s", req.Path, req.ConfigValue.ValueInt64(), r.rule))
}
