// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// Variables of the wrapper that Terraform starts in place of a provider: this command,
// under the provider's name.
const (
	binaryEnv = "MLWS_BENCH_BINARY" // the provider
	usageEnv  = "MLWS_BENCH_USAGE"  // the file to which it adds the usage
)

// usage is what one process of a provider has used, or all those of one command.
type usage struct {
	CPU    time.Duration
	Memory int64 // the peak of the resident memory, in bytes
}

// measureProvider runs the provider as Terraform would, adds its usage to the file, and
// returns its exit code. Terraform asks a provider to end, so the wrapper outlives it.
func measureProvider() int {
	command := exec.Command(os.Getenv(binaryEnv), os.Args[1:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := command.Run()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	ended := command.ProcessState
	line, _ := json.Marshal(usage{CPU: ended.UserTime() + ended.SystemTime(), Memory: peakMemory(ended)})
	file, err := os.OpenFile(os.Getenv(usageEnv), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = file.Write(append(line, '\n'))
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	return ended.ExitCode()
}

// takeUsage adds up what the providers of the last command have used, and empties the file.
func takeUsage(path string) (usage, error) {
	var total usage
	file, err := os.Open(path)
	if err != nil {
		return total, fmt.Errorf("Terraform has run no provider to its end: %w", err)
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var one usage
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return total, err
		}
		total.CPU += one.CPU
		total.Memory = max(total.Memory, one.Memory)
	}
	return total, os.Remove(path)
}
