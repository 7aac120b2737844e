// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// runAsImage runs the binary as a container does: below the image's files alone, and as
// their user. Only root may do that, and only this machine's architecture runs here.
func runAsImage(t *testing.T, arch, root string) {
	t.Helper()
	if os.Geteuid() != 0 || arch != runtime.GOARCH {
		t.Logf("%s: the binary was not run below the files of the image", arch)
		return
	}
	// The user of the image has to reach the folder, which only the test's user may enter.
	for folder := root; folder != os.TempDir() && folder != "/"; folder = filepath.Dir(folder) {
		if err := os.Chmod(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	inside := func(args ...string) *exec.Cmd {
		command := exec.Command("/mlws-emulator", args...)
		command.Dir, command.Env = "/", []string{}
		command.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: 65532, Gid: 65532, NoSetGroups: true}}
		return command
	}
	exports := running(t, inside("-listen", "127.0.0.1:0", "-tls-listen", "127.0.0.1:0", "-state", "/data/mlws.json"))
	if output, err := inside("health", "-url", exports["ARM_RESOURCE_MANAGER_ENDPOINT"]).CombinedOutput(); err != nil || string(output) != "healthy\n" {
		t.Errorf("%s: health: %v\n%s", arch, err, output)
	}
	if _, err := os.Stat(filepath.Join(root, exports["MLWS_CA_CERTIFICATE_FILE"])); err != nil {
		t.Errorf("%s: the certificate: %v", arch, err)
	}
	// Without a state, certificate and uploads are in /tmp.
	running(t, inside("-listen", "127.0.0.1:0", "-tls-listen", "127.0.0.1:0"))
}
