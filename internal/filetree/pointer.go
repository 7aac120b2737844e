// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package filetree

import (
	"fmt"
	"os"
	"regexp"
)

// maxPointer is above the size of a pointer of Git LFS, in bytes.
// [Git LFS, specification: a pointer is smaller than 1024 bytes]
const maxPointer = 1024

// pointer is the text of a pointer. Its first line names the specification, formerly
// that of Hawser, and its other lines have sorted keys.
var pointer = regexp.MustCompile(`(?s)\Aversion https://(?:git-lfs|hawser)\.github\.com/spec/v1\r?\n.*\boid sha256:[0-9a-f]{64}\r?\nsize (\d+)`)

// checkPointer refuses what Git LFS leaves in place of a file that it has not
// fetched: whoever loads it reads a few lines of text. A file that cannot be read is
// left to those who copy it.
func (f File) checkPointer() error {
	if f.Size == 0 || f.Size >= maxPointer {
		return nil
	}
	content, err := os.ReadFile(f.At)
	if err != nil {
		return nil //nolint:nilerr // whoever copies the file says it
	}
	found := pointer.FindSubmatch(content)
	if found == nil {
		return nil
	}
	return fmt.Errorf("%s is a pointer of Git LFS, and not the file of %s bytes that it stands for: run git lfs pull in its repository", f.Name, found[1])
}
