// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pysource

import (
	"fmt"
	"slices"
	"strings"
)

// keywords stand between operands. The constants True, False and None are operands,
// and match, case and type are keywords at some places only.
var keywords = setOf("and as assert async await break class continue def del elif else except finally for from global if import in is " +
	"lambda nonlocal not or pass raise return try while with yield match case type")

// statementWords begin a statement, and stand in no expression.
var statementWords = setOf("assert break class continue def del elif except finally global import nonlocal pass raise return try while with")

// blockWords begin a statement that has a colon.
var blockWords = setOf("class def elif else except finally for if try while with")

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// operand reports a word that is a value, or the end of one.
func (w word) operand() bool {
	switch w.kind {
	case name:
		return !keywords[w.text]
	case symbol:
		return pairs[w.text] != ""
	}
	return true
}

// checkNeighbours refuses two operands without an operator between them.
func checkNeighbours(first, second word) *Fault {
	begins := second.operand() && pairs[second.text] == "" || second.text == "{"
	if !begins || !first.operand() || first.kind == text && second.kind == text {
		return nil
	}
	switch {
	case first.text == "print":
		return faultf(second.line, "print is a function in Python 3, and a statement in Python 2 only. Write print(…).")
	case first.text == "exec":
		return faultf(second.line, "exec is a function in Python 3, and a statement in Python 2 only. Write exec(…).")
	case first.line < second.line:
		return faultf(second.line, "%s follows %s of the line above, and no operator or comma is between them.", describe(second), describe(first))
	}
	return faultf(second.line, "%s follows %s, and no operator or comma is between them.", describe(second), describe(first))
}

func describe(w word) string {
	if w.kind == text {
		return "a string"
	}
	return w.text
}

// checkFirst checks the word that begins a statement.
func checkFirst(w word) *Fault {
	switch {
	case w.text == "%":
		return faultf(w.line, "a line that begins with %% is a command of a notebook, and not Python. Remove it.")
	case w.kind == symbol && noStatement[w.text]:
		return faultf(w.line, "no statement begins with %s. The line may be a mark of a merge, HTML, or the prompt of an example: remove it.", w.text)
	}
	return nil
}

// noStatement are operators that need a value before them.
var noStatement = setOf("< > = == != / & | ^ , : := ->")

// checkStatement checks the words of a whole statement.
func checkStatement(words []word) *Fault {
	first, last := words[0], words[len(words)-1]
	find := func(text string) int {
		return slices.IndexFunc(words, func(w word) bool { return w.text == text && w.depth == 0 })
	}
	colon, comma := find(":"), find(",") >= 0 && find("lambda") < 0
	switch {
	case first.text == "except" && comma && find(",") < colon:
		return faultf(first.line, "except with a comma is Python 2. Write except … as …, or put the types into brackets.")
	case first.text == "raise" && comma:
		return faultf(first.line, "raise with a comma is Python 2. Write raise …(…).")
	}
	if first.text == "async" && len(words) > 1 {
		first = words[1]
	}
	if blockWords[first.text] && colon < 0 {
		return faultf(last.line, "the statement that begins with %s has no colon. End it with one.", first.text)
	}
	return nil
}

// foreign says what a character is for that Python does not have. The words before it
// are those of its statement.
func foreign(before []word, c, whole string) string {
	begins := len(before) == 0
	switch {
	case c == "`":
		return "backticks are Python 2. Write repr(…)."
	case c == "!" && begins:
		return fmt.Sprintf("%s is a command of a notebook, and not Python. Remove it.", quoted(whole))
	case c == "?":
		return fmt.Sprintf("%s asks a notebook for help, and is not Python. Remove it.", quoted(whole))
	}
	return fmt.Sprintf("the character %s has no meaning in Python here.", c)
}

// quoted shows a line of the script, which may be long.
func quoted(line string) string {
	const most = 40
	if runes := []rune(line); len(runes) > most {
		line = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%q", line)
}
