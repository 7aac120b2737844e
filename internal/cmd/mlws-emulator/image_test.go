// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main_test

import (
	"debug/elf"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// imageFiles makes the build context of the images, as make image does.
func imageFiles(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	command := exec.Command("make", "--no-print-directory", "image-files", "IMAGE_FILES="+folder)
	command.Dir = "../../.."
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("make image-files: %v\n%s", err, output)
	}
	return folder
}

// An image is made of these files only: the binary needs no loader and no
// library, and its folders can be written to by the user of the image.
func TestFilesOfTheImage(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the files of the image are made by make, on a Unix")
	}
	folder := imageFiles(t)
	for arch, machine := range map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64} {
		root := filepath.Join(folder, "linux", arch)
		binary, err := elf.Open(filepath.Join(root, "mlws-emulator"))
		if err != nil {
			t.Fatal(err)
		}
		if binary.Machine != machine {
			t.Errorf("%s: the binary is for %s", arch, binary.Machine)
		}
		for _, program := range binary.Progs {
			if program.Type == elf.PT_INTERP || program.Type == elf.PT_DYNAMIC {
				t.Errorf("%s: the binary is not static: it has %s", arch, program.Type)
			}
		}
		_ = binary.Close()
		for _, name := range []string{"tmp", "data"} {
			if info, err := os.Stat(filepath.Join(root, name)); err != nil || info.Mode() != os.ModeDir|os.ModeSticky|0o777 {
				t.Errorf("%s: /%s is %v: %v", arch, name, info.Mode(), err)
			}
		}
		if _, err := os.Stat(filepath.Join(root, "LICENSE")); err != nil {
			t.Errorf("%s: %v", arch, err)
		}
		runAsImage(t, arch, root)
	}
}

// stage is one stage of the Dockerfile: the arguments of each instruction.
type stage map[string][]string

func stages(t *testing.T) map[string]stage {
	t.Helper()
	raw, err := os.ReadFile("../../release/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]stage{}
	var current stage
	from := regexp.MustCompile(`^(\S+) AS (\S+)$`)
	for line := range strings.SplitSeq(string(raw), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		instruction, arguments, _ := strings.Cut(line, " ")
		if match := from.FindStringSubmatch(arguments); instruction == "FROM" && match != nil {
			current = stage{"FROM": {match[1]}}
			found[match[2]] = current
			continue
		}
		if current == nil || strings.HasSuffix(line, "\\") {
			t.Fatalf("the test does not read the line %q", line)
		}
		current[instruction] = append(current[instruction], arguments)
	}
	return found
}

// words reads the exec form of a command: an image from scratch has no shell.
func words(t *testing.T, text string) []string {
	t.Helper()
	var out []string
	if err := json.Unmarshal([]byte(text[strings.Index(text+"[", "["):]), &out); err != nil || len(out) == 0 {
		t.Errorf("%q is not in exec form: %v", text, err)
		return []string{""}
	}
	return out
}

// The image is built from nothing, for the architecture that is asked for, runs as
// nobody, and checks itself by the binary. What it runs are flags that the binary has.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	binary := build(t)
	help, err := exec.Command(binary, "-help").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	found := stages(t)
	if len(found) != 2 {
		t.Fatalf("%d stages", len(found))
	}
	for name, want := range map[string]struct {
		from  string
		copy  []string
		flags []string
	}{
		"emulator":        {"scratch", []string{"linux/${TARGETARCH}/ /"}, nil},
		"emulator-python": {"python:3.12-slim", []string{"--from=emulator /mlws-emulator /LICENSE /", "--from=emulator /data /data"}, []string{"-execute", "-execute-exposed"}},
	} {
		s := found[name]
		if !slices.Equal(s["FROM"], []string{want.from}) || !slices.Equal(s["COPY"], want.copy) || !slices.Equal(s["USER"], []string{"65532:65532"}) || !slices.Equal(s["EXPOSE"], []string{"8080 8443"}) {
			t.Errorf("%s: %v", name, s)
		}
		for instruction := range s {
			if !slices.Contains([]string{"FROM", "ARG", "COPY", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT"}, instruction) {
				t.Errorf("%s: the instruction %s", name, instruction)
			}
		}
		if len(s["ENTRYPOINT"]) != 1 || len(s["HEALTHCHECK"]) != 1 {
			t.Fatalf("%s: %v", name, s)
		}
		entry, check := words(t, s["ENTRYPOINT"][0]), words(t, s["HEALTHCHECK"][0])
		if entry[0] != "/mlws-emulator" || !slices.Equal(entry[1:5], []string{"-listen", "0.0.0.0:8080", "-tls-listen", "0.0.0.0:8443"}) || !slices.Equal(entry[5:], want.flags) {
			t.Errorf("%s: it runs %v", name, entry)
		}
		for _, word := range entry[1:] {
			if strings.HasPrefix(word, "-") && !strings.Contains(string(help), "\n  "+word) {
				t.Errorf("%s: the binary has no flag %s", name, word)
			}
		}
		if !slices.Equal(check, []string{"/mlws-emulator", "health", "-url", "http://127.0.0.1:8080"}) {
			t.Errorf("%s: it is checked by %v", name, check)
		}
	}
	if !slices.Equal(found["emulator"]["ARG"], []string{"TARGETARCH"}) {
		t.Errorf("the architecture is %v", found["emulator"]["ARG"])
	}
}
