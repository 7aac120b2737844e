// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Defaults of request settings in v2.
const (
	requestTimeout = 5 * time.Second
	maxQueueWait   = 500 * time.Millisecond
)

// Program is the code of a deployment, with all that it needs.
type Program struct {
	Script    string // below the folder of the code
	Code      []File
	ModelID   string // name:version; empty without a model
	Variables map[string]string

	Parallel                 int // requests at a time
	RunTimeout, QueueTimeout time.Duration

	Problem error // why the code cannot be run; nil if it can
}

// File is an artifact of the workspace, and its path in the folder of the code.
type File struct {
	Artifact *state.Artifact
	Path     string
}

// Launch is code on its way, and after that its container.
type Launch interface {
	// Ended tells when init() ended, if it has.
	Ended() (at time.Time, ended bool)
	// Wait returns when init() has ended.
	Wait()
	// Container is the container of code that is up, or why it is not.
	Container() (*pyrunner.Container, error)
	// Log is what the container writes.
	Log() *pyrunner.Log
	// Abandon stops the code, as soon as it has come up.
	Abandon()
}

// containers are what this process runs of a deployment.
type containers struct {
	serving Launch // answers calls
	latest  Launch // of the latest operation, for its log
}

func containersOf(d *state.OnlineDeployment) *containers {
	if d.Running == nil {
		d.Running = &containers{}
	}
	return d.Running.(*containers)
}

// runs tells whether a deployment is answered by its own code.
func (l *Layer) runs(doc map[string]any) bool {
	code, _ := properties(doc)["codeConfiguration"].(map[string]any)
	return l.Launch != nil && text(code, "codeId") != ""
}

// start launches the code of a deployment's document; nil if none is run.
func (l *Layer) start(w *state.Workspace, d *state.OnlineDeployment, doc map[string]any) Launch {
	containersOf(d).latest = nil
	if !l.runs(doc) {
		return nil
	}
	launch := l.Launch(w, program(w, doc))
	containersOf(d).latest = launch
	return launch
}

func program(w *state.Workspace, doc map[string]any) Program {
	p := properties(doc)
	requests, _ := p["requestSettings"].(map[string]any)
	code, _ := p["codeConfiguration"].(map[string]any)
	sku, _ := doc["sku"].(map[string]any)
	program := Program{
		Script: text(code, "scoringScript"), Variables: variables(w, p),
		Parallel:   max(whole(requests["maxConcurrentRequestsPerInstance"]), 1) * max(whole(sku["capacity"]), 1),
		RunTimeout: durationOf(requests, "requestTimeout", requestTimeout), QueueTimeout: durationOf(requests, "maxQueueWait", maxQueueWait),
	}
	if name, version, found := asset(w, "models", text(p, "model")); found {
		program.ModelID = name + ":" + version
	}
	name, version, _ := asset(w, "codes", text(code, "codeId"))
	stored := w.Codes[state.CodeKey(name, version)]
	if stored == nil {
		program.Problem = fmt.Errorf("the code %s:%s does not exist any more", name, version)
		return program
	}
	prefix, ours := w.ArtifactPrefix(text(stored.Doc, "codeUri"))
	if !ours {
		program.Problem = errors.New("codeUri is not in the storage of this workspace, and the emulator fetches nothing from elsewhere: " +
			"upload the folder as artifacts, and use https://" + w.StorageAccount() + ".blob.core.windows.net/azureml/{artifact}")
		return program
	}
	names, artifacts := w.ArtifactsAt(prefix)
	for i, artifact := range artifacts {
		path := names[i]
		if path == "" {
			path = prefix[strings.LastIndex(prefix, "/")+1:]
		}
		program.Code = append(program.Code, File{artifact, path})
	}
	if len(artifacts) == 0 {
		program.Problem = fmt.Errorf("the folder %s of codeUri has no files", prefix)
	}
	return program
}

// variables are those of the environment and, over them, those of the deployment.
func variables(w *state.Workspace, p map[string]any) map[string]string {
	values := map[string]string{}
	add := func(from any) {
		given, _ := from.(map[string]any)
		for name, value := range given {
			if text, isText := value.(string); isText && name != "" && !strings.ContainsAny(name, "=\x00") && !strings.Contains(text, "\x00") {
				values[name] = text
			}
		}
	}
	if name, version, found := asset(w, "environments", text(p, "environmentId")); found {
		if env := w.Environment(name, version); env != nil {
			add(env.Definition["environmentVariables"])
		}
	}
	add(p["environmentVariables"])
	// v1 keeps the script in variables of the environment, and v2 in the deployment.
	delete(values, "AZUREML_ENTRY_SCRIPT")
	delete(values, "AZUREML_SOURCE_DIRECTORY")
	return values
}

// adopt lets another container take the calls, or none. The former one answers what it
// has begun.
func adopt(d *state.OnlineDeployment, launch Launch) {
	running := containersOf(d)
	former := running.serving
	running.serving = launch
	if former == nil {
		return
	}
	if container, err := former.Container(); err == nil {
		container.Drain()
	}
}

// crashed is the failure of a deployment with code that did not come up. The first
// sentence is the one of Azure's guide to troubleshooting.
func crashed(err error) *state.Failure {
	message := "User container has crashed or terminated. Read the log of the container, and correct the code."
	var script *pyrunner.InitError
	if !errors.As(err, &script) && !errors.Is(err, pyrunner.ErrInitTimeout) {
		message = "The container could not be made: " + err.Error()
	}
	return &state.Failure{Status: http.StatusBadRequest, Code: "ResourceNotReady", Message: message}
}

// scoreByCode answers a call by the code of the deployment: the request is let in with
// the lock held, and run() is called without.
func (l *Layer) scoreByCode(c *api.Call, d *state.OnlineDeployment) (*api.Reply, error) {
	serving := containersOf(d).serving
	if serving == nil {
		return nil, refused(http.StatusServiceUnavailable, "model_not_ready", "Service Unavailable")
	}
	container, err := serving.Container()
	if err != nil {
		return nil, refused(http.StatusServiceUnavailable, "model_not_ready", "Service Unavailable")
	}
	headers := map[string]string{}
	for name, values := range c.Request.Header {
		if name != "Authorization" { // the front end's, and a secret
			headers[name] = strings.Join(values, ", ")
		}
	}
	request, input := pyrunner.Request{Method: c.Request.Method, Path: "/score", Query: c.Request.URL.RawQuery, Headers: headers}, c.Body
	visit := container.Admit()
	return &api.Reply{Later: func(ctx context.Context) (*api.Reply, error) {
		answer, err := visit.Score(ctx, request, input)
		switch {
		case errors.Is(err, pyrunner.ErrBusy):
			return nil, refused(http.StatusTooManyRequests, "too_many_pending_request", "")
		case errors.Is(err, pyrunner.ErrTimedOut):
			return nil, refused(http.StatusRequestTimeout, "model_timeout", "The model did not answer within requestTimeout.")
		case err != nil:
			return nil, modelError(d, http.StatusBadGateway, "the container crashed in run()")
		}
		return answered(d, answer)
	}}, nil
}

// modelError is the front end's answer if the container answers anything else than 200.
func modelError(d *state.OnlineDeployment, status int, message string) error {
	header := http.Header{}
	header.Set(deploymentHeader, d.Name)
	header.Set("ms-azureml-model-error-reason", "model_error")
	header.Set("ms-azureml-model-error-statuscode", strconv.Itoa(status))
	return &api.Error{Status: http.StatusFailedDependency, Message: message, Header: header}
}

// answered passes the container's answer on.
func answered(d *state.OnlineDeployment, answer pyrunner.Answer) (*api.Reply, error) {
	switch {
	case answer.Refused != nil && answer.Status == http.StatusOK: // OPTIONS
		return api.OK(nil).With(deploymentHeader, d.Name), nil
	case answer.Refused != nil:
		return nil, modelError(d, answer.Status, *answer.Refused)
	case answer.Failed != "":
		return nil, modelError(d, http.StatusInternalServerError, "An unexpected error occurred in scoring script. Check the logs for more info.")
	case answer.Status != http.StatusOK:
		return nil, modelError(d, answer.Status, string(answer.Body))
	}
	header, media := http.Header{}, ""
	for name, value := range answer.Headers {
		if strings.EqualFold(name, "Content-Type") {
			media = value
			continue
		}
		header.Set(name, value)
	}
	header.Set(deploymentHeader, d.Name)
	return &api.Reply{Status: http.StatusOK, Header: header, ContentType: media, Body: answer.Body}, nil
}
