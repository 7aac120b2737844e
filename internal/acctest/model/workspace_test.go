// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/filetree/filetreetest"
)

const address = "mlws_model.churn"

// workspace is where a test works, and what is registered there from the start.
type workspace struct {
	*acctest.Env
	seeds []string
	// names are those of the models of the test.
	names map[string]bool
}

var short = emulator.WithOperationDuration(20 * time.Millisecond)

// start gives a test an emulator with short operations, or a real workspace.
func start(t *testing.T) *workspace {
	t.Helper()
	return newWorkspace(acctest.Start(t, short))
}

// emulated is start for a test that needs the emulator.
func emulated(t *testing.T, needs acctest.Power) *workspace {
	t.Helper()
	return newWorkspace(acctest.StartEmulated(t, needs, short))
}

func newWorkspace(env *acctest.Env) *workspace {
	w := &workspace{Env: env, names: map[string]bool{}}
	if env.Emulator != nil {
		w.seeds = env.Emulator.ModelIDs(env.WorkspaceID)
	}
	return w
}

// test runs steps; at the end, no model is left but the seeds.
func (w *workspace) test(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	w.Test(t, resource.TestCase{Steps: steps, CheckDestroy: func(s *terraform.State) error {
		if left, err := w.models(); err != nil || len(left) > 0 {
			return fmt.Errorf("models left behind: %v (%v)", left, err)
		}
		return w.CheckNothingLeft(s)
	}})
}

// models are the versions that the test registered.
func (w *workspace) models() ([]string, error) {
	if w.Emulator != nil {
		ids := w.Emulator.ModelIDs(w.WorkspaceID)
		return slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(w.seeds, id) }), nil
	}
	api, err := w.API()
	if err != nil {
		return nil, err
	}
	var ids []string
	for name := range w.names {
		for model, err := range api.ListModels(context.Background(), name) {
			if err != nil {
				return nil, err
			}
			ids = append(ids, model.ID)
		}
	}
	return ids, nil
}

// id is the name and version of a model of the test.
func (w *workspace) id(id string) string {
	name, version, _ := strings.Cut(id, ":")
	return w.Name(name) + ":" + version
}

// registered is a check: the model of the state is this version. Whether a real
// workspace gives the number of a deleted version again is not known.
func (w *workspace) registered(id string) resource.TestCheckFunc {
	if w.Emulator != nil || strings.HasSuffix(id, ":1") {
		return attribute("model_id", w.id(id))
	}
	name, _, _ := strings.Cut(id, ":")
	return resource.TestMatchResourceAttr(address, "model_id", regexp.MustCompile(`^`+w.Name(name)+`:[1-9]\d*$`))
}

// attrs are arguments as HCL expressions.
type attrs map[string]string

// block is a model, of the name churn unless the arguments say otherwise.
func (w *workspace) block(label, path string, arguments ...attrs) string {
	all := attrs{"name": w.named("churn"), "path": fmt.Sprintf("%q", path)}
	for _, a := range arguments {
		maps.Copy(all, a)
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&text, "  %s = %s\n", name, all[name])
	}
	return fmt.Sprintf("resource \"mlws_model\" %q {\n%s}\n", label, text.String())
}

// named is a name of the test, as an HCL expression.
func (w *workspace) named(name string) string {
	w.names[w.Name(name)] = true
	return fmt.Sprintf("%q", w.Name(name))
}

func (w *workspace) config(path string, arguments ...attrs) string {
	return w.Config(w.block("churn", path, arguments...))
}

// uploaded returns the files of a registered version by their path below the
// container: from the model to its asset, and from its prefix to the blobs.
func (w *workspace) uploaded(id string) (map[string]string, error) {
	model, there := w.Emulator.ModelJSON(w.WorkspaceID, id)
	if !there {
		return nil, fmt.Errorf("there is no model %s; there are %v", id, w.Emulator.ModelIDs(w.WorkspaceID))
	}
	asset, _ := strings.CutPrefix(model["url"].(string), "aml://asset/")
	prefixes, err := w.Emulator.AssetPrefixes(w.WorkspaceID, asset)
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, artifact := range w.Emulator.ArtifactIDs(w.WorkspaceID) {
		for _, prefix := range prefixes {
			if artifact != prefix && !strings.HasPrefix(artifact, prefix+"/") {
				continue
			}
			content, there := w.Emulator.ArtifactContent(w.WorkspaceID, artifact)
			if !there {
				return nil, fmt.Errorf("%s has no bytes", artifact)
			}
			files[strings.SplitN(artifact, "/", 3)[2]] = string(content)
		}
	}
	return files, nil
}

// holds checks the uploaded bytes of a version, which a real workspace does not show.
func (w *workspace) holds(id string, want map[string]string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if w.Emulator == nil {
			return nil
		}
		got, err := w.uploaded(id)
		if err != nil {
			return err
		}
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("the files of %s (-want +got):\n%s", id, diff)
		}
		return nil
	}
}

// calls checks which calls that change something were made since the log was
// reset, leaving out the uploads of blobs.
func (w *workspace) calls(want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		var got []string
		for _, r := range w.Requests() {
			switch r.Operation {
			case "CreateArtifacts", "CreateAsset", "RegisterModel", "PatchModel", "DeleteModel", "DeleteAsset", "PatchService", "CreateService", "DeleteService":
				got = append(got, r.Operation)
			}
		}
		if w.Emulator != nil && !slices.Equal(got, want) {
			return fmt.Errorf("the calls were %v, want %v", got, want)
		}
		return nil
	}
}

// patched checks the one PATCH of a model. HASH stands for the content's hash.
func (w *workspace) patched(want string, hash *string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if w.Emulator == nil {
			return nil
		}
		want := want
		if hash != nil {
			want = strings.ReplaceAll(want, "HASH", *hash)
		}
		var bodies []string
		for _, r := range w.Requests() {
			if r.Operation == "PatchModel" {
				bodies = append(bodies, r.Body)
			}
		}
		if len(bodies) != 1 {
			return fmt.Errorf("%d PATCH requests: %v", len(bodies), bodies)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, []byte(want)); err != nil {
			return err
		}
		if bodies[0] != compact.String() {
			return fmt.Errorf("the PATCH is\n%s, want\n%s", bodies[0], compact.String())
		}
		return nil
	}
}

func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return acctest.Planned(address, action)
}

// The tests of models say these often.
var (
	all       = resource.ComposeTestCheckFunc
	emptyPlan = acctest.EmptyPlan
	folder    = filetreetest.Folder
	write     = filetreetest.Write
)

func attribute(name, want string) resource.TestCheckFunc {
	return resource.TestCheckResourceAttr(address, name, want)
}
