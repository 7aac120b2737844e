// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package codearchive

import "strings"

// ignoreRules are the lines of an ignore file, in their order. They follow
// git's rules to the letter, since people write them with git in mind: the last
// rule that matches decides, and nothing below an ignored folder can be
// brought back.
type ignoreRules []ignoreRule

type ignoreRule struct {
	pattern    string
	negated    bool // brings back what an earlier rule has ignored
	onlyFolder bool // a trailing slash: folders alone
	anchored   bool // a slash elsewhere: the whole path, not the name alone
}

// parseIgnore reads the text of an ignore file.
func parseIgnore(text string) ignoreRules {
	var rules ignoreRules
	for _, line := range strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n") {
		if rule, ok := parseIgnoreLine(strings.TrimSuffix(line, "\r")); ok {
			rules = append(rules, rule)
		}
	}
	return rules
}

func parseIgnoreLine(line string) (rule ignoreRule, ok bool) {
	if strings.HasPrefix(line, "#") {
		return rule, false
	}
	line = trimSpaces(line)
	line, rule.negated = strings.CutPrefix(line, "!")
	line, rule.onlyFolder = strings.CutSuffix(line, "/")
	rule.anchored = strings.Contains(line, "/")
	rule.pattern = strings.TrimPrefix(line, "/")
	return rule, rule.pattern != ""
}

// trimSpaces drops the spaces at the end of a line, unless a backslash quotes them.
func trimSpaces(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		quoted := line[i] == '\\'
		if quoted {
			i++
		}
		if quoted || line[i] != ' ' {
			end = min(i+1, len(line))
		}
	}
	return line[:end]
}

// ignores says of one path, relative to the ignore file and with slashes,
// whether the rules ignore it, or found nothing to say about it (decided is
// false). Whoever walks a folder asks for each folder on the way down.
func (rules ignoreRules) ignores(path string, folder bool) (ignored, decided bool) {
	name := path[strings.LastIndexByte(path, '/')+1:]
	for i := len(rules) - 1; i >= 0; i-- {
		rule := rules[i]
		if rule.onlyFolder && !folder {
			continue
		}
		subject := name
		if rule.anchored {
			subject = path
		}
		if glob(rule.pattern, subject) {
			return !rule.negated, true
		}
	}
	return false, false
}
