// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/codearchive"
	"github.com/mlws/terraform-provider-mlws/internal/filetree/filetreetest"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

const scoreScript = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"

const lfsPointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"

func hashOf(t *testing.T, folder string) string {
	t.Helper()
	tree, err := codearchive.Scan(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := tree.Hash(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// The plan of the code, and its warnings.
func TestPlanCode(t *testing.T) {
	t.Parallel()
	files := map[string]string{"score.py": scoreScript, "lib/helper.py": "x = 1\n"}
	src, copied := filetreetest.Folder(t, "src", files), filetreetest.Folder(t, "copied", files)
	script, gone := filepath.Join(src, "score.py"), filepath.Join(src, "gone")
	sum := hashOf(t, src)
	tree, err := codearchive.ScanFile(script)
	if err != nil {
		t.Fatal(err)
	}
	scriptSum, err := tree.Hash(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	u := unknown{}
	deployed := fields{"source_directory": src, "source_directory_name": "src", "source_url": "aml://artifact/a/code.tar.gz", "driver_url": "aml://artifact/a/d.py", "code_hash": sum}
	alone := fields{"entry_script": script, "source_url": "aml://artifact/a/score.py", "driver_url": "aml://artifact/a/d.py", "code_hash": scriptSum}
	for name, test := range map[string]struct {
		config, prior fields // of the code alone; a nil prior is a create
		want          fields
		warning       string
	}{
		"new folder":               {config: fields{"source_directory": src}, want: fields{"source_directory": src, "source_directory_name": "src", "source_url": u, "driver_url": u, "code_hash": sum}},
		"new folder, named":        {config: fields{"source_directory": src, "source_directory_name": "code"}, want: fields{"source_directory": src, "source_directory_name": "code", "source_url": u, "driver_url": u, "code_hash": sum}},
		"new folder, own driver":   {config: fields{"source_directory": src, "driver_url": "https://x/d.py"}, want: fields{"source_directory": src, "source_directory_name": "src", "source_url": u, "driver_url": "https://x/d.py", "code_hash": sum}},
		"new folder without name":  {config: fields{"source_directory": src + "/lib/.."}, want: fields{"source_directory": src + "/lib/..", "source_directory_name": "src", "source_url": u, "driver_url": u, "code_hash": sum}},
		"new file":                 {config: fields{"entry_script": script}, want: fields{"entry_script": script, "source_url": u, "driver_url": u, "code_hash": scriptSum}},
		"new URL":                  {config: fields{"source_url": "https://x/y"}, want: fields{"source_url": "https://x/y"}},
		"unknown folder":           {config: fields{"source_directory": u}, want: fields{"source_directory": u, "source_directory_name": u, "source_url": u, "driver_url": u, "code_hash": u}},
		"unknown script of folder": {config: fields{"source_directory": src, "entry_script": u}, want: fields{"source_directory": src, "entry_script": u, "source_directory_name": "src", "source_url": u, "driver_url": u, "code_hash": sum}},
		"unknown file":             {config: fields{"entry_script": u}, want: fields{"entry_script": u, "source_url": u, "driver_url": u, "code_hash": u}},
		"unknown URL":              {config: fields{"source_url": u}, want: fields{"source_url": u, "source_directory_name": u, "driver_url": u, "code_hash": u}},
		"folder that is not there": {config: fields{"source_directory": gone}, want: fields{"source_directory": gone, "source_directory_name": "gone", "source_url": u, "driver_url": u, "code_hash": u}, warning: "There is no folder " + gone},
		"file that is not there":   {config: fields{"entry_script": gone + ".py"}, want: fields{"entry_script": gone + ".py", "source_url": u, "driver_url": u, "code_hash": u}, warning: "There is no file " + gone + ".py"},

		"same folder":                {config: fields{"source_directory": src}, prior: deployed, want: deployed},
		"same code elsewhere":        {config: fields{"source_directory": copied}, prior: deployed, want: deployed},
		"same code, same name":       {config: fields{"source_directory": copied, "source_directory_name": "src"}, prior: deployed, want: deployed},
		"same code, other name":      {config: fields{"source_directory": src, "source_directory_name": "code"}, prior: deployed, want: merged(deployed, fields{"source_directory_name": "code", "source_url": u, "driver_url": u})},
		"same code, unknown name":    {config: fields{"source_directory": src, "source_directory_name": u}, prior: deployed, want: merged(deployed, fields{"source_directory_name": u, "source_url": u, "driver_url": u})},
		"same code, own driver":      {config: fields{"source_directory": src, "driver_url": "https://x/d.py"}, prior: deployed, want: merged(deployed, fields{"driver_url": "https://x/d.py"})},
		"same file":                  {config: fields{"entry_script": script}, prior: alone, want: alone},
		"same file elsewhere":        {config: fields{"entry_script": filepath.Join(copied, "score.py")}, prior: alone, want: alone},
		"other code":                 {config: fields{"source_directory": src}, prior: merged(deployed, fields{"code_hash": "other"}), want: merged(deployed, fields{"source_url": u, "driver_url": u})},
		"code of others":             {config: fields{"source_directory": src}, prior: merged(deployed, fields{"code_hash": nil}), want: merged(deployed, fields{"source_url": u, "driver_url": u})},
		"folder became a file":       {config: fields{"entry_script": script}, prior: deployed, want: merged(alone, fields{"source_url": u, "driver_url": u})},
		"file became a folder":       {config: fields{"source_directory": src}, prior: alone, want: merged(deployed, fields{"source_url": u, "driver_url": u})},
		"URL became a folder":        {config: fields{"source_directory": src}, prior: fields{"source_url": "https://x/y"}, want: merged(deployed, fields{"source_url": u, "driver_url": u})},
		"folder became a URL":        {config: fields{"source_url": "https://x/y"}, prior: deployed, want: fields{"source_url": "https://x/y"}},
		"URL as before":              {config: fields{"source_url": "https://x/y"}, prior: fields{"source_url": "https://x/y"}, want: fields{"source_url": "https://x/y"}},
		"deployed, folder now gone":  {config: fields{"source_directory": gone}, prior: deployed, want: fields{"source_directory": gone, "source_directory_name": "gone", "source_url": u, "driver_url": u, "code_hash": u}, warning: "There is no folder " + gone},
		"deployed, folder now open":  {config: fields{"source_directory": u}, prior: deployed, want: fields{"source_directory": u, "source_directory_name": u, "source_url": u, "driver_url": u, "code_hash": u}},
		"another script, same files": {config: fields{"source_directory": src}, prior: merged(deployed, fields{"entry_script": "lib/score.py"}), want: merged(deployed, fields{"driver_url": u})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var prior fields
			if test.prior != nil {
				prior = healthy(coded(test.prior))
			}
			result := plan(t, coded(test.config), prior)
			if diff := cmp.Diff(coded(test.want)["inference_config"], clean(result.State["inference_config"])); diff != "" {
				t.Errorf("(-want +got)\n%s\n%v", diff, texts(result.Diagnostics))
			}
			if warned := strings.Join(texts(result.Diagnostics), "\n"); test.warning == "" && warned != "" || !strings.Contains(warned, test.warning) {
				t.Errorf("%q, want %q", warned, test.warning)
			}
			if test.prior != nil && cmp.Equal(clean(coded(test.prior)["inference_config"]), clean(result.State["inference_config"])) != (result.State["state"] == "Healthy") {
				t.Errorf("the state of the service is planned as %v", result.State["state"])
			}
		})
	}
}

// clean leaves out what is null.
func clean(value any) any {
	object, ok := value.(fields)
	if !ok {
		return value
	}
	cleaned := fields{}
	for name, member := range object {
		if member != nil {
			cleaned[name] = member
		}
	}
	return cleaned
}

func TestTopFolder(t *testing.T) {
	t.Parallel()
	for directory, want := range map[string]string{
		"src": "src", "./src/": "src", "/a/b": "b", "../x": "x", "a/..": "source", ".": "source", "./": "source", "..": "source", "../..": "source", "/": "source", "a/ b": "source", "a/b c": "b c",
	} {
		if got := topFolder(directory); got != want {
			t.Errorf("%s: %s, want %s", directory, got, want)
		}
	}
}

// Code that cannot be deployed is refused by the plan, at the attribute that says where it is.
func TestPlanRefusesCode(t *testing.T) {
	t.Parallel()
	link := filetreetest.Folder(t, "src", map[string]string{"score.py": scoreScript})
	if err := os.Symlink(t.TempDir(), filepath.Join(link, "data")); err != nil {
		t.Fatal(err)
	}
	folder := func(files map[string]string) fields {
		return fields{"source_directory": filetreetest.Folder(t, "src", files)}
	}
	for name, test := range map[string]struct {
		code fields
		path string
		want []string
	}{
		"no script":      {folder(map[string]string{"main.py": scoreScript}), "entry_script", []string{"There is no file score.py in", "Correct entry_script"}},
		"ignored script": {folder(map[string]string{"score.py": scoreScript, ".amlignore": "s*\n"}), "entry_script", []string{"its ignore file leaves it out", ".amlignore"}},
		"no run":         {folder(map[string]string{"score.py": "def init(): pass\n"}), "entry_script", []string{"does not define run at the top level"}},
		"neither":        {folder(map[string]string{"score.py": "class A:\n  def run(self): pass\n"}), "entry_script", []string{"does not define init and run"}},
		"notebook":       {folder(map[string]string{"score.py": "%%writefile score.py\n" + scoreScript}), "entry_script", []string{"score.py, line 1: a line that begins with % is a command of a notebook"}},
		"Python 2":       {folder(map[string]string{"score.py": "def init():\n    print \"ready\"\n\n\ndef run(data):\n    return data\n"}), "entry_script", []string{"score.py, line 2: print is a function in Python 3"}},
		"Git LFS":        {folder(map[string]string{"score.py": scoreScript, "lib/model.pkl": lfsPointer}), "source_directory", []string{"lib/model.pkl is a pointer of Git LFS", "run git lfs pull", ", or name it in .amlignore"}},
		"lone Git LFS":   {fields{"entry_script": filepath.Join(filetreetest.Folder(t, "src", map[string]string{"s.py": lfsPointer}), "s.py")}, "entry_script", []string{"s.py is a pointer of Git LFS"}},
		"link out":       {fields{"source_directory": link}, "source_directory", []string{"the link data points out of the folder", ".amlignore"}},
		"not a folder":   {fields{"source_directory": filepath.Join(link, "score.py")}, "source_directory", []string{"is a file, not a folder"}},
		"lone, no init":  {fields{"entry_script": filepath.Join(filetreetest.Folder(t, "src", map[string]string{"s.py": "from x import run\n"}), "s.py")}, "entry_script", []string{"s.py does not define init"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, prior := range []fields{nil, healthy(coded(fields{"source_url": "https://x/y"}))} {
				result := plan(t, coded(test.code), prior)
				if len(result.Diagnostics) != 1 || result.Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError || pathOf(result.Diagnostics[0]) != "inference_config."+test.path {
					t.Fatalf("%v", texts(result.Diagnostics))
				}
				for _, want := range test.want {
					if !strings.Contains(result.Diagnostics[0].Detail, want) {
						t.Errorf("%q is not in: %s", want, result.Diagnostics[0].Detail)
					}
				}
			}
		})
	}
}

// A plan that uploads a folder says what the ignore file leaves out; one that does not is
// silent.
func TestIgnoredCodeIsSaid(t *testing.T) {
	t.Parallel()
	files := map[string]string{"score.py": scoreScript, ".gitignore": "lib/\n"}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		files["lib/"+name+".py"] = ""
	}
	src := filetreetest.Folder(t, "src", files)
	config := coded(fields{"source_directory": src})
	created := plan(t, config, nil)
	want := []string{filepath.Join(src, ".gitignore") + " leaves 7 files out", "lib/a.py, lib/b.py, lib/c.py, lib/d.py, lib/e.py and 2 more", "write an .amlignore beside it"}
	if len(created.Warnings) != 1 || len(created.Diagnostics) != 1 {
		t.Fatalf("%v", texts(created.Diagnostics))
	}
	for _, part := range want {
		if !strings.Contains(created.Warnings[0], part) {
			t.Errorf("%q is not in: %s", part, created.Warnings[0])
		}
	}
	deployed := coded(fields{"source_directory": src, "source_directory_name": "src", "source_url": "aml://artifact/a/code.tar.gz", "driver_url": "aml://artifact/a/d.py", "code_hash": hashOf(t, src)})
	if same := plan(t, config, healthy(deployed)); len(same.Diagnostics) > 0 {
		t.Errorf("nothing is uploaded: %v", texts(same.Diagnostics))
	}
	filetreetest.Write(t, filepath.Join(src, ".amlignore"), "lib/g.py\n")
	if one := plan(t, config, nil); len(one.Warnings) != 1 || !strings.Contains(one.Warnings[0], "leaves 1 files out of the code that is uploaded, with Python files: lib/g.py.") || !strings.Contains(one.Warnings[0], "correct it.") {
		t.Errorf("%v", one.Warnings)
	}
}

// The state, the variables and the plans of the configuration that the folder
// belongs to are no part of it.
func TestStateIsNotCode(t *testing.T) {
	t.Parallel()
	plain := filetreetest.Folder(t, "src", map[string]string{"score.py": scoreScript})
	module := filetreetest.Folder(t, "src", map[string]string{
		"score.py": scoreScript, "terraform.tfstate": "secret", "terraform.tfstate.backup": "secret", "terraform.tfstate.d/x/terraform.tfstate": "secret", ".terraform/environment": "x",
		"terraform.tfvars": "secret", "prod.auto.tfvars": "secret", "prod.tfvars.json": "secret", "tfplan": "secret", "prod.tfplan": "secret",
	})
	sums := map[string]bool{}
	for _, folder := range []string{plain, module} {
		config := configOf(t, coded(fields{"source_directory": folder}))
		inference := *values.Decode[inferenceModel](t.Context(), config.Object)
		tree, diags, err := scanCode(t.Context(), inference)
		if err != nil || diags.HasError() {
			t.Fatal(diags, err)
		}
		sum, err := tree.Hash(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sums[sum] = true
	}
	if len(sums) != 1 {
		t.Error("the state makes a difference")
	}
}

// An interrupt is no fault of the code.
func TestInterruptedReading(t *testing.T) {
	t.Parallel()
	config := configOf(t, coded(fields{"source_directory": filetreetest.Folder(t, "src", map[string]string{"score.py": scoreScript})}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, diags, err := scanCode(ctx, *values.Decode[inferenceModel](t.Context(), config.Object))
	if err != nil || len(diags) != 1 || diags[0].Summary() != "The code was not read" || !strings.Contains(diags[0].Detail(), "the run was interrupted") {
		t.Error(diags, err)
	}
}

// Which version of a registered environment stays deployed.
func TestPlanEnvironment(t *testing.T) {
	t.Parallel()
	u := unknown{}
	for name, test := range map[string]struct {
		config, prior fields
		want          any // the resolved version
		same          bool
	}{
		"new, version":              {config: fields{"version": "3"}, want: "3"},
		"new, latest":               {config: fields{"version": "latest"}, want: u},
		"new, none":                 {config: fields{}, want: u},
		"new, unknown":              {config: fields{"version": u}, want: u},
		"new, inline":               {config: fields{"base_image": "i"}, want: nil},
		"new, unknown inline":       {config: fields{"base_image": u}, want: u},
		"same version":              {config: fields{"version": "3"}, prior: fields{"version": "3", "resolved_version": "3"}, want: "3", same: true},
		"same version, old state":   {config: fields{"version": "3"}, prior: fields{"version": "3"}, want: nil, same: true},
		"other version":             {config: fields{"version": "4"}, prior: fields{"version": "3", "resolved_version": "3"}, want: "4"},
		"latest stays":              {config: fields{"version": "latest"}, prior: fields{"version": "latest", "resolved_version": "3"}, want: "3", same: true},
		"none stays":                {config: fields{}, prior: fields{"resolved_version": "3"}, want: "3", same: true},
		"none becomes latest":       {config: fields{"version": "latest"}, prior: fields{"resolved_version": "3"}, want: "3", same: true},
		"latest, version not known": {config: fields{}, prior: fields{}, want: nil, same: true},
		"version becomes latest":    {config: fields{"version": "latest"}, prior: fields{"version": "3", "resolved_version": "3"}, want: "3", same: true},
		"old state becomes latest":  {config: fields{"version": "latest"}, prior: fields{"version": "3"}, want: "3", same: true},
		"latest becomes version":    {config: fields{"version": "4"}, prior: fields{"version": "latest", "resolved_version": "3"}, want: "4"},
		"latest becomes the same":   {config: fields{"version": "3"}, prior: fields{"version": "latest", "resolved_version": "3"}, want: "3", same: true},
		"inline becomes latest":     {config: fields{"version": "latest"}, prior: fields{"base_image": "i"}, want: u},
		"latest becomes inline":     {config: fields{"base_image": "i"}, prior: fields{"version": "latest", "resolved_version": "3"}, want: nil},
		"another name":              {config: fields{"name": "f"}, prior: fields{"resolved_version": "3"}, want: u},
		"an unknown name":           {config: fields{"name": u}, prior: fields{"resolved_version": "3"}, want: u},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			environment := func(members fields) fields { return at(merged(fields{"name": "e"}, members)) }
			var prior fields
			if test.prior != nil {
				prior = healthy(environment(test.prior))
			}
			result := plan(t, environment(test.config), prior)
			planned, _ := result.State["inference_config"].(fields)["environment"].(fields)
			if diff := cmp.Diff(test.want, planned["resolved_version"]); diff != "" {
				t.Errorf("resolved_version (-want +got)\n%s\n%v", diff, texts(result.Diagnostics))
			}
			if test.same != (result.State["state"] == "Healthy") {
				t.Errorf("the service is planned as %v, deployed again is %t", result.State["state"], !test.same)
			}
		})
	}
}
