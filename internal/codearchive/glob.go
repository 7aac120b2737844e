// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package codearchive

import "strings"

// glob reports whether a pattern of an ignore file matches a whole path: "*"
// and "?" stop at slashes, "**" between slashes spans folders, and brackets are
// those of a shell, classes included.
func glob(pattern, path string) bool {
	g := globber{pattern: pattern, path: path}
	return g.match(0, 0)
}

type globber struct {
	pattern, path string
	// failed remembers what did not match, so that many stars cost no more
	// than pattern times path.
	failed map[[2]int]bool
}

func (g *globber) match(p, s int) bool {
	for p < len(g.pattern) {
		if g.pattern[p] == '*' {
			return g.stars(p, s)
		}
		next, ok := g.one(p, s)
		if !ok {
			return false
		}
		p, s = next, s+1
	}
	return s == len(g.path)
}

// one matches one byte of the path, and returns where the pattern goes on.
func (g *globber) one(p, s int) (next int, ok bool) {
	if s >= len(g.path) {
		return 0, false
	}
	c := g.path[s]
	switch g.pattern[p] {
	case '?':
		return p + 1, c != '/'
	case '[':
		within, next, valid := bracket(g.pattern, p, c)
		return next, valid && within && c != '/'
	case '\\':
		p++
		return p + 1, p < len(g.pattern) && g.pattern[p] == c
	default:
		return p + 1, g.pattern[p] == c
	}
}

// stars matches one or more stars and all that follows.
func (g *globber) stars(p, s int) bool {
	key := [2]int{p, s}
	if g.failed[key] {
		return false
	}
	next := p
	for next < len(g.pattern) && g.pattern[next] == '*' {
		next++
	}
	spans := next-p > 1 && (p == 0 || g.pattern[p-1] == '/') && (next == len(g.pattern) || g.pattern[next] == '/')
	if spans && next < len(g.pattern) && g.match(next+1, s) {
		return true // no folder at all between the slashes
	}
	for i := s; ; i++ {
		if g.match(next, i) {
			return true
		}
		if i == len(g.path) || g.path[i] == '/' && !spans {
			break
		}
	}
	if g.failed == nil {
		g.failed = map[[2]int]bool{}
	}
	g.failed[key] = true
	return false
}

// bracket matches one byte against the expression that begins at p. One that
// does not end matches nothing.
func bracket(pattern string, p int, c byte) (within bool, next int, valid bool) {
	p++
	negated := p < len(pattern) && (pattern[p] == '!' || pattern[p] == '^')
	if negated {
		p++
	}
	for first := true; p < len(pattern) && (first || pattern[p] != ']'); first = false {
		if strings.HasPrefix(pattern[p:], "[:") {
			if end := strings.Index(pattern[p+2:], ":]"); end >= 0 {
				if !isClass(pattern[p+2 : p+2+end]) {
					return false, 0, false
				}
				within = within || inClass(pattern[p+2:p+2+end], c)
				p += end + len("[::]")
				continue
			}
		}
		low, after, ok := literal(pattern, p)
		if !ok {
			return false, 0, false
		}
		high := low
		if after+1 < len(pattern) && pattern[after] == '-' && pattern[after+1] != ']' {
			high, after, ok = literal(pattern, after+1)
			if !ok {
				return false, 0, false
			}
		}
		within = within || low <= c && c <= high
		p = after
	}
	if p >= len(pattern) {
		return false, 0, false
	}
	return within != negated, p + 1, true
}

// literal is one byte inside brackets, where a backslash quotes as well.
func literal(pattern string, p int) (c byte, next int, ok bool) {
	if pattern[p] == '\\' {
		p++
	}
	if p >= len(pattern) {
		return 0, 0, false
	}
	return pattern[p], p + 1, true
}

var classes = map[string]func(c byte) bool{
	"alpha":  isLetter,
	"digit":  isDigit,
	"alnum":  func(c byte) bool { return isLetter(c) || isDigit(c) },
	"upper":  func(c byte) bool { return 'A' <= c && c <= 'Z' },
	"lower":  func(c byte) bool { return 'a' <= c && c <= 'z' },
	"space":  func(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' },
	"blank":  func(c byte) bool { return c == ' ' || c == '\t' },
	"punct":  func(c byte) bool { return '!' <= c && c <= '~' && !isLetter(c) && !isDigit(c) },
	"print":  func(c byte) bool { return ' ' <= c && c <= '~' },
	"graph":  func(c byte) bool { return '!' <= c && c <= '~' },
	"cntrl":  func(c byte) bool { return c < ' ' || c == 0x7f },
	"xdigit": func(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' },
}

func isClass(name string) bool { return classes[name] != nil }

func inClass(name string, c byte) bool { return classes[name](c) }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
