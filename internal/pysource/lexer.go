// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pysource

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is a name, a number, a string, or an operator.
type word struct {
	kind  kind
	text  string // of a string: '', so that it is no name
	depth int    // of brackets around it
	line  int
}

type kind int

const (
	symbol kind = iota
	name
	number
	text
)

// statement is a logical line of Python, or the part of one between semicolons.
type statement struct {
	indent int
	words  []word
}

// lexer splits a module into statements, and stops at the first fault.
type lexer struct {
	source  string
	unicode bool // the source is UTF-8

	at, line   int
	current    statement
	open       []word // the brackets that are open
	started    bool   // the indentation of the current line has ended
	indent     indentation
	statements []statement
	fault      *Fault
	// later is a fault inside brackets: it may be that one of them is not closed, which
	// explains it better.
	later *Fault
}

func (l *lexer) run() {
	l.line, l.indent.stack = 1, []columns{{}}
	for l.at < len(l.source) && l.fault == nil {
		l.next()
	}
	if l.fault != nil {
		return
	}
	if len(l.open) > 0 {
		bracket := l.open[len(l.open)-1]
		l.fail(bracket.line, "the bracket %s is not closed.", bracket.text)
		return
	}
	l.end()
	l.refuse(l.indent.atEnd())
	l.refuse(l.later)
}

// refuse keeps the first fault.
func (l *lexer) refuse(fault *Fault) {
	if l.fault == nil && fault != nil {
		l.fault = fault
	}
}

func (l *lexer) fail(line int, format string, arguments ...any) {
	l.refuse(faultf(line, format, arguments...))
}

// end ends a statement.
func (l *lexer) end() {
	if words := l.current.words; len(words) > 0 {
		l.refuse(checkStatement(words))
		l.statements = append(l.statements, l.current)
		last := words[len(words)-1]
		l.indent.opens = 0
		if last.text == ":" && last.depth == 0 {
			l.indent.opens = last.line
		}
	}
	l.current = statement{}
}

func (l *lexer) rest() string { return l.source[l.at:] }

// next reads the next piece of the text.
func (l *lexer) next() {
	c := l.source[l.at]
	switch {
	case c == '\n':
		l.at++
		if len(l.open) == 0 {
			l.end()
			l.started, l.indent.now = false, columns{}
		}
		l.line++
	case c == ' ' || c == '\t' || c == '\f':
		l.at++
		if !l.started {
			l.indent.now.add(c)
		}
	case c == '#':
		l.at += lengthTo(l.rest(), "\n")
	case c == '\\':
		l.continued()
	case c == '"' || c == '\'':
		l.string("")
	case isDigit(c), c == '.' && len(l.rest()) > 1 && isDigit(l.source[l.at+1]):
		l.number()
	case isName(c):
		l.name()
	case c == ';' && len(l.open) == 0:
		l.at++
		indent := l.current.indent
		l.end()
		l.indent.opens = 0
		l.current.indent = indent
	default:
		l.symbol()
	}
}

// continued reads a backslash, which joins lines.
func (l *lexer) continued() {
	l.at++
	if l.at < len(l.source) && l.source[l.at] != '\n' {
		l.fail(l.line, "a backslash joins lines, and may be followed by the end of the line only. Remove what follows it.")
		return
	}
	if !l.started && len(l.open) == 0 {
		// Versions differ on the indentation of such a line.
		l.indent.lax = true
	}
	l.at = min(l.at+1, len(l.source))
	l.line++
}

// operators are those of which the parts have another meaning.
var operators = []string{"==", "!=", ":=", "->", "<>"}

func (l *lexer) symbol() {
	for _, operator := range operators {
		if !strings.HasPrefix(l.rest(), operator) {
			continue
		}
		if operator == "<>" {
			l.fail(l.line, "<> is an operator of Python 2. Write !=.")
			return
		}
		l.at += len(operator)
		l.add(symbol, operator)
		return
	}
	c := string(l.source[l.at])
	l.at++
	switch c {
	case "(", "[", "{":
		l.add(symbol, c)
		l.open = append(l.open, l.current.words[len(l.current.words)-1])
	case ")", "]", "}":
		l.closeBracket(c)
	case "!", "?", "$", "`":
		l.fail(l.line, "%s", foreign(l.current.words, c, l.physicalLine()))
	default:
		if !strings.Contains(",:.;@=+-*/%&|^~<>", c) {
			l.fail(l.line, "the character %q has no meaning in Python. Remove it.", c)
			return
		}
		l.add(symbol, c)
	}
}

// pairs are the brackets by the one that closes them.
var pairs = map[string]string{")": "(", "]": "[", "}": "{"}

func (l *lexer) closeBracket(c string) {
	if len(l.open) == 0 {
		l.fail(l.line, "the bracket %s closes none. Remove it, or open it.", c)
		return
	}
	last := l.open[len(l.open)-1]
	if last.text != pairs[c] {
		l.fail(l.line, "the bracket %s does not close %s of line %d.", c, last.text, last.line)
		return
	}
	l.open = l.open[:len(l.open)-1]
	l.add(symbol, c)
}

func (l *lexer) add(k kind, s string) {
	w := word{kind: k, text: s, depth: len(l.open), line: l.line}
	if !l.started {
		l.started = true
		if len(l.open) == 0 {
			l.refuse(l.indent.begin(l.line))
			l.current.indent = l.indent.now.col
		}
	}
	if len(l.open) > 0 && k == name && statementWords[s] && l.firstOfLine(w) {
		bracket := l.open[len(l.open)-1]
		l.fail(bracket.line, "the bracket %s is not closed.", bracket.text)
		return
	}
	if n := len(l.current.words); n == 0 {
		l.refuse(checkFirst(w))
	} else {
		fault := checkNeighbours(l.current.words[n-1], w)
		if len(l.open) == 0 {
			l.refuse(fault)
		} else if l.later == nil {
			l.later = fault
		}
	}
	l.current.words = append(l.current.words, w)
}

// firstOfLine reports whether the line of a word has none before it.
func (l *lexer) firstOfLine(w word) bool {
	n := len(l.current.words)
	return n > 0 && l.current.words[n-1].line < w.line
}

// physicalLine returns the text of the current line.
func (l *lexer) physicalLine() string {
	begin := strings.LastIndexByte(l.source[:l.at], '\n') + 1
	return strings.TrimSpace(l.source[begin : begin+lengthTo(l.source[begin:], "\n")])
}

// name reads a name, or the letters before a string.
func (l *lexer) name() {
	start := l.at
	for l.at < len(l.source) && isName(l.source[l.at]) {
		r, size := utf8.DecodeRuneInString(l.rest())
		if l.unicode && noName(r) {
			l.fail(l.line, "the character %s (%U) has no meaning in Python. It often comes with text that is copied from a document: write the plain one.", string(r), r)
			return
		}
		if !l.unicode {
			size = 1
		}
		l.at += size
	}
	found := l.source[start:l.at]
	if l.at < len(l.source) && (l.source[l.at] == '"' || l.source[l.at] == '\'') && isPrefix(found) {
		l.string(found)
		return
	}
	l.add(name, found)
}

// noName reports a character that no Python takes outside of strings and comments:
// spaces, dashes, quotation marks and currency signs of other alphabets, and two that
// have no width. No name has a character of these categories. [Unicode, annex 31]
func noName(r rune) bool {
	return r >= utf8.RuneSelf && (r == '\u200b' || r == '\ufeff' ||
		unicode.In(r, unicode.Zs, unicode.Pd, unicode.Pi, unicode.Pf, unicode.Ps, unicode.Pe, unicode.Sc))
}

var numbers = regexp.MustCompile(`^(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*)?(?:\.[\d_]*)?(?:[eE][+-]?\d[\d_]*)?[jJ]?)`)

func (l *lexer) number() {
	found := numbers.FindString(l.rest())
	l.at += len(found)
	rest := l.rest()
	long := rest != "" && (rest[0] == 'l' || rest[0] == 'L') && (len(rest) == 1 || !isName(rest[1]))
	plain := strings.ReplaceAll(found, "_", "")
	switch {
	case long:
		l.fail(l.line, "%s%c is a long integer of Python 2. Write %[1]s.", found, rest[0])
	case len(plain) > 1 && plain[0] == '0' && strings.Trim(plain, "0123456789") == "" && strings.Trim(plain, "0") != "":
		l.fail(l.line, "%s is an octal number of Python 2. Write 0o%s, or remove the zeros.", found, strings.TrimLeft(plain, "0"))
	}
	l.add(number, found)
}

func lengthTo(s, end string) int {
	if length := strings.Index(s, end); length >= 0 {
		return length
	}
	return len(s)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isName(c byte) bool {
	return c == '_' || isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
}
