// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package services

import (
	"strconv"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// defaultTail is how many lines the SDK asks for if its caller does not say.
const defaultTail = 5000

// serviceLogs answers the end of the log of a container. tail is the number of lines;
// init asks for the init container, which brings the models. The SDK writes True and
// False with a capital.
func (l *Layer) serviceLogs(c *api.Call) (*api.Reply, error) {
	svc, err := l.ownService(c)
	if err != nil {
		return nil, err
	}
	lines := defaultTail
	if given := c.Query("tail"); given != "" {
		if lines, err = strconv.Atoi(given); err != nil || lines < 1 {
			return nil, api.Invalid("InvalidValue", "tail", "'tail' must be a positive number.")
		}
	}
	var text string
	switch given := strings.ToLower(c.Query("init")); given {
	case "true":
		text = lastLines(initLog(svc), lines)
	case "", "false":
		text = l.ContainerLog(svc, lines)
	default:
		return nil, api.Invalid("InvalidValue", "init", "'init' must be true or false.")
	}
	return api.OK(map[string]any{"content": text}), nil
}

// ContainerLog returns what the containers of the latest deployment have written.
func (l *Layer) ContainerLog(svc *state.Service, lines int) string {
	if imageFailed(svc) {
		return "" // no container was started
	}
	if text, byCode := l.Code.Log(svc, lines); byCode {
		return text
	}
	log := []string{
		"Starting gunicorn 20.1.0", "Listening at: http://0.0.0.0:31311 (8)", "Initializing logger",
		"Starting up app insights client", "Invoking user's init function",
	}
	if svc.Failure != nil {
		log = append(log, "Exception in worker process", "Traceback (most recent call last):",
			`  File "/var/azureml-app/score.py", line 12, in init`, "    model = joblib.load(path)",
			"FileNotFoundError: [Errno 2] No such file or directory: 'model.pkl'", "Worker exiting (pid: 41)")
	} else {
		log = append(log, "Users's init has completed successfully", `GET / HTTP/1.0" 200 7 "-" "kube-probe/1.18"`)
	}
	return lastLines(log, lines)
}

// initLog is what an init container writes while it brings the models.
func initLog(svc *state.Service) []string {
	if imageFailed(svc) {
		return nil
	}
	var log []string
	for _, id := range state.ModelIDs(svc.Doc) {
		log = append(log, "Downloading model "+id, "Downloaded model "+id)
	}
	return log
}

// imageFailed reports whether the latest deployment ended, or is, before a container.
func imageFailed(svc *state.Service) bool {
	return svc.Operation != nil && BuildsImage(svc.Operation) && svc.Operation.State != ""
}

// lastLines joins the last n lines.
func lastLines(lines []string, n int) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines[max(0, len(lines)-n):], "\n") + "\n"
}
