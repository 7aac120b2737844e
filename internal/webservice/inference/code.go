// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	frameworkpath "github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// The patterns and texts are rules of the Python SDK azureml-core 1.51.
var (
	codeURLRule = validators.Matches(`^(aml|https)://[^\s/]+/\S+$`,
		"Code is referenced by an aml:// or https:// URL, such as aml://artifact/LocalUpload/230101T000000-0123abcd/code.tar.gz.")
	directoryNameRule = validators.Matches(`^[^/\\\s][^/\\]*$`,
		"The directory is one name, without slashes: the top folder inside the archive.")
	entryScriptRule = validators.Matches(`^\S.*\.py$`,
		"The entry script is the path of a Python file, such as score.py.")
	relativeRule = validators.Matches(`^[^/\\\s][^\\]*$`,
		"The entry script of code at a URL is a relative path with forward slashes, such as score.py.")
	insideRule = validators.String{
		Rule: "The entry script is a path inside source_directory, with forward slashes, such as score.py or lib/score.py.",
		Check: func(value string) error {
			if strings.Contains(value, `\`) || !fs.ValidPath(value) {
				return validators.Unfit{Value: value}
			}
			return nil
		},
	}
)

// codeForm is where a configuration takes the code from.
type codeForm int

const (
	// codeOpen: values that are not known yet decide.
	codeOpen codeForm = iota
	// codeAtURL is code that is in a storage already.
	codeAtURL
	// codeInFolder is a folder on this machine.
	codeInFolder
	// codeInFile is an entry script on this machine, alone.
	codeInFile
)

// codeForm of a configuration. A state has the URL in every form.
func (m inferenceModel) codeForm() codeForm {
	switch {
	case m.SourceURL.IsUnknown():
		return codeOpen
	case !m.SourceURL.IsNull():
		return codeAtURL
	case m.SourceDirectory.IsNull():
		return codeInFile
	default:
		return codeInFolder
	}
}

// local reports whether the code of a configuration is on this machine.
func (m inferenceModel) local() bool {
	form := m.codeForm()
	return form == codeInFolder || form == codeInFile
}

var (
	inferencePath       = frameworkpath.Root("inference_config")
	environmentPath     = inferencePath.AtName("environment")
	entryScriptPath     = inferencePath.AtName("entry_script")
	sourceDirectoryPath = inferencePath.AtName("source_directory")
)

// checkCode checks the rules between the attributes of the code.
func checkCode(inference inferenceModel) diag.Diagnostics {
	var diags diag.Diagnostics
	if values.IsSet(inference.SourceURL) && values.IsSet(inference.SourceDirectory) {
		diags.AddAttributeError(sourceDirectoryPath, "The code is in one place",
			"inference_config.source_directory is a folder to upload, and inference_config.source_url is code that is in a storage already, so both cannot be set. "+
				"Remove source_url to upload the folder, or remove source_directory.")
		return diags
	}
	form := inference.codeForm()
	if form == codeInFile && values.IsSet(inference.SourceDirectoryName) {
		diags.AddAttributeError(inferencePath.AtName("source_directory_name"), "A single file has no folder",
			"inference_config.source_directory_name names the folder of an archive, and without source_directory or source_url the entry script is uploaded alone. "+
				"Set source_directory to upload the script's folder, or remove source_directory_name.")
	}
	rule := map[codeForm]validators.String{codeInFolder: insideRule, codeAtURL: relativeRule}[form]
	if rule.Check != nil && values.IsSet(inference.EntryScript) {
		if why := rule.Why(inference.EntryScript.ValueString()); why != "" {
			diags.AddAttributeError(entryScriptPath, "Invalid entry_script", "inference_config.entry_script: "+why)
		}
	}
	return diags
}

// unnamedFolder is the top folder of an archive if source_directory has no
// name of its own, such as ".".
const unnamedFolder = "source"

var usableName = regexp.MustCompile(`^[^/\\\s][^/\\]*$`)

// topFolder is the default of source_directory_name. It depends on the spelling
// alone: the name of the checkout's folder differs from machine to machine.
func topFolder(directory string) string {
	name := path.Base(path.Clean(filepath.ToSlash(directory)))
	if name == "." || name == ".." || !usableName.MatchString(name) {
		return unnamedFolder
	}
	return name
}

// scriptName is the name of a lone entry script in the image.
func scriptName(script types.String) string {
	return path.Base(filepath.ToSlash(script.ValueString()))
}

// code returns what reaches the service of the code, without its place on this machine.
func (m inferenceModel) code() inferenceModel {
	m.SourceDirectory, m.CodeHash = types.StringNull(), types.StringNull()
	if m.SourceDirectoryName.IsNull() && values.IsSet(m.EntryScript) {
		m.EntryScript = types.StringValue(scriptName(m.EntryScript))
	}
	return m
}

// sameCodeAs reports whether two configurations deploy the same code.
func (m inferenceModel) sameCodeAs(other inferenceModel) bool {
	m.Environment, other.Environment = types.ObjectNull(environmentTypes), types.ObjectNull(environmentTypes)
	return m.code().object().Equal(other.code().object())
}
