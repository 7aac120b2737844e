// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"path"
	"path/filepath"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	frameworkpath "github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
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
	entryScriptPath     = inferencePath.AtName("entry_script")
	sourceDirectoryPath = inferencePath.AtName("source_directory")
)

// checkCode holds the rules between the attributes of the code.
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

// unnamedFolder is the top folder of an archive where source_directory has no
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

// changesImage reports whether what the plan deploys differs from what the
// state says is deployed: another spelling of where the code lies does not.
func changesImage(ctx context.Context, plan, state deployment) bool {
	if values.Changed(plan.ModelIDs, state.ModelIDs) {
		return true
	}
	return values.Changed(plan.InferenceConfig, state.InferenceConfig) &&
		!deployable(ctx, plan.InferenceConfig).Equal(deployable(ctx, state.InferenceConfig))
}

// deployable leaves of an inference configuration what reaches the service.
func deployable(ctx context.Context, object types.Object) types.Object {
	inference := values.Decode[inferenceModel](ctx, object)
	if inference == nil {
		return object
	}
	inference.SourceDirectory, inference.CodeHash = types.StringNull(), types.StringNull()
	if inference.SourceDirectoryName.IsNull() && values.IsSet(inference.EntryScript) {
		inference.EntryScript = types.StringValue(scriptName(inference.EntryScript))
	}
	if environment := values.Decode[environmentModel](ctx, inference.Environment); environment != nil && environment.registered() {
		if version := environment.deployedVersion(); version != "" {
			environment.Version, environment.ResolvedVersion = types.StringValue(version), types.StringNull()
		}
		inference.Environment = environment.object()
	}
	return inference.object()
}
