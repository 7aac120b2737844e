// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package guide is what the commands share that generate a page of the
// documentation: they write it, and their tests compare it.
package guide

import (
	"fmt"
	"os"
	"path/filepath"
)

// Page is a generated page.
type Page struct {
	Command string   // the command that writes it, below internal/cmd
	Files   []string // where it stands, from the root of the repository
	// Render makes the text; root is the repository.
	Render func(root string) (string, error)
}

// Write writes the page, from the root of the repository. It ends the process with
// 1 if that fails.
func (p Page) Write() {
	text, err := p.Render(".")
	for _, file := range p.Files {
		if err == nil {
			err = os.WriteFile(file, []byte(text), 0o644) //nolint:gosec // a document
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, p.Command+":", err)
		os.Exit(1)
	}
}

// Check returns the text of the page, and an error if a file below root has another.
func (p Page) Check(root string) (string, error) {
	text, err := p.Render(root)
	if err != nil {
		return "", err
	}
	for _, file := range p.Files {
		got, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return "", err
		}
		if string(got) != text {
			return text, fmt.Errorf("%s is out of date: go run ./internal/cmd/%s, then make docs", file, p.Command)
		}
	}
	return text, nil
}
