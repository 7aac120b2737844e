// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package emulator_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// obey limits the size of files that this process can write to each number that it
// reads, as a disk does that is nearly full. 0 takes the limit back.
func obey() {
	signal.Ignore(unix.SIGXFSZ) // the write fails instead
	var whole unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &whole); err != nil {
		fmt.Println("failed:", err)
		return
	}
	for {
		var bytes uint64
		if _, err := fmt.Scanln(&bytes); err != nil {
			return
		}
		limit := whole
		if bytes > 0 {
			limit.Cur = bytes
		}
		fmt.Println(unix.Setrlimit(unix.RLIMIT_FSIZE, &limit))
	}
}

// On a full disk the call that changed something is answered with the reason; what
// reads goes on. With space again, the next change writes everything.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), childState+"="+state, childObeys+"=1")
	orders, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill() })
	lines := bufio.NewReader(stdout)
	c := &child{command: command}
	var base string
	line, _ := lines.ReadString('\n')
	if _, err := fmt.Sscan(line, &base, &c.bearer); err != nil {
		t.Fatalf("the child said %q", line)
	}
	c.url = base + "/modelmanagement/v1.0" + emulator.DefaultWorkspaceID
	limit := func(bytes int) {
		t.Helper()
		_, _ = fmt.Fprintln(orders, bytes)
		if said, _ := lines.ReadString('\n'); said != "<nil>\n" {
			t.Fatalf("the limit: %q", said)
		}
	}
	create := func(name string) (int, string) {
		t.Helper()
		request, err := http.NewRequest("POST", c.url+"/services", strings.NewReader(`{"name":"`+name+`","computeType":"ACI","environmentImageRequest":{"modelIds":["iris:1"]}}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+c.bearer)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		body, _ := io.ReadAll(response.Body)
		return response.StatusCode, string(body)
	}
	saved := func() string {
		t.Helper()
		raw, err := os.ReadFile(state)
		if err != nil || !json.Valid(raw) {
			t.Fatalf("the state file is torn: %v", err)
		}
		return string(raw)
	}
	if status, body := create("svc-one"); status != http.StatusAccepted {
		t.Fatalf("create: %d %s", status, body)
	}
	limit(100)
	for range 2 {
		status, body := create("svc-two")
		if status == http.StatusConflict { // the service is there, in memory
			continue
		}
		if status != http.StatusInsufficientStorage || !strings.Contains(body, "file too large") || !strings.Contains(body, state) {
			t.Errorf("on a full disk: %d %s", status, body)
		}
	}
	if status, err := c.call("GET", "/services/svc-one", ""); status != http.StatusOK {
		t.Errorf("reading on a full disk: %d %v", status, err)
	}
	if reply := health(t, base); reply.status != http.StatusServiceUnavailable || !strings.Contains(reply.raw, "file too large") {
		t.Errorf("health on a full disk: %d %s", reply.status, reply.raw)
	}
	if !strings.Contains(saved(), "svc-one") || strings.Contains(saved(), "svc-two") {
		t.Error("the file is not that of before the disk was full")
	}
	limit(0)
	if status, body := create("svc-three"); status != http.StatusAccepted {
		t.Errorf("with space again: %d %s", status, body)
	}
	if !strings.Contains(saved(), "svc-two") || !strings.Contains(saved(), "svc-three") {
		t.Error("with space again, the file lacks a service")
	}
	if reply := health(t, base); reply.status != http.StatusOK {
		t.Errorf("health with space again: %d %s", reply.status, reply.raw)
	}
	c.kill()
	again := startChild(t, state)
	for _, name := range []string{"svc-one", "svc-two", "svc-three"} {
		if status, err := again.call("GET", "/services/"+name, ""); status != http.StatusOK {
			t.Errorf("after a kill, %s: %d %v", name, status, err)
		}
	}
}

func health(t *testing.T, base string) answer {
	t.Helper()
	response, err := http.Get(base + "/_emulator/health")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(response.Body)
	return answer{status: response.StatusCode, raw: string(body)}
}
