// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package deployed

import (
	"context"
	"regexp"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// A message shows the last logLines lines of a log, and no more than maxLog bytes of
// them. The line that tells most is looked for in the last maxSearched bytes.
const (
	logLines    = 20
	maxLog      = 8 << 10
	maxSearched = 256 << 10
	maxCause    = 400
)

// Log is what a message shows of a log. The author of the code may have logged
// secrets: they are removed.
type Log struct {
	// Cause is a sentence with the line that tells most, the last exception or error; ""
	// if there is none.
	Cause string
	// End is the paragraph with the end of the log; "" if the log is empty.
	End string
}

// ContainerLog reads the log of the container. A log that cannot be read is empty.
func ContainerLog(ctx context.Context, api *azureml.Workspace, name string, secrets redact.Secrets) Log {
	log, err := api.ServiceLogs(ctx, name, azureml.LogOptions{Tail: logLines})
	if err != nil {
		return Log{}
	}
	return excerpt("container log", log, secrets)
}

// BuildLog reads the log of the image build that failed.
func BuildLog(ctx context.Context, api *azureml.Workspace, operation azureml.Operation, secrets redact.Secrets) (Log, error) {
	log, err := api.BuildLog(ctx, operation)
	return excerpt("build log", log, secrets), err
}

// excerpt shows of a log the line that tells most, and its end without that line.
func excerpt(kind, text string, secrets redact.Secrets) Log {
	if len(text) > maxSearched {
		text = text[len(text)-maxSearched:]
	}
	lines := strings.Split(strings.TrimRight(secrets.QuoteEnd(text, maxSearched), "\n"), "\n")
	cause, from, to := causeIn(lines)
	if cause != "" {
		lines[from] = "(the error above)"
		lines = append(lines[:from+1], lines[to:]...)
		cause = redact.Cut(cause, maxCause) + " (the last error in the " + kind + ")."
	}
	end := strings.TrimSpace(redact.CutFront(strings.Join(lines[max(0, len(lines)-logLines):], "\n"), maxLog))
	if end == "" {
		return Log{}
	}
	return Log{Cause: cause, End: "The end of the " + kind + ":\n" + end}
}

var (
	// beforeError is what loggers and docker write before an error.
	beforeError = `^(?:#\d+ [\d.]+ |[\d:T., |Z-]+(?:\w+ \| )*)?\s*`
	exception   = regexp.MustCompile(beforeError + `((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|NotFound|Interrupt)(?::.*)?)$`)
	failure     = regexp.MustCompile(beforeError + `((?i:error|fatal)(?: response from daemon)?: .*)$`)
	// wrapper is an error that only says that another program has failed.
	wrapper = regexp.MustCompile(`Pip failed|non-zero|CalledProcessError|subprocess`)
	item    = regexp.MustCompile(`^\s*- `)
)

// causeIn returns the last exception, or else the last error, and its lines.
func causeIn(lines []string) (cause string, from, to int) {
	for _, pattern := range []*regexp.Regexp{exception, failure} {
		for i := len(lines) - 1; i >= 0; i-- {
			found := pattern.FindStringSubmatch(lines[i])
			if found == nil || wrapper.MatchString(lines[i]) {
				continue
			}
			cause, to = strings.TrimSpace(found[1]), i+1
			// conda lists the packages that it means below.
			for colon := strings.HasSuffix(cause, ":"); colon && to < len(lines) && item.MatchString(lines[to]); to++ {
				cause += " " + strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(lines[to]), "- "))
			}
			return cause, i, to
		}
	}
	return "", 0, 0
}
