// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pysource

import "slices"

// Undefined returns which of the names the module gives no value at its top level. It
// looks for definitions, assignments and imports, and if it cannot tell it returns
// nothing. It never names one that is defined.
func (m *Module) Undefined(names ...string) []string {
	if m.opaque {
		return nil
	}
	missing := slices.Clone(names)
	body := -1 // the indentation of the function or class that this is the body of
	for _, statement := range m.statements {
		words := statement.words
		if anyName(words, body < 0) {
			return nil
		}
		if body >= 0 && statement.indent > body {
			if words[0].text == "global" {
				missing = without(missing, words)
			}
			continue
		}
		body = -1
		if words[0].text == "async" {
			words = words[1:]
		}
		if len(words) > 1 && (words[0].text == "def" || words[0].text == "class") {
			missing = without(missing, words[1:2])
			body = statement.indent
			continue
		}
		missing = without(missing, bound(words))
	}
	return missing
}

func without(names []string, words []word) []string {
	return slices.DeleteFunc(names, func(name string) bool {
		return slices.ContainsFunc(words, func(w word) bool { return w.text == name })
	})
}

// anyName reports a statement that may give a value to any name: an import of
// everything, or a module that looks up or changes its own names. Setting
// attributes in a function is too common to mean that.
func anyName(words []word, top bool) bool {
	for i, w := range words {
		switch w.text {
		case "exec", "globals", "modules", "__getattr__":
			return true
		case "locals", "vars", "setattr", "__dict__":
			if top {
				return true
			}
		case "*":
			if i > 0 && words[i-1].text == "import" {
				return true
			}
		}
	}
	return false
}

// bound returns the words of a statement to which it may give a value. It
// leaves out only those that certainly get none: what is called, an attribute,
// and the name of an argument.
func bound(words []word) []word {
	if len(words) > 0 && (words[0].text == "import" || words[0].text == "from") {
		return words
	}
	var found []word
	for i, w := range words {
		next, before := "", ""
		if i+1 < len(words) {
			next = words[i+1].text
		}
		if i > 0 {
			before = words[i-1].text
		}
		if before == "." || next == "(" || next == "=" && w.depth > 0 {
			continue
		}
		found = append(found, w)
	}
	return found
}
