// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main_test

import (
	"bufio"
	"errors"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// A person ends the demo with Ctrl-C, whatever it is at: it says so, and leaves
// no file and no emulator behind.
func TestDemoInterrupted(t *testing.T) {
	t.Parallel()
	binary := buildDemo(t)
	for name, after := range map[string]string{
		"in the build": "",
		"in terraform": "ok  2",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			temporary := t.TempDir()
			command := exec.Command(binary)
			// Another link flag than any before, so that there is something to build.
			command.Env = append(os.Environ(), "TMPDIR="+temporary, "GOFLAGS=-buildvcs=false -ldflags=-X=main.interrupted="+temporary)
			// The signal of a terminal goes to all of its processes.
			command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			stdout, err := command.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(stdout)
			var output []string
			for seen := after == ""; !seen && lines.Scan(); {
				output = append(output, lines.Text())
				seen = strings.HasPrefix(lines.Text(), after)
			}
			if after == "" {
				// The folder is the first thing that it makes.
				for entries := []os.DirEntry{}; len(entries) == 0 && command.ProcessState == nil; {
					if entries, err = os.ReadDir(temporary); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := syscall.Kill(-command.Process.Pid, syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			for lines.Scan() {
				output = append(output, lines.Text())
			}
			text := strings.Join(output, "\n")
			var ended *exec.ExitError
			if err := command.Wait(); !errors.As(err, &ended) || ended.ExitCode() != 130 || !strings.Contains(text, "Interrupted; everything was cleaned up.") {
				t.Errorf("%v\n%s", err, text)
			}
			if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v %v", left, err)
			}
			if after == "" {
				return
			}
			address := regexp.MustCompile(`http://([0-9.]+:\d+)`).FindStringSubmatch(text)
			if address == nil {
				t.Fatalf("the address of the emulator is not there:\n%s", text)
			}
			if connection, err := net.Dial("tcp", address[1]); err == nil {
				_ = connection.Close()
				t.Error("the emulator still runs")
			}
		})
	}
}
