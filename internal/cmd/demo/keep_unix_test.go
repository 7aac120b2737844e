// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main_test

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// make demo KEEP=1 keeps the workspace and the configuration, and prints lines
// that work as they are. Ctrl-C removes everything.
func TestDemoIsKept(t *testing.T) {
	t.Parallel()
	temporary := t.TempDir()
	command := exec.Command(buildDemo(t))
	command.Env = append(os.Environ(), "TMPDIR="+temporary, "KEEP=1")
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	// A demo that a failed test leaves would wait for ever.
	t.Cleanup(func() { _ = syscall.Kill(-command.Process.Pid, syscall.SIGINT) })
	lines := bufio.NewScanner(stdout)
	var output, toType []string
	for lines.Scan() {
		output = append(output, lines.Text())
		if lines.Text() == "In another terminal:" {
			toType = nil
		}
		if typed, ok := strings.CutPrefix(lines.Text(), "  "); ok {
			toType = append(toType, typed)
		}
		if strings.HasPrefix(lines.Text(), "  curl ") {
			break
		}
	}
	text := strings.Join(output, "\n")
	page := regexp.MustCompile(`Its page: (http://\S+)`).FindStringSubmatch(text)
	if page == nil || len(toType) != 3 {
		t.Fatalf("it prints no page or not three lines:\n%s", text)
	}
	reply, err := http.Get(page[1])
	if err != nil || reply.StatusCode != http.StatusOK {
		t.Fatalf("the page: %v, %v", reply, err)
	}
	_ = reply.Body.Close()

	toType[1] += " -auto-approve"
	toType[2] = strings.Replace(toType[2], "curl ", `curl -sS -w ' status %{http_code}' `, 1)
	played, err := exec.Command("sh", "-ec", strings.Join(toType, "\n")).CombinedOutput()
	if err != nil || !strings.Contains(string(played), "1 added, 0 changed, 1 destroyed") || !strings.Contains(string(played), " status 200") {
		t.Errorf("the lines to type: %v\n%s", err, played)
	}
	if err := syscall.Kill(-command.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		text += "\n" + lines.Text()
	}
	if err := command.Wait(); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
