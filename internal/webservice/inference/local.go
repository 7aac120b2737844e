// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/mlws/terraform-provider-mlws/internal/codearchive"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/pysource"
)

// notCode are excluded from every folder, which may be that of the configuration itself: its
// state and variable files contain secrets, and change between plan and apply.
var notCode = []string{".terraform/", "*.tfstate", "*.tfstate.*", ".terraform.tfstate.lock.info", ".terraform.lock.hcl", "*.tfvars", "*.tfvars.json", "*.tfplan", "tfplan"}

// errNoCode: there is no code at that place on this machine, at least not yet.
var errNoCode = errors.New("no code")

// scanCode lists the code that a configuration takes from this machine, and checks
// its entry script. The values of the configuration are known. The error is errNoCode
// if there is nothing; every other problem is a diagnostic.
func scanCode(ctx context.Context, inference inferenceModel) (*codearchive.Tree, diag.Diagnostics, error) {
	script := inference.EntryScript.ValueString()
	where := script
	var tree *codearchive.Tree
	var err error
	if inference.codeForm() == codeInFile {
		tree, err = codearchive.ScanFile(script)
	} else {
		where = inference.SourceDirectory.ValueString()
		tree, err = codearchive.Scan(ctx, where, notCode...)
		script = filepath.Join(where, filepath.FromSlash(script))
	}
	var diags diag.Diagnostics
	if errors.Is(err, fs.ErrNotExist) {
		if _, missing := os.Stat(where); errors.Is(missing, fs.ErrNotExist) {
			return nil, nil, errNoCode
		}
	}
	if err != nil {
		diags.Append(codeFailure(ctx, inference, "The code cannot be uploaded", fmt.Sprintf("%s: %s.", where, err)))
		return nil, diags, nil
	}
	diags.Append(checkScript(inference, tree, script)...)
	return tree, diags, nil
}

// codeFailure is the error of reading the code, or of an interrupt or timeout.
func codeFailure(ctx context.Context, inference inferenceModel, summary, detail string) diag.Diagnostic {
	if err := ctx.Err(); err != nil {
		return diagnostics.FromError("The code was not read", "the code of "+codePlace(inference), err)
	}
	return diag.NewAttributeErrorDiagnostic(codePath(inference), summary, detail)
}

// codePlace is where the code lies.
func codePlace(inference inferenceModel) string {
	if inference.codeForm() == codeInFile {
		return inference.EntryScript.ValueString()
	}
	return inference.SourceDirectory.ValueString()
}

// codePath is the attribute that says where the code is.
func codePath(inference inferenceModel) path.Path {
	if inference.codeForm() == codeInFile {
		return entryScriptPath
	}
	return sourceDirectoryPath
}

// noCode says what a place without code means.
func noCode(inference inferenceModel) (summary, detail string) {
	if inference.codeForm() == codeInFile {
		return "The entry script is not there",
			fmt.Sprintf("There is no file %s (relative to the folder in which terraform runs; \"${path.module}/…\" is relative to the module).", inference.EntryScript.ValueString())
	}
	return "The source directory is not there",
		fmt.Sprintf("There is no folder %s (relative to the folder in which terraform runs; \"${path.module}/…\" is relative to the module).", inference.SourceDirectory.ValueString())
}

// checkScript checks that the entry script is among what is uploaded, is Python 3, and
// defines what the serving image calls.
func checkScript(inference inferenceModel, tree *codearchive.Tree, script string) diag.Diagnostics {
	var diags diag.Diagnostics
	if inference.EntryScript.IsUnknown() {
		return diags
	}
	name := inference.EntryScript.ValueString()
	if inference.codeForm() == codeInFolder && !slices.Contains(tree.Names(), name) {
		folder := inference.SourceDirectory.ValueString()
		detail := fmt.Sprintf("There is no file %s in %s. Correct entry_script, which is the script's path inside source_directory.", name, folder)
		if _, err := os.Stat(script); err == nil {
			detail = fmt.Sprintf("%s is in %s, but its ignore file leaves it out. Correct the .amlignore (or, without one, the .gitignore) there.", name, folder)
		}
		diags.AddAttributeError(entryScriptPath, "The entry script is not uploaded", detail)
		return diags
	}
	file, err := os.Open(script)
	if err != nil {
		diags.AddAttributeError(entryScriptPath, "The entry script cannot be read", err.Error()+".")
		return diags
	}
	defer func() { _ = file.Close() }()
	module, err := pysource.Read(file)
	if err != nil {
		diags.AddAttributeError(entryScriptPath, "The entry script cannot be read", err.Error()+".")
		return diags
	}
	if fault := module.Fault(); fault != nil {
		diags.AddAttributeError(entryScriptPath, "The entry script is not Python 3", fmt.Sprintf("%s, line %d: %s", script, fault.Line, fault.Text))
		return diags
	}
	missing := module.Undefined("init", "run")
	if len(missing) > 0 {
		diags.AddAttributeError(entryScriptPath, "The entry script is not complete",
			fmt.Sprintf("%s does not define %s at the top level of the module. The serving image calls init() once, and run() for every request. Define both in it, or import them.",
				script, strings.Join(missing, " and ")))
	}
	return diags
}

// shownFiles is how many files a message names.
const shownFiles = 5

// warnLeftOut says what an ignore file leaves out of code that is uploaded: lib/ of a usual
// .gitignore takes a package away, which the SDK would have sent.
func warnLeftOut(inference inferenceModel, left codearchive.LeftOut, diags *diag.Diagnostics) {
	if left.Files == 0 {
		return
	}
	folder := inference.SourceDirectory.ValueString()
	python := ""
	if len(left.Python) > 0 {
		python = ", with Python files: " + strings.Join(left.Python[:min(shownFiles, len(left.Python))], ", ")
		if more := len(left.Python) - shownFiles; more > 0 {
			python += fmt.Sprintf(" and %d more", more)
		}
	}
	fix := "correct it."
	if left.IgnoreFile != ".amlignore" {
		fix = "write an .amlignore beside it, which takes its place."
	}
	diags.AddAttributeWarning(sourceDirectoryPath, "The ignore file leaves files out",
		fmt.Sprintf("%s leaves %d files out of the code that is uploaded%s. The Python SDK knows no ignore file, and would send them. If the script needs them, %s",
			filepath.Join(folder, left.IgnoreFile), left.Files, python, fix))
}
