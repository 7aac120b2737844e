// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// defaultTail is how many lines a log has if the request says nothing.
const defaultTail = 100

// getLogs answers the end of the log of a container: the one that serves, or the one
// that brings models and code.
func (l *Layer) getLogs(c *api.Call) (*api.Reply, error) {
	_, d, err := l.deployment(c)
	if err != nil {
		return nil, err
	}
	given, err := body(c, logFields, "")
	if err != nil {
		return nil, err
	}
	tail := defaultTail
	if given["tail"] != nil {
		if tail = whole(given["tail"]); tail < 0 {
			return nil, api.Invalid("InvalidValue", "tail", "'tail' is a number of lines, 0 or more.")
		}
	}
	if text(given, "containerType") == "StorageInitializer" {
		return api.OK(map[string]any{"content": lastLines(initLog(d), tail)}), nil
	}
	if latest := containersOf(d).latest; latest != nil {
		return api.OK(map[string]any{"content": latest.Log().Tail(tail)}), nil
	}
	return api.OK(map[string]any{"content": lastLines(containerLog(d), tail)}), nil
}

func initLog(d *state.OnlineDeployment) []string {
	p := properties(d.Doc)
	code, _ := p["codeConfiguration"].(map[string]any)
	var lines []string
	for _, id := range []string{text(p, "model"), text(code, "codeId")} {
		if id != "" {
			lines = append(lines, "Downloading "+id, "Downloaded "+id)
		}
	}
	return lines
}

// containerLog is the log of a container of which no code is run.
func containerLog(d *state.OnlineDeployment) []string {
	lines := []string{"Azure ML Inferencing HTTP server", "Liveness route: GET 127.0.0.1:31311/", "Score: POST 127.0.0.1:31311/score"}
	if d.Failure != nil {
		return append(lines, "User container has crashed or terminated.")
	}
	return append(lines, "Users's init has completed successfully")
}

// lastLines joins the last n lines.
func lastLines(lines []string, n int) string {
	if len(lines) == 0 || n == 0 {
		return ""
	}
	return strings.Join(lines[max(0, len(lines)-n):], "\n") + "\n"
}
