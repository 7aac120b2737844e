// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package codearchive

import "strings"

// word is a name, or one other character that is not white space.
type word struct {
	text  string
	depth int // of brackets around it
}

// statement is one logical line of Python, without strings and comments.
type statement struct {
	indent int
	words  []word
}

// pythonStatements splits a module. Not ok: the text is not understood, for
// example because a string does not end.
func pythonStatements(source string) (statements []statement, ok bool) {
	l := lexer{source: strings.TrimPrefix(source, "\ufeff")}
	for l.at < len(l.source) {
		if !l.next() {
			return nil, false
		}
	}
	l.end()
	return l.statements, l.depth == 0
}

type lexer struct {
	source     string
	at, depth  int
	current    statement
	started    bool // the indentation of the current line has ended
	statements []statement
}

// end ends a statement.
func (l *lexer) end() {
	if len(l.current.words) > 0 {
		l.statements = append(l.statements, l.current)
	}
	l.current = statement{}
	l.started = false
}

func (l *lexer) rest() string { return l.source[l.at:] }

// next reads the next piece of the text.
func (l *lexer) next() bool {
	c := l.source[l.at]
	switch {
	case c == '\n' || c == '\r':
		l.at++
		if l.depth == 0 {
			l.end()
		}
	case c == ' ' || c == '\t' || c == '\f':
		l.space(c)
	case c == '#':
		l.skipTo("\n")
	case c == '\\':
		l.skipTo("\n")
		l.at = min(l.at+1, len(l.source))
	case c == '"' || c == '\'':
		return l.skipString(c)
	case isName(c):
		return l.name()
	case c == ';' && l.depth == 0:
		l.at++
		indent := l.current.indent
		l.end()
		l.current.indent, l.started = indent, true
	default:
		return l.symbol(c)
	}
	return true
}

func (l *lexer) space(c byte) {
	l.at++
	switch {
	case l.started || l.depth > 0:
	case c == '\t':
		l.current.indent = (l.current.indent/8 + 1) * 8
	case c == '\f':
		l.current.indent = 0
	default:
		l.current.indent++
	}
}

func (l *lexer) symbol(c byte) bool {
	l.at++
	switch c {
	case '(', '[', '{':
		l.add(string(c))
		l.depth++
		return true
	case ')', ']', '}':
		l.depth--
	case '=':
		if strings.HasPrefix(l.rest(), "=") {
			l.at++
			l.add("==")
			return true
		}
	}
	l.add(string(c))
	return l.depth >= 0
}

func (l *lexer) add(text string) {
	l.started = true
	l.current.words = append(l.current.words, word{text: text, depth: l.depth})
}

func (l *lexer) skipTo(end string) {
	length := strings.Index(l.rest(), end)
	if length < 0 {
		length = len(l.rest())
	}
	l.at += length
}

// name reads a name, or the letters before a string.
func (l *lexer) name() bool {
	start := l.at
	for l.at < len(l.source) && isName(l.source[l.at]) {
		l.at++
	}
	text := l.source[start:l.at]
	if l.at < len(l.source) && (l.source[l.at] == '"' || l.source[l.at] == '\'') && isStringPrefix(text) {
		return l.skipString(l.source[l.at])
	}
	l.add(text)
	return true
}

func isName(c byte) bool { return c == '_' || isLetter(c) || isDigit(c) || c >= 0x80 }

func isStringPrefix(text string) bool {
	switch strings.ToLower(text) {
	case "r", "u", "b", "f", "t", "br", "rb", "fr", "rf", "tr", "rt":
		return true
	}
	return false
}

// skipString skips a string. In its place goes one word that is no name, so
// that a line of nothing else still is a statement.
func (l *lexer) skipString(quote byte) bool {
	l.add("''")
	end := string(quote)
	triple := strings.Repeat(end, 3)
	if strings.HasPrefix(l.rest(), triple) {
		end = triple
	}
	l.at += len(end)
	for l.at < len(l.source) {
		switch {
		case l.source[l.at] == '\\':
			l.at += 2
		case strings.HasPrefix(l.rest(), end):
			l.at += len(end)
			return true
		case l.source[l.at] == '\n' && end != triple:
			return true // does not end: Python itself says so
		default:
			l.at++
		}
	}
	return end != triple
}
