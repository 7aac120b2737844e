// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package pysource checks the source of a Python module without Python, so that a
// plan is the same on every machine. It is no parser: it splits a module into
// statements as Python's tokenizer does, and refuses only what no Python from 3.6 to
// 3.13 accepts. A module that it does not understand passes.
package pysource

import (
	"fmt"
	"io"
)

// maxSize is how much of a module is looked at, in bytes. A larger one passes.
const maxSize = 4 << 20

// Fault is why a module is not Python 3.
type Fault struct {
	Line int // from 1
	Text string
}

// Module is the source of a Python module.
type Module struct {
	statements []statement
	fault      *Fault
	opaque     bool // the source is not understood
}

// Read reads a module. An error is one of the reader.
func Read(from io.Reader) (*Module, error) {
	source, err := io.ReadAll(io.LimitReader(from, maxSize+1))
	if err != nil {
		return nil, err
	}
	if len(source) > maxSize {
		return &Module{opaque: true}, nil
	}
	text, known, fault := decode(source)
	if fault != nil || known == unknownEncoding {
		return &Module{fault: fault, opaque: true}, nil
	}
	l := lexer{source: text, unicode: known == utf8Encoding}
	l.run()
	return &Module{statements: l.statements, fault: l.fault, opaque: l.fault != nil}, nil
}

// Fault returns the first fault that Python would report; nil if there is none.
func (m *Module) Fault() *Fault { return m.fault }

func faultf(line int, format string, arguments ...any) *Fault {
	return &Fault{Line: line, Text: fmt.Sprintf(format, arguments...)}
}
