// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package conventions_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// developerPages are the pages for those who change the code.
var developerPages = []string{"ARCHITECTURE.md", "CONTRIBUTING.md", "DECISIONS.md", "internal/README.md", "internal/acctest/README.md", "internal/emulator/README.md"}

var (
	fence      = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	span       = regexp.MustCompile("`([^`\n]+)`")
	inCommand  = regexp.MustCompile(`\./internal/[\w/]+|\bTest\w+`)
	wordInSpan = regexp.MustCompile(`^[A-Za-z]\w*$`)
	identifier = regexp.MustCompile(`^[A-Za-z]\w*(\.[A-Za-z]\w*)+$`)
	pathInSpan = regexp.MustCompile(`^\.?\w[\w-]*((/[\w.-]+)+|(\.[\w-]+)+|/)/?$`)
)

// notOfTheCode are spans that look like a path or an identifier and name
// something else: what a build makes, Azure's, Terraform's and Go's own words.
var notOfTheCode = []string{
	"LocalUpload/", "testing/synctest", "time.Now", "types.Bool", "mlws.deploymentId",
	"terraform", "timeouts", "triggers",
}

// code is what pages can name: packages, and what the files of a package declare.
type code struct {
	packages []string        // folders
	declared map[string]bool // Name and Type.Member, with and without the package's name before it
}

// codeOf reads all declarations of the repository.
func codeOf(t *testing.T) code {
	t.Helper()
	found := code{declared: map[string]bool{}}
	for _, file := range goFiles(t) {
		if strings.Contains(file, "/testdata/") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(repository, file), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		folder := path.Dir(file)
		if !slices.Contains(found.packages, folder) {
			found.packages = append(found.packages, folder)
		}
		for _, name := range declarations(parsed) {
			found.declared[name] = true
			found.declared[path.Base(folder)+"."+name] = true
		}
	}
	return found
}

// declarations returns the names that a file declares at package level; methods,
// fields and interface methods as Type.Member.
func declarations(file *ast.File) []string {
	var names []string
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil && len(d.Recv.List) == 1 {
				name = receiver(d.Recv.List[0].Type) + "." + name
			}
			names = append(names, name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.ValueSpec:
					for _, name := range s.Names {
						names = append(names, name.Name)
					}
				case *ast.TypeSpec:
					names = append(names, s.Name.Name)
					for _, member := range members(s.Type) {
						names = append(names, s.Name.Name+"."+member)
					}
				}
			}
		}
	}
	return names
}

// receiver returns the name of the type of a method.
func receiver(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// members returns the named fields of a struct, and the methods of an interface.
func members(expression ast.Expr) []string {
	var fields *ast.FieldList
	switch e := expression.(type) {
	case *ast.StructType:
		fields = e.Fields
	case *ast.InterfaceType:
		fields = e.Methods
	default:
		return nil
	}
	var names []string
	for _, field := range fields.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

// names reports whether a span in a page is the name of something that exists.
// Commands, addresses and attributes of Terraform, and variables of the
// environment are not looked at.
func (c code) names(text string) bool {
	text = strings.TrimSuffix(text, "()")
	switch {
	case slices.Contains(notOfTheCode, text), strings.HasPrefix(text, "bin/"):
		return true
	case strings.Contains(text, "_") && !strings.Contains(text, "/"):
		return true // mlws_model, data.mlws_model, ARM_CLIENT_ID
	case wordInSpan.MatchString(text) && text != strings.ToUpper(text), identifier.MatchString(text):
		return c.declared[text] || c.isPackage(text) || exists(text)
	case pathInSpan.MatchString(text):
		return c.isPackage(text) || exists(text)
	}
	return true
}

// isPackage reports whether the text is the folder of a package, which may be
// named from internal/ on, or by its last element alone.
func (c code) isPackage(text string) bool {
	text = strings.TrimSuffix(text, "/")
	return slices.ContainsFunc(c.packages, func(folder string) bool {
		return text == folder || "internal/"+text == folder || text == path.Base(folder)
	})
}

func exists(name string) bool {
	_, err := os.Stat(filepath.Join(repository, name))
	return err == nil
}

// Pages for developers name packages, files and identifiers that exist, so that
// a rename is followed there.
func TestDeveloperPagesNameWhatExists(t *testing.T) {
	known := codeOf(t)
	for _, page := range developerPages {
		text := fence.ReplaceAllString(string(read(t, page)), "")
		checked := 0
		for _, match := range span.FindAllStringSubmatch(text, -1) {
			checked++
			if !known.names(match[1]) {
				t.Errorf("%s names `%s`, which does not exist", page, match[1])
			}
		}
		for _, block := range fence.FindAllString(string(read(t, page)), -1) {
			for _, name := range inCommand.FindAllString(block, -1) {
				if !known.names(strings.TrimPrefix(name, "./")) {
					t.Errorf("%s has a command with %s, which does not exist", page, name)
				}
			}
		}
		if checked < 5 {
			t.Errorf("%s has only %d names: they are read wrongly", page, checked)
		}
	}
}

func TestNamesOfTheCode(t *testing.T) {
	known := codeOf(t)
	for text, want := range map[string]bool{
		"internal/conventions":               true,
		"conventions":                        true,
		"internal/conventions/pages_test.go": true,
		"CHANGELOG.md":                       true,
		".golangci.yml":                      true,
		"internal/":                          true,
		".github/workflows":                  true,
		"bin/mlws-emulator":                  true,
		"azureml-defaults":                   true,
		"data.mlws_service":                  true,
		"-replace":                           true,
		"clock.Clock":                        true,
		"clock.System.Now":                   true,
		"Clock.Now":                          true,
		"TestNamesOfTheCode":                 true,
		"framework.Data":                     true,
		"framework.Data.Clock":               true,
		"make test":                          true,
		"mlws_aci_service":                   true,
		"ARM_*":                              true,
		"CI":                                 true,
		"internal/nowhere":                   false,
		"nowhere":                            false,
		"internal/conventions/nowhere.go":    false,
		"NOWHERE.md":                         false,
		"clock.Nowhere":                      false,
		"clock.Clock.Nowhere":                false,
		"TestNowhere":                        false,
		"nowhere()":                          false,
		"nowhere/":                           false,
		".nowhere.yml":                       false,
	} {
		if got := known.names(text); got != want {
			t.Errorf("%s: %t, want %t", text, got, want)
		}
	}
}
