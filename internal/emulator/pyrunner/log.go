// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pyrunner

import (
	"bytes"
	"fmt"
	"sync"
)

// logSize is how much of a log is kept: its last 256 KiB, from a line's begin.
const logSize = 256 << 10

// Log is the end of what a container has written. The zero value is empty.
type Log struct {
	mu   sync.Mutex
	text []byte
	cut  bool // the begin is gone
}

// Write adds to the log. It never fails.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	// Cut at twice the size, so that a chatty script does not move the log at every line.
	if len(l.text) > 2*logSize {
		l.text, l.cut = append([]byte(nil), l.text[len(l.text)-logSize:]...), true
	}
	return len(p), nil
}

// Printf adds a line.
func (l *Log) Printf(format string, args ...any) {
	_, _ = fmt.Fprintf(l, format+"\n", args...)
}

// Tail returns the last lines, and at most 256 KiB.
func (l *Log) Tail(lines int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text, cut := l.text, l.cut
	if len(text) > logSize {
		text, cut = text[len(text)-logSize:], true
	}
	if _, rest, found := bytes.Cut(text, []byte("\n")); cut && found {
		text = rest
	}
	for at := len(bytes.TrimSuffix(text, []byte("\n"))); at >= 0; lines-- {
		if lines == 0 {
			text = text[at+1:]
			break
		}
		at = bytes.LastIndexByte(text[:at], '\n')
	}
	return string(bytes.ToValidUTF8(text, []byte("?")))
}
