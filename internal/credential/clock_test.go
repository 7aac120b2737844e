// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/clock"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// served is a workspace in memory under an address of its own. Its clock is that of the
// test, moved by ahead.
type served struct {
	workspace *http.Client
	address   string
	ahead     time.Duration
}

// Do implements policy.Transporter.
func (s *served) Do(req *http.Request) (*http.Response, error) {
	inside, err := url.Parse(workspacetest.URL)
	if err != nil {
		return nil, err
	}
	sent := req.Clone(req.Context())
	sent.URL.Scheme, sent.URL.Host, sent.Host = inside.Scheme, inside.Host, inside.Host
	resp, err := s.workspace.Do(sent)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(bytes.ReplaceAll(body, []byte(workspacetest.URL), []byte(s.address))))
	resp.Header.Set("Date", time.Now().Add(s.ahead).UTC().Format(http.TimeFormat)) //nolint:forbidigo // the time of the bubble
	return resp, nil
}

// restartAt begins another run of Terraform with the clock that the provider has.
func (l *live) restartAt(t *testing.T, at *served) {
	t.Helper()
	id, err := resourceid.ParseWorkspace(workspacetest.ID)
	if err != nil {
		t.Fatal(err)
	}
	now := &clock.API{}
	client, err := azureml.NewClient(azureml.Config{
		Credential: protocoltest.Token{}, TokenScope: "scope/.default", ResourceManagerEndpoint: at.address, Transport: at, Date: now.Observe,
	})
	if err != nil {
		t.Fatal(err)
	}
	l.Server = serve(t, &framework.Data{Client: client, Workspace: &id, Clock: now})
}

// The clock of an API on loopback decides what is due. That of any other API does not,
// however far ahead it is; it is warned about, once.
func TestOnlyAnAPIOnLoopbackTellsTheTime(t *testing.T) {
	for address, decides := range map[string]bool{
		"http://127.0.0.1:8080": true, "http://[::1]:8080": true, "https://localhost": true,
		"https://management.azure.com": false, "https://127.0.0.1.example.com": false, "https://10.0.0.1": false,
	} {
		t.Run(address, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &live{workspace: workspacetest.New(t)}
				l.workspace.AddService("iris", nil)
				l.workspace.AddService("other", nil)
				otherID := workspacetest.ID + "/services/other"
				at := &served{workspace: l.workspace.Client(), address: address}
				keyConfig := fields{"service_id": irisID, "key_type": "Secondary", "rotate_after": "720h"}
				rotationConfig := fields{"service_id": otherID, "rotate_after": "720h", "revoke_previous_after": "24h"}
				l.restartAt(t, at)
				key := l.Apply(keyResource, object{}, keyConfig)
				rotation := l.Import(rotationResource, otherID+"/keys/Primary")
				rotation = l.Apply(rotationResource, rotation, rotationConfig)
				l.regenerated()

				at.ahead = 40 * 24 * time.Hour
				l.restartAt(t, at)
				refreshed := l.Refresh(keyResource, key)
				other := l.Refresh(rotationResource, rotation)
				plan := l.Plan(keyResource, refreshed, keyConfig)
				if due := len(plan.Replace) > 0; due != decides {
					t.Errorf("rotates: %t, want %t", due, decides)
				}
				if age := fmt.Sprint(refreshed.State["key_age_days"]); (age == "40") != decides {
					t.Errorf("the key is %s days old", age)
				}
				if active := l.Plan(rotationResource, other, rotationConfig).State["active_key_type"]; (active == "Secondary") != decides {
					t.Errorf("the active key of the plan is %v", active)
				}
				warnings := append(refreshed.Warnings, other.Warnings...)
				if decides && len(warnings) > 0 || !decides && (len(warnings) != 1 || !strings.Contains(warnings[0], "960h0m0s behind the Date of Azure's replies")) {
					t.Errorf("warnings: %q", warnings)
				}
				l.wantRegenerated("")
			})
		})
	}
}

// Times that an apply records are those of an API on loopback, also if nothing was asked
// of it before.
func TestAnApplyRecordsTheTimeOfTheAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &live{workspace: workspacetest.New(t)}
		l.workspace.AddService("iris", nil)
		at := &served{workspace: l.workspace.Client(), address: workspacetest.URL, ahead: 100 * 24 * time.Hour}
		theirs := func(more time.Duration) string {
			return time.Now().Add(at.ahead + more).UTC().Format(time.RFC3339) //nolint:forbidigo // the time of the bubble
		}
		config := fields{"service_id": irisID, "key_type": "Secondary", "rotate_after": "24h", "store_key": false}
		l.restartAt(t, at)
		imported := l.Import(keyResource, irisID+"/keys/Secondary")
		l.restartAt(t, at)
		if next := l.Apply(keyResource, imported, config).State["next_rotation_at"]; next != theirs(24*time.Hour) {
			t.Errorf("the schedule of an imported key ends at %v, want %s", next, theirs(24*time.Hour))
		}
		l.wantRegenerated("")
		l.restartAt(t, at)
		if made := l.Apply(keyResource, object{}, config).State["rotated_at"]; made != theirs(0) {
			t.Errorf("rotated at %v, want %s", made, theirs(0))
		}
		rotation := fields{"service_id": irisID, "revoke_previous_after": "24h"}
		l.restartAt(t, at)
		made := l.Apply(rotationResource, object{}, rotation)
		at.ahead += 25 * time.Hour
		l.restartAt(t, at)
		due := l.Refresh(rotationResource, made)
		l.restartAt(t, at)
		if revoked := l.Apply(rotationResource, due, rotation).State["previous_revoked_at"]; revoked != theirs(0) {
			t.Errorf("revoked at %v, want %s", revoked, theirs(0))
		}
	})
}
