// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scoring

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// modelsFolder is where the serving image has the models, in its working directory.
const modelsFolder = "azureml-models"

// program is what a service's document asks to be run, with everything that
// has to be looked up in the workspace: it is made with the lock held, and
// filled and started without.
type program struct {
	script, source string
	variables      map[string]string
	modelDir       string // within the working directory
	parts          []part
	notes          []string // for the log

	parallel                 int
	runTimeout, queueTimeout time.Duration
}

// part is one blob and its place in the working directory.
type part struct {
	what, blob, target string
	unpack             bool // target is the folder to unpack it in
}

// hasCode tells whether there is something to be run: services without code
// are those of a framework that needs none, and those of a ready image.
func hasCode(doc map[string]any) bool {
	request, _ := doc["environmentImageRequest"].(map[string]any)
	assets, _ := request["assets"].([]any)
	return len(assets) > 0
}

func programOf(svc *state.Service, doc map[string]any) (*program, error) {
	request, _ := doc["environmentImageRequest"].(map[string]any)
	p := &program{variables: variablesOf(svc.Workspace, request)}
	p.limits(svc.Kind, doc)
	// Newer serving images go by the variables, older ones by the driver.
	driver, _ := request["driverProgram"].(string)
	p.script, p.source = cmp.Or(p.variables["AZUREML_ENTRY_SCRIPT"], driver), p.variables["AZUREML_SOURCE_DIRECTORY"]
	if p.script == "" {
		return nil, fmt.Errorf("neither AZUREML_ENTRY_SCRIPT nor driverProgram names a script")
	}
	for _, name := range []string{p.script, p.source} {
		if name != "" && !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, fmt.Errorf("%q leads out of the working directory", name)
		}
	}
	assets, _ := request["assets"].([]any)
	for _, item := range assets {
		asset, _ := item.(map[string]any)
		next, err := codePart(svc.Workspace, asset)
		if err != nil {
			return nil, err
		}
		p.parts = append(p.parts, next)
	}
	p.models(svc.Workspace, state.ModelIDs(doc))
	return p, nil
}

// variablesOf are the environment's own, of the definition in the request or of
// the registered one that it refers to.
func variablesOf(w *state.Workspace, request map[string]any) map[string]string {
	definition, _ := request["environment"].(map[string]any)
	if reference, given := request["environmentReference"].(map[string]any); given {
		name, _ := reference["name"].(string)
		version, _ := reference["version"].(string)
		if registered := w.Environment(name, version); registered != nil {
			definition = registered.Definition
		}
	}
	values := map[string]string{}
	given, _ := definition["environmentVariables"].(map[string]any)
	for name, value := range given {
		if text, isText := value.(string); isText && name != "" && !strings.ContainsAny(name, "=\x00") && !strings.Contains(text, "\x00") {
			values[name] = text
		}
	}
	return values
}

// limits: a cluster's front end lets as many requests in as the replicas take
// together. A container group has no such front end; its one worker takes one
// request after the other.
func (p *program) limits(kind string, doc map[string]any) {
	p.parallel, p.runTimeout, p.queueTimeout = 1, time.Minute, time.Minute
	if kind != "AKS" {
		return
	}
	number := func(name string) float64 { n, _ := doc[name].(float64); return n }
	p.parallel = int(min(number("maxConcurrentRequestsPerContainer")*state.Replicas(doc), 1000))
	p.runTimeout = time.Duration(number("scoringTimeoutMs")) * time.Millisecond
	p.queueTimeout = time.Duration(number("maxQueueWaitMs")) * time.Millisecond
}

// codePart finds the blob of an asset of the request.
func codePart(w *state.Workspace, asset map[string]any) (part, error) {
	id, _ := asset["id"].(string)
	address, _ := asset["url"].(string)
	artifactID, ours := strings.CutPrefix(address, "aml://artifact/")
	if !ours {
		return part{}, fmt.Errorf("asset %s is not an aml://artifact of this workspace, and the emulator fetches nothing from elsewhere", id)
	}
	found := w.Artifacts[artifactID]
	if found == nil {
		return part{}, fmt.Errorf("asset %s names artifact %s, which was not uploaded", id, artifactID)
	}
	if asset["unpack"] == true {
		return part{what: "asset " + id, blob: found.Blob, target: ".", unpack: true}, nil
	}
	return part{what: "asset " + id, blob: found.Blob, target: id}, nil
}

// models puts each model below {name}/{version}. AZUREML_MODEL_DIR is that
// folder if there is one model, and the folder above if there are several.
func (p *program) models(w *state.Workspace, ids []string) {
	p.modelDir = modelsFolder
	for _, id := range ids {
		m := w.Model(id)
		if m == nil {
			p.notes = append(p.notes, "Model "+id+" is not registered any more; its files are missing.")
			continue
		}
		folder := path.Join(modelsFolder, m.Name, strconv.Itoa(m.Version))
		if len(ids) == 1 {
			p.modelDir = folder
		}
		parts := modelParts(w, m, folder)
		if len(parts) == 0 {
			p.notes = append(p.notes, "The workspace has no files of model "+id+"; its folder is empty.")
		}
		p.parts = append(p.parts, parts...)
	}
}

// modelParts finds the files of a model: those that its asset names. A prefix
// is a file or a folder; the name of either is kept.
func modelParts(w *state.Workspace, m *state.Model, folder string) []part {
	address, _ := m.Doc["url"].(string)
	id, _ := strings.CutPrefix(address, "aml://asset/")
	asset := w.Assets[id]
	if asset == nil {
		return storedModel(w, m, address, folder)
	}
	items, _ := asset.Doc["artifacts"].([]any)
	var parts []part
	for _, item := range items {
		names, _ := item.(map[string]any)
		exact, _ := names["id"].(string)
		prefix, _ := names["prefix"].(string)
		prefix = strings.Trim(prefix, "/")
		for _, artifactID := range state.SortedKeys(w.Artifacts) {
			below := prefix != "" && (artifactID == prefix || strings.HasPrefix(artifactID, prefix+"/"))
			if artifactID != exact && !below {
				continue
			}
			root := path.Dir(cmp.Or(exact, prefix))
			if below {
				root = path.Dir(prefix)
			}
			next := part{what: "model " + m.ID(), blob: w.Artifacts[artifactID].Blob, target: path.Join(folder, strings.TrimPrefix(artifactID, root+"/"))}
			if m.Doc["unpack"] == true {
				next.target, next.unpack = folder, true
			}
			parts = append(parts, next)
		}
	}
	return parts
}

// storedModel finds the files of a model that v2 registered by its address in storage.
func storedModel(w *state.Workspace, m *state.Model, address, folder string) []part {
	prefix, ours := w.ArtifactPrefix(address)
	if !ours {
		return nil
	}
	var parts []part
	names, artifacts := w.ArtifactsAt(prefix)
	for i, artifact := range artifacts {
		parts = append(parts, part{what: "model " + m.ID(), blob: artifact.Blob, target: path.Join(folder, path.Base(prefix), names[i])})
	}
	return parts
}

// fill writes everything into the working directory.
func (p *program) fill(app string, blobs opener, log *pyrunner.Log) error {
	for _, note := range p.notes {
		log.Printf("%s", note)
	}
	for _, folder := range []string{app, filepath.Join(app, filepath.FromSlash(p.modelDir))} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
	}
	root, err := os.OpenRoot(app)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	for _, next := range p.parts {
		if err := next.put(root, blobs); err != nil {
			return fmt.Errorf("%s: %w", next.what, err)
		}
	}
	return nil
}

func (p part) put(root *os.Root, blobs opener) error {
	content, err := blobs(p.blob)
	if err != nil {
		return fmt.Errorf("its content was not uploaded")
	}
	defer func() { _ = content.Close() }()
	if !p.unpack {
		return pyrunner.Place(root, p.target, content)
	}
	if err := root.MkdirAll(filepath.FromSlash(p.target), 0o700); err != nil {
		return err
	}
	below, err := root.OpenRoot(filepath.FromSlash(p.target))
	if err != nil {
		return err
	}
	defer func() { _ = below.Close() }()
	return pyrunner.Unpack(below, content)
}

// Environment is what the script finds in its variables.
func (p *program) environment(app string) map[string]string {
	values := maps.Clone(p.variables)
	values["AZUREML_MODEL_DIR"] = filepath.Join(app, filepath.FromSlash(p.modelDir))
	return values
}
