// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A log is answered from its end, of the container or of the init container.
func TestServiceLogs(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aci("svc"))
	whole := s.call("GET", "/services/svc/logs", nil).json["content"].(string)
	if strings.Count(whole, "\n") < 5 || !strings.HasSuffix(whole, "\n") {
		t.Fatalf("the whole log: %q", whole)
	}
	lines := strings.SplitAfter(whole, "\n")
	lines = lines[:len(lines)-1]
	for query, want := range map[string]string{
		"tail=5000&init=False": whole, "init=false": whole, "tail=1": lines[len(lines)-1], "tail=2&init=False": strings.Join(lines[len(lines)-2:], ""),
		"init=True": "Downloading model iris:1\nDownloaded model iris:1\n", "tail=1&init=true": "Downloaded model iris:1\n",
	} {
		if reply := s.call("GET", "/services/svc/logs?"+query, nil); reply.json["content"] != want {
			t.Errorf("%s: %s, want %q", query, reply.raw, want)
		}
	}
	for query, target := range map[string]string{"tail=0": "tail", "tail=-1": "tail", "tail=all": "tail", "init=yes": "init"} {
		if reply := s.call("GET", "/services/svc/logs?"+query, nil); reply.status != http.StatusBadRequest || !strings.Contains(reply.raw, `"target":"`+target+`"`) {
			t.Errorf("%s: %d %s", query, reply.status, reply.raw)
		}
	}
}
