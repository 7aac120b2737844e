// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package conventions_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/troubleshooting"
)

// noMessages are packages of the repository that are no part of the provider.
var noMessages = []string{
	"internal/acctest", "internal/auth/authtest", "internal/cmd", "internal/conventions", "internal/emulator", "internal/examplestest",
	"internal/protocoltest", "internal/troubleshooting", "internal/workspacetest",
}

// sinks are the functions that make a diagnostic, with the position of its summary.
var sinks = map[string]int{
	"AddError": 0, "AddWarning": 0, "NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0,
	"AddAttributeError": 1, "AddAttributeWarning": 1, "NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1,
}

// foreign are functions of Terraform's libraries that answer with a summary of their own.
var foreign = map[string]string{
	"NewArgumentFuncError":   "Invalid function argument",
	"mapvalidator.NoNull":    "Null Map Value",
	"listvalidator.NoNull":   "Null List Value",
	"setvalidator.NoNull":    "Null Set Value",
	"listvalidator.Unique":   "Duplicate List Value",
	"int64validator.AtLeast": "Invalid Attribute Value",
	"stringvalidator.Length": "Invalid Attribute Value Length",
	"validator.AlsoRequires": "Invalid Attribute Combination",
	"validator.ExactlyOneOf": "Invalid Attribute Combination",
}

// ofElements are validators that only apply others to each element.
const ofElements = "ValueStringsAre"

// message is a summary that the code can produce, and the place.
type message struct{ summary, at string }

// messageReader finds the summaries of one package.
type messageReader struct {
	fset *token.FileSet
	// texts are the constants and variables of the package that hold a text.
	texts map[string]string
	// named are functions with a parameter named summary, and its position.
	named map[string]int
	found []message
	// unclear are places with a summary that cannot be read from the code.
	unclear []string
}

var verb = regexp.MustCompile(`%[a-z]`)

// text returns the text of an expression, with %s for each part that varies.
func (r *messageReader) text(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, ok := r.text(e.X)
		right, alsoOK := r.text(e.Y)
		if !ok && !alsoOK {
			return "", false
		}
		if !ok {
			left = "%s"
		}
		if !alsoOK {
			right = "%s"
		}
		return left + right, true
	case *ast.CallExpr:
		if selector, ok := e.Fun.(*ast.SelectorExpr); ok && selector.Sel.Name == "Sprintf" {
			format, ok := r.text(e.Args[0])
			return verb.ReplaceAllString(format, "%s"), ok
		}
	case *ast.Ident:
		text, ok := r.texts[e.Name]
		return text, ok
	}
	return "", false
}

// handsOn reports whether an expression is the summary of something that is read elsewhere.
func handsOn(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return isSummary(e.Name)
	case *ast.SelectorExpr:
		return isSummary(e.Sel.Name)
	case *ast.CallExpr:
		selector, ok := e.Fun.(*ast.SelectorExpr)
		return ok && selector.Sel.Name == "Summary"
	}
	return false
}

func isSummary(name string) bool {
	return strings.EqualFold(name, "summary") || strings.EqualFold(name, "title")
}

func (r *messageReader) take(e ast.Expr) {
	at := r.fset.Position(e.Pos())
	place := fmt.Sprintf("%s:%d", filepath.ToSlash(at.Filename), at.Line)
	if text, ok := r.text(e); ok {
		if text != "" { // a field's zero value, compared or set
			r.found = append(r.found, message{text, place})
		}
	} else if !handsOn(e) {
		r.unclear = append(r.unclear, place)
	}
}

// summaryAt returns the position of a name in a list of parameters or results, or -1.
func summaryAt(fields *ast.FieldList) int {
	position := 0
	if fields == nil {
		return -1
	}
	for _, field := range fields.List {
		for _, name := range field.Names {
			if isSummary(name.Name) {
				return position
			}
			position++
		}
	}
	return -1
}

func (r *messageReader) visit(node ast.Node) bool {
	switch node := node.(type) {
	case *ast.CallExpr:
		r.call(node)
	case *ast.CompositeLit:
		if selector, ok := node.Type.(*ast.SelectorExpr); ok && selector.Sel.Name == "Definition" {
			return false // the description of a function
		}
	case *ast.KeyValueExpr:
		if key, ok := node.Key.(*ast.Ident); ok && isSummary(key.Name) {
			r.take(node.Value)
		}
	case *ast.AssignStmt:
		for i, left := range node.Lhs {
			if name, ok := left.(*ast.Ident); ok && isSummary(name.Name) && len(node.Rhs) == len(node.Lhs) {
				r.take(node.Rhs[i])
			}
		}
	case *ast.FuncDecl:
		if position := summaryAt(node.Type.Results); position >= 0 && node.Body != nil {
			ast.Inspect(node.Body, func(inner ast.Node) bool {
				if result, ok := inner.(*ast.ReturnStmt); ok && len(result.Results) > position {
					r.take(result.Results[position])
				}
				return true
			})
		}
	}
	return true
}

func (r *messageReader) call(node *ast.CallExpr) {
	name, qualifier := "", ""
	switch function := node.Fun.(type) {
	case *ast.Ident:
		name = function.Name
	case *ast.SelectorExpr:
		name = function.Sel.Name
		if pkg, ok := function.X.(*ast.Ident); ok {
			qualifier = pkg.Name
		}
	}
	position, ok := sinks[name]
	if !ok {
		position, ok = r.named[name]
	}
	if ok && position < len(node.Args) {
		r.take(node.Args[position])
	}
	if !ok && (strings.HasSuffix(qualifier, "validator") || strings.HasPrefix(name, "New") && strings.HasSuffix(name, "FuncError")) && name != ofElements {
		at := r.fset.Position(node.Pos())
		place := fmt.Sprintf("%s:%d", filepath.ToSlash(at.Filename), at.Line)
		for function, summary := range foreign {
			if strings.Contains(qualifier+"."+name, function) {
				r.found = append(r.found, message{summary, place})
				return
			}
		}
		r.unclear = append(r.unclear, place)
	}
}

// readMessages returns the summaries that packages of Go files can produce, and the
// places with one that cannot be read.
func readMessages(fset *token.FileSet, packages map[string][]*ast.File) (found []message, unclear []string) {
	named := map[string]int{}
	for _, files := range packages {
		for _, file := range files {
			for _, d := range file.Decls {
				if function, ok := d.(*ast.FuncDecl); ok {
					if position := summaryAt(function.Type.Params); position >= 0 {
						named[function.Name.Name] = position
					}
				}
			}
		}
	}
	for _, files := range packages {
		r := &messageReader{fset: fset, texts: map[string]string{}, named: named}
		for _, file := range files {
			ast.Inspect(file, func(node ast.Node) bool {
				if spec, ok := node.(*ast.ValueSpec); ok && len(spec.Names) == len(spec.Values) {
					for i, name := range spec.Names {
						if text, ok := r.text(spec.Values[i]); ok {
							r.texts[name.Name] = text
						}
					}
				}
				return true
			})
		}
		for _, file := range files {
			ast.Inspect(file, r.visit)
		}
		found, unclear = append(found, r.found...), append(unclear, r.unclear...)
	}
	return found, unclear
}

// providerFiles parses the code of the provider, by package.
func providerFiles(t *testing.T) (*token.FileSet, map[string][]*ast.File) {
	t.Helper()
	fset, packages := token.NewFileSet(), map[string][]*ast.File{}
	for _, file := range goFiles(t) {
		pkg := path.Dir(file)
		if strings.HasSuffix(file, "_test.go") || !within(pkg, "internal") || withinAny(pkg, noMessages) {
			continue
		}
		parsed, err := parser.ParseFile(fset, file, read(t, file), 0)
		if err != nil {
			t.Fatal(err)
		}
		packages[pkg] = append(packages[pkg], parsed)
	}
	return fset, packages
}

// Each summary that the code can produce has an entry in internal/troubleshooting,
// and each entry is of a summary that the code can produce.
func TestEveryMessageIsListed(t *testing.T) {
	found, unclear := readMessages(providerFiles(t))
	for _, place := range unclear {
		t.Errorf("%s: the summary of this diagnostic cannot be read from the code. Write it as a text, a constant, or a value named summary.", place)
	}
	listed := map[string]bool{}
	for _, entry := range troubleshooting.Entries() {
		listed[entry.Message] = true
	}
	used := map[string]bool{}
	slices.SortFunc(found, func(a, b message) int { return strings.Compare(a.at, b.at) })
	for _, m := range found {
		if !listed[m.summary] && !used[m.summary] {
			t.Errorf("%s: add this message to the area's file in internal/troubleshooting, then run go run ./internal/cmd/troubleshooting:\n\t{%q, \"Why it appears.\", \"What to do.\"},", m.at, m.summary)
		}
		used[m.summary] = true
	}
	for summary := range listed {
		if !used[summary] {
			t.Errorf("no code produces %q: remove it from internal/troubleshooting", summary)
		}
	}
}

// The reader sees each way to make a diagnostic, and says what it cannot see.
func TestMessagesAreRead(t *testing.T) {
	const code = `package p
const fixed = "A constant"
func f(summary string) { diags.AddError(summary, "handed on") }
func noCode() (summary, detail string) { return "A result", "detail" }
func g() {
	diags.AddAttributeError(at, "A text", "")
	diags.AddWarning(fmt.Sprintf("A %q of %d", a, b), "")
	diag.NewErrorDiagnostic("Invalid "+name, "")
	diag.NewErrorDiagnostic(fixed, "")
	f("An argument")
	e := &Error{Summary: "A field"}
	summary, detail := "An assignment", ""
	resp.Error = function.NewArgumentFuncError(0, "")
	v := []validator.Map{mapvalidator.NoNullValues(), mapvalidator.Unheard()}
	d := function.Definition{Summary: "A description"}
	diags.AddError(unknown(), "")
	diags.AddError(d.Summary(), "")
}`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", code, 0)
	if err != nil {
		t.Fatal(err)
	}
	found, unclear := readMessages(fset, map[string][]*ast.File{"p": {file}})
	var got []string
	for _, m := range found {
		got = append(got, m.summary)
	}
	want := []string{"A result", "A text", "A %s of %s", "Invalid %s", "A constant", "An argument", "A field", "An assignment", "Invalid function argument", "Null Map Value"}
	if !slices.Equal(got, want) {
		t.Errorf("found %q", got)
	}
	if want := []string{"p.go:14", "p.go:16"}; !slices.Equal(unclear, want) {
		t.Errorf("unclear: %q", unclear)
	}
}
