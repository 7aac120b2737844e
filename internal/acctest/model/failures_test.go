// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// words matches a text that Terraform may have broken into lines anywhere.
func words(text string) *regexp.Regexp {
	parts := strings.Fields(text)
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile(strings.Join(parts, `[\s│]+`))
}

// A model that cannot be registered is refused at plan.
func TestAccModelRefusedAtPlan(t *testing.T) {
	t.Parallel()
	w := start(t)
	good := folder(t, "m", weights)
	link := folder(t, "m", weights)
	if err := os.Symlink(good, filepath.Join(link, "others")); err != nil {
		t.Fatal(err)
	}
	var steps []resource.TestStep
	for _, refused := range []struct{ config, text string }{
		{w.config(t.TempDir()), "has no file in it"},
		{w.config(link), "the link others points out of the folder"},
		{w.config(""), "The value must not be empty"},
		{w.config(good, attrs{"name": `"-churn"`}), "must be 1 to 255 letters"},
		{w.config(good, attrs{"workspace_id": `"ws"`}), "The workspace is named by its full resource id"},
		{w.config(good, attrs{"framework": `""`}), "The value must not be empty"},
	} {
		steps = append(steps, resource.TestStep{Config: refused.config, PlanOnly: true, ExpectError: words(refused.text)})
	}
	steps = append(steps, resource.TestStep{Config: w.config(filepath.Join(good, "nowhere")), ExpectError: words("nowhere cannot be read: no such file or directory")})
	if w.Runs(acctest.Roles) {
		reader := w.ConfigAs(emulator.ReaderClientID, emulator.ReaderSecret, w.block("churn", good))
		steps = append(steps, resource.TestStep{Config: reader, ExpectError: words("the caller lacks the permission Microsoft.MachineLearningServices/workspaces/metadata/artifacts/write")})
	}
	w.test(t, steps...)
	if n := w.Count("CreateAsset"); n != 0 {
		t.Errorf("%d uploads", n)
	}
}

// The network and the service fail at every step of a registration and pass
// again: one version comes of it, and no asset is left over.
func TestAccModelSurvivesFaults(t *testing.T) {
	t.Parallel()
	w := emulated(t, acctest.Faults)
	assets := w.Emulator.AssetCount(w.WorkspaceID)
	config := w.config(folder(t, "m", weights))
	for _, fault := range []emulator.Fault{
		{Operation: "CreateArtifacts", Kind: emulator.FaultThrottle},
		{Operation: "PutBlob", Kind: emulator.FaultResetAfter},
		{Operation: "CreateAsset", Kind: emulator.FaultResetAfter},
		{Operation: "RegisterModel", Kind: emulator.FaultResetAfter},
		{Operation: "GetModel", Kind: emulator.FaultUnavailable},
		{Operation: "DeleteModel", Kind: emulator.FaultResetAfter},
	} {
		fault.Times = 1
		w.Emulator.Fault(fault)
	}
	w.test(t, resource.TestStep{Config: config, Check: all(w.registered("churn:1"), w.holds("churn:1", below("m", weights)), func(*terraform.State) error {
		models, err := w.models()
		if n := w.Emulator.AssetCount(w.WorkspaceID) - assets; err != nil || n != 1 || !slices.Equal(models, []string{"churn:1"}) {
			return fmt.Errorf("there are %d assets, and %v (%v)", n, models, err)
		}
		return nil
	})})
}

// A registration that is refused leaves nothing, and says why.
func TestAccModelRegistrationFails(t *testing.T) {
	t.Parallel()
	w := emulated(t, acctest.Faults)
	assets := w.Emulator.AssetCount(w.WorkspaceID)
	config := w.config(folder(t, "m", weights))
	var steps []resource.TestStep
	for _, failure := range []struct {
		fault emulator.Fault
		text  string
	}{
		{emulator.Fault{Operation: "PutBlob", Kind: emulator.FaultError, Status: 403, Code: "AuthorizationFailure", Message: "This request is not authorized."}, `Could not upload the model`},
		{emulator.Fault{Operation: "CreateAsset", Kind: emulator.FaultError, Status: 400, Code: "BadRequest", Message: "No more assets."}, `Model "churn": Azure refused the request (400). BadRequest: No more assets.`},
		{emulator.Fault{Operation: "RegisterModel", Kind: emulator.FaultError, Status: 400, Code: "BadRequest", Message: "No more models."}, `Model "churn": Azure refused the request (400). BadRequest: No more models.`},
	} {
		failure.fault.Times = 0
		steps = append(steps, resource.TestStep{
			PreConfig: func() {
				w.Emulator.ClearFaults()
				w.Emulator.Fault(failure.fault)
			},
			Config: config, ExpectError: words(failure.text),
		})
	}
	steps = append(steps, resource.TestStep{
		PreConfig: func() {
			w.Emulator.ClearFaults()
			models, err := w.models()
			if n := w.Emulator.AssetCount(w.WorkspaceID) - assets; err != nil || n != 0 || len(models) != 0 {
				t.Errorf("%d assets and %v are left (%v)", n, models, err)
			}
		},
		Config: config, Check: w.registered("churn:1"),
	})
	w.test(t, steps...)
}

// A gateway's 404 says nothing of a model: a refresh keeps it in the state, no apply
// registers it again, and a destroy does not take it for deleted.
func TestAccModelBehindAGateway(t *testing.T) {
	t.Parallel()
	for _, kind := range []emulator.FaultKind{emulator.FaultNotFoundText, emulator.FaultNotFoundEmpty, emulator.FaultNotFoundJSON, emulator.FaultNotFoundHTML} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := emulated(t, acctest.Faults)
			config := w.config(folder(t, "m", weights))
			order := func(operation string) func() {
				return func() {
					w.Emulator.ClearFaults()
					w.Emulator.Fault(emulator.Fault{Operation: operation, Kind: kind})
				}
			}
			const gateway = "the answer 404 came from a gateway or a proxy"
			w.test(t,
				resource.TestStep{Config: config, Check: w.registered("churn:1")},
				resource.TestStep{PreConfig: order("GetModel"), Config: config, ExpectError: words(gateway)},
				resource.TestStep{PreConfig: order("DeleteModel"), Config: config, Destroy: true, ExpectError: words(gateway)},
				resource.TestStep{PreConfig: w.Emulator.ClearFaults, Config: config, PlanOnly: true},
			)
			if n := w.Count("RegisterModel"); n != 1 {
				t.Errorf("%d registrations, want 1", n)
			}
		})
	}
}

// Files that change between plan and apply are not registered. Terraform itself
// refuses what the plan has become by then, before the provider is asked to create.
func TestAccModelChangedAfterThePlan(t *testing.T) {
	t.Parallel()
	w := start(t)
	root := folder(t, "m", weights)
	cli := w.NewCLI(t, w.config(root))
	if output, err := cli.Run("plan", "-no-color", "-out=plan.out"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	write(t, filepath.Join(root, "model.pkl"), "better weights")
	output, err := cli.Run("apply", "-no-color", "plan.out")
	if err == nil || !strings.Contains(output, "content_hash") {
		t.Errorf("the apply ended with %v\n%s", err, output)
	}
	models, err := w.models()
	if n := w.Count("CreateArtifacts"); err != nil || n != 0 || len(models) != 0 {
		t.Errorf("%d uploads, and the models %v (%v)", n, models, err)
	}
}

// An interrupt after the registration was sent, and before its reply was read:
// the version is in the state, and is not registered again.
func TestAccModelInterrupted(t *testing.T) {
	t.Parallel()
	w := emulated(t, acctest.Faults)
	w.Emulator.Fault(emulator.Fault{Operation: "RegisterModel", Kind: emulator.FaultSlowBody, Delay: 20 * time.Second, Times: 1})
	cli := w.NewCLI(t, w.config(folder(t, "m", weights)))
	command := cli.Command(t.Context(), nil, "apply", "-auto-approve", "-no-color")
	var output strings.Builder
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	for w.Count("RegisterModel") == 0 {
		select {
		case err := <-done:
			t.Fatalf("the apply ended before the registration was sent: %v\n%s", err, output.String())
		case <-time.After(5 * time.Millisecond):
		}
	}
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	err := <-done // terraform may call the interrupted run a failure
	t.Logf("the interrupted run ended with: %v", err)
	state, err := cli.Run("state", "show", "-no-color", address)
	if err != nil || !strings.Contains(state, `"churn:1"`) {
		t.Fatalf("the state has %v\n%s\nafter\n%s", err, state, output.String())
	}
	if text, err := cli.Run("plan", "-no-color", "-detailed-exitcode"); err != nil {
		t.Errorf("the next plan is not empty: %v\n%s", err, text)
	}
	text, err := cli.Run("destroy", "-auto-approve", "-no-color")
	if models, listed := w.models(); err != nil || listed != nil || len(models) != 0 || w.Count("RegisterModel") != 1 {
		t.Errorf("the destroy: %v; left %v (%v) after %d registrations\n%s", err, models, listed, w.Count("RegisterModel"), text)
	}
}

// The signatures of the storage account are credentials: with everything logged
// they are in no log and no message, and neither in the state. The log tells how
// far the upload is.
func TestAccModelKeepsSignaturesSecret(t *testing.T) {
	t.Parallel()
	w := emulated(t, acctest.Faults)
	w.Emulator.Fault(emulator.Fault{Operation: "PutBlob", Kind: emulator.FaultError, Status: 403, Code: "AuthorizationFailure", Times: 1})
	cli := w.NewCLI(t, w.config(folder(t, "m", map[string]string{"model.pkl": "weights"})))
	var all strings.Builder
	for _, fails := range []bool{true, false} {
		command := cli.Command(t.Context(), []string{"TF_LOG=TRACE"}, "apply", "-auto-approve", "-no-color")
		output, err := command.CombinedOutput()
		if fails != (err != nil) {
			t.Fatalf("%v\n%s", err, output)
		}
		all.Write(output)
	}
	state, err := os.ReadFile(filepath.Join(cli.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	all.Write(state)
	for _, wanted := range []string{"Could not upload the model", "Registering model churn: the upload, 100% of 0.0 MiB", `"model_id": "churn:1"`} {
		if !strings.Contains(all.String(), wanted) {
			t.Errorf("%q was not found", wanted)
		}
	}
	signed := regexp.MustCompile(`sig=|sp=rcw|sv=20`)
	if uri := contentURI(t, w); !signed.MatchString(uri) {
		t.Errorf("the search would not find %s", uri)
	}
	if found := signed.FindString(all.String()); found != "" {
		at := strings.Index(all.String(), found)
		t.Errorf("a signature was found: %s", all.String()[max(0, at-300):at])
	}
	output, err := cli.Run("destroy", "-auto-approve", "-no-color")
	if models, listed := w.models(); err != nil || listed != nil || len(models) > 0 {
		t.Errorf("%v; left %v (%v)\n%s", err, models, listed, output)
	}
}

// contentURI asks for the address of an uploaded file, as the client does.
func contentURI(t *testing.T, w *workspace) string {
	t.Helper()
	ids := w.Emulator.ArtifactIDs(w.WorkspaceID)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.Emulator.ResourceManagerURL()+"/artifact/v2.0"+w.WorkspaceID+"/artifacts/contentinfo/"+ids[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+w.Emulator.AccessToken(emulator.OwnerClientID))
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	var content struct{ ContentURI string }
	if err := json.NewDecoder(reply.Body).Decode(&content); err != nil {
		t.Fatal(err)
	}
	return content.ContentURI
}
