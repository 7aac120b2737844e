// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

const measuredFile = "internal/cmd/conformance/measured.json"

// measured is what one machine took for the emulator.
type measured struct {
	Date    string        `json:"date"`
	Machine string        `json:"machine"`
	Go      string        `json:"go"`
	Start   time.Duration `json:"startNanoseconds"` // from the start of the process to the line "ready", the median
	Starts  int           `json:"starts"`
	Memory  int64         `json:"memoryBytes"` // resident, when it is ready
	Size    int64         `json:"sizeBytes"`   // of the binary, built as for a release
}

const starts = 20

// measure builds the emulator below a temporary folder as a release does, starts it
// several times, and writes measuredFile. It needs Linux, to read the memory of a process.
func measure(root string, out io.Writer) error {
	folder, err := os.MkdirTemp("", "measure-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary := filepath.Join(folder, "mlws-emulator")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "./internal/cmd/mlws-emulator")
	build.Dir, build.Env, build.Stderr = root, append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build the emulator: %w", err)
	}
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	m := measured{
		Date: time.Now().UTC().Format(time.DateOnly), Go: runtime.Version(), Size: info.Size(), Starts: starts,
		Machine: fmt.Sprintf("%s/%s, %d cores, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), processor()),
	}
	var times []time.Duration
	for range starts {
		took, memory, err := startOnce(binary)
		if err != nil {
			return err
		}
		times, m.Memory = append(times, took), memory
	}
	slices.Sort(times)
	m.Start = times[len(times)/2]
	raw, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, measuredFile), append(raw, '\n'), 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprint(out, m.table())
	return err
}

// startOnce returns how long one start took until the line "ready", and the memory
// that is resident then.
func startOnce(binary string) (took time.Duration, memory int64, err error) {
	command := exec.Command(binary)
	stdout, err := command.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	if err := command.Start(); err != nil {
		return 0, 0, err
	}
	defer func() {
		_ = command.Process.Signal(os.Interrupt)
		err = errors.Join(err, command.Wait())
	}()
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if lines.Text() == "ready" {
			took = time.Since(began)
			memory, err = resident(command.Process.Pid)
			return took, memory, err
		}
	}
	return 0, 0, errors.New("the emulator ended before it was ready")
}

func resident(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("read the memory of a process, which needs Linux: %w", err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kilobytes, err := strconv.ParseInt(strings.Fields(rest + " 0")[0], 10, 64)
	return kilobytes << 10, err
}

func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	_, rest, found := strings.Cut(string(text), "model name")
	if err != nil || !found {
		return "unknown processor"
	}
	line, _, _ := strings.Cut(rest, "\n")
	return strings.Join(strings.Fields(strings.TrimLeft(line, "\t :")), " ")
}

func (m measured) table() string {
	const mebibyte = 1 << 20
	return fmt.Sprintf(`| start until it is ready, median of %d | memory when it is ready | size of the binary |
|---|---|---|
| %d ms | %.0f MiB | %.1f MiB |

Measured on %s with %s on %s.
`, m.Starts, m.Start.Milliseconds(), float64(m.Memory)/mebibyte, float64(m.Size)/mebibyte, m.Date, m.Go, m.Machine)
}

// measurement is the part of the guide about start, memory and size.
func measurement(root string) (string, error) {
	raw, err := os.ReadFile(filepath.Join(root, measuredFile))
	if err != nil {
		return "", err
	}
	var m measured
	if err := json.Unmarshal(raw, &m); err != nil {
		return "", fmt.Errorf("read %s: %w", measuredFile, err)
	}
	return "\n" + m.table() + "`make measure-emulator` measures them again. No test compares them.\n", nil
}
