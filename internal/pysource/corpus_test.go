// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pysource

import (
	"encoding/json"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// script is one of the corpus.
type script struct {
	name, source string
	since        int    // the minor version of Python 3 that accepts it; 0 for none
	line         int    // of the fault
	says         string // a part of the text of the fault
}

// corpus reads the scripts of a file: "=== 3.12 name" begins a valid one, and
// "=== line name | says" a broken one.
func corpus(t *testing.T, file string) []script {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var scripts []script
	for _, section := range strings.Split("\n"+string(content), "\n=== ")[1:] {
		title, source, _ := strings.Cut(section, "\n")
		number, title, _ := strings.Cut(title, " ")
		s := script{source: source + "\n"}
		s.name, s.says, _ = strings.Cut(title, " | ")
		minor, valid := strings.CutPrefix(number, "3.")
		parsed, err := strconv.Atoi(minor)
		if err != nil {
			t.Fatalf("%s: %v", title, err)
		}
		if valid {
			s.since = parsed
		} else {
			s.line = parsed
		}
		scripts = append(scripts, s)
	}
	return scripts
}

// encoded are scripts that differ in their bytes.
var encoded = []script{
	{name: "Windows line ends", since: 6, source: "def init():\r\n    '''a\r\n    b'''\r\n    x = 1 + \\\r\n        2\r\n\r\ndef run(data):\r\n    return data\r\n"},
	{name: "old line ends", since: 6, source: "def init():\r    pass\rdef run(data):\r    return data\r"},
	{name: "byte order mark", since: 6, source: "\ufeffdef init(): pass\ndef run(d): pass"},
	{name: "byte order mark and declaration", since: 6, source: "\ufeff# -*- coding: utf-8 -*-\nx = 'é'\n"},
	{name: "no line end at the end", since: 6, source: "def init():\n    pass"},
	{name: "a comment without line end at the end", since: 6, source: "def init():\n    pass\n  # end"},
	{name: "spaces at the end", since: 6, source: "def init():\n    pass\n\t  "},
	{name: "tabs alone", since: 6, source: "class A:\n\tdef f(self):\n\t\tpass\n\n\tdef g(self):\n\t\tif x:\n\t\t\treturn 1\n"},
	{name: "tabs after spaces in the same way", since: 6, source: "if a:\n  \tx = 1\n  \ty = 2\nif b:\n    \tz = 3\n    \tif c:\n    \t\tpass\n"},
	{name: "tabs inside brackets", since: 6, source: "x = foo(\n\t1,\n        2,\n)\ny\t=\t1\n"},
	{name: "form feeds", since: 6, source: "\fclass A:\n\tdef f(self):\n\t\tpass\n\f\ndef init():\n\tpass\n\f\n   \fx = 1\n"},
	{name: "Latin-1", since: 6, source: "# -*- coding: latin-1 -*-\nx = 'caf\xe9'\ngr\xf6\xdfe = 1\n"},
	{name: "a code page of Windows, in the second line", since: 6, source: "#!/usr/bin/python\n# vim: fileencoding=cp1252\nx = '\x80'\n"},
	{name: "Shift JIS", since: 6, source: "# coding: shift_jis\nx = '\x83\x5c'\n"},
	{name: "a declaration in the third line is none", since: 6, source: "\n\n# coding: latin-1\nx = 'é'\n"},

	{name: "UTF-16", line: 1, says: "UTF-16", source: "\xff\xfed\x00e\x00f\x00 \x00i\x00n\x00i\x00t\x00(\x00)\x00:\x00"},
	{name: "UTF-16 of the other order", line: 1, says: "UTF-16", source: "\xfe\xff\x00x\x00=\x001"},
	{name: "UTF-16 without a mark", line: 1, says: "UTF-16", source: "x\x00=\x001\x00\n\x00"},
	{name: "UTF-32", line: 1, says: "UTF-32", source: "\xff\xfe\x00\x00x\x00\x00\x00"},
	{name: "a byte 0", line: 2, says: "byte 0", source: "x = 1\ny = 2\x00\n"},
	{name: "Latin-1 that is not declared", line: 2, says: "0xe9 is not UTF-8", source: "x = 1\ny = 'caf\xe9'\n"},
	{name: "Latin-1 that is declared too late", line: 3, says: "0xe9 is not UTF-8", source: "x = 1\n# coding: latin-1\ny = 'caf\xe9'\n"},
	{name: "a mark and another encoding", line: 1, says: "Remove the declaration", source: "\ufeff# coding: latin-1\nx = 1\n"},
	{name: "broken after a declaration", line: 2, says: "print is a function", source: "# coding: latin-1\nprint 'caf\xe9'\n"},
	{name: "broken with Windows line ends", line: 3, says: "print is a function", source: "def init():\r\n\r\n    print 'x'\r\n"},
}

func all(t *testing.T) []script {
	t.Helper()
	return append(append(corpus(t, "testdata/valid.txt"), corpus(t, "testdata/broken.txt")...), encoded...)
}

func TestCorpus(t *testing.T) {
	t.Parallel()
	scripts := all(t)
	if len(scripts) < 100 {
		t.Errorf("there are only %d scripts", len(scripts))
	}
	for _, s := range scripts {
		fault := read(t, s.source).Fault()
		switch {
		case s.since > 0 && fault != nil:
			t.Errorf("%s: refused in line %d: %s", s.name, fault.Line, fault.Text)
		case s.since == 0 && fault == nil:
			t.Errorf("%s: not refused", s.name)
		case s.since == 0 && (fault.Line != s.line || !strings.Contains(fault.Text, s.says)):
			t.Errorf("%s: line %d: %s; want line %d and %q", s.name, fault.Line, fault.Text, s.line, s.says)
		}
	}
}

// compileAll compiles the scripts of standard input, and prints which are valid.
const compileAll = `
import json, sys, warnings
warnings.simplefilter("ignore")
def valid(source):
    try:
        compile(source.encode("latin-1"), "x", "exec", 0, True)
        return True
    except (SyntaxError, ValueError):
        return False
print(json.dumps([sys.version_info[1], [valid(s) for s in json.load(sys.stdin)]]))
`

// The corpus is right if the Python of this machine agrees with it. It accepts what
// an earlier version accepts, and refuses what is broken.
func TestCorpusIsPython(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3: TestCorpus does not need it")
	}
	scripts := all(t)
	sources := make([]string, len(scripts))
	for i, s := range scripts {
		// The bytes as characters, since JSON has no others.
		runes := make([]rune, len(s.source))
		for j := range len(s.source) {
			runes[j] = rune(s.source[j])
		}
		sources[i] = string(runes)
	}
	input, err := json.Marshal(sources)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), python, "-c", compileAll)
	command.Stdin = strings.NewReader(string(input))
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var minor int
	var valid []bool
	if err := json.Unmarshal(output, &[]any{&minor, &valid}); err != nil {
		t.Fatal(err)
	}
	for i, s := range scripts {
		if s.since > minor {
			continue
		}
		if want := s.since > 0; valid[i] != want {
			t.Errorf("%s: Python 3.%d says %t", s.name, minor, valid[i])
		}
	}
}
