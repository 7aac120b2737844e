// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

const logsType = "mlws_service_logs"

// logged lets a service have written this log.
func logged(l *live, log string) {
	body, _ := json.Marshal(wireObject{"content": log})
	l.workspace.Answer("GET", "/services/iris/logs", -1, workspacetest.Reply(http.StatusOK, string(body)))
}

// The log of a service is shown without its keys, tokens and the values of its variables.
func TestLogsAreWithoutSecrets(t *testing.T) {
	onWorkspace(t, "secrets", func(t *testing.T, l *live) {
		id := l.Apply(aciType, existing{}, merged(aci(nil), withCode(merged(inline, fields{"environment_variables": fields{"DB": "postgres-secret", "LEVEL": "INFO"}}))))
		primary, secondary := l.workspace.Keys("iris")
		token := "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"
		logged(l, strings.Join([]string{
			"begin score.py at INFO", "primary " + primary, "secondary=" + secondary, "Authorization: Bearer " + token, "dsn postgres-secret", "bell \a end",
		}, "\n"))
		content, _ := l.ReadData(logsType, fields{"service_id": id.State["id"]})["content"].(string)
		for _, secret := range []string{primary, secondary, token, "postgres-secret", "\a"} {
			if strings.Contains(content, secret) {
				t.Errorf("%q is in the log:\n%s", secret, content)
			}
		}
		wantText(t, content, "begin score.py at INFO", "primary (redacted)", "secondary=(redacted)", "bell ")
	})
	// Without the keys it is not known what to remove.
	onWorkspace(t, "no keys", func(t *testing.T, l *live) {
		id := l.Apply(aciType, existing{}, aci(nil)).State["id"]
		primary, _ := l.workspace.Keys("iris")
		logged(l, primary)
		l.workspace.Answer("POST", "/services/iris/listkeys", -1, workspacetest.Refuse(http.StatusForbidden, "Forbidden", "no"))
		l.workspace.Forget()
		state, diags := l.TryReadData(logsType, fields{"service_id": id})
		said := strings.Join(protocoltest.Texts(diags), "\n")
		wantText(t, said, "The container log is not shown", `Service "iris"`, "listkeys", "so they are read first, to be removed")
		if state != nil || strings.Contains(said, primary) || len(l.workspace.Sent("GET", "/logs")) > 0 {
			t.Errorf("the log was read: %v", l.workspace.Calls())
		}
	})
	onWorkspace(t, "open to anyone", func(t *testing.T, l *live) {
		id := l.Apply(aciType, existing{}, aci(fields{"auth_enabled": false})).State["id"]
		l.workspace.Forget()
		if content := l.ReadData(logsType, fields{"service_id": id})["content"]; content != "the end of the log" {
			t.Errorf("the log: %q", content)
		}
		l.wantCalls()
	})
}

func TestLogsConfig(t *testing.T) {
	onWorkspace(t, "queries", func(t *testing.T, l *live) {
		id := l.Apply(aciType, existing{}, aci(nil)).State["id"]
		var asked []string
		l.workspace.Answer("GET", "/services/iris/logs", -1, func(rw http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.URL.RawQuery)
			l.workspace.Serve(rw, r)
		})
		for _, config := range []fields{{}, {"tail": 1}, {"tail": 5000, "init": true}, {"init": false}} {
			l.ReadData(logsType, merged(config, fields{"service_id": id}))
		}
		if want := []string{"init=False&tail=100", "init=False&tail=1", "init=True&tail=5000", "init=False&tail=100"}; !slices.Equal(asked, want) {
			t.Errorf("asked %q, want %q", asked, want)
		}
		for _, config := range []fields{{"tail": 0}, {"tail": 5001}, {"service_id": "iris"}} {
			if _, diags := l.TryReadData(logsType, merged(fields{"service_id": id}, config)); len(diags) == 0 {
				t.Errorf("%v is not refused", config)
			}
		}
	})
	onWorkspace(t, "a long log", func(t *testing.T, l *live) {
		id := l.Apply(aciType, existing{}, aci(nil)).State["id"]
		logged(l, strings.Repeat(strings.Repeat("x", 1023)+"\n", 1024)+"last line")
		content, _ := l.ReadData(logsType, fields{"service_id": id, "tail": 5000})["content"].(string)
		if len(content) > maxLogBytes+100 || len(content) < maxLogBytes/2 || !strings.HasSuffix(content, "last line") {
			t.Errorf("%d bytes, which end with %q", len(content), content[max(0, len(content)-20):])
		}
	})
	onWorkspace(t, "errors", func(t *testing.T, l *live) {
		id, _ := l.Apply(aciType, existing{}, aci(nil)).State["id"].(string)
		l.workspace.Answer("GET", "/services/iris/logs", -1, workspacetest.Refuse(http.StatusForbidden, "Forbidden", "no"))
		_, diags := l.TryReadData(logsType, fields{"service_id": id})
		wantText(t, strings.Join(protocoltest.Texts(diags), "\n"), "Could not read the container log", `Service "iris"`)
		_, diags = l.TryReadData(logsType, fields{"service_id": strings.Replace(id, "iris", "missing", 1)})
		wantText(t, strings.Join(protocoltest.Texts(diags), "\n"), "The service does not exist")
	})
}
