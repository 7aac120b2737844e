// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package deployed

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// The line that tells most is the last exception, or the last error; what only says
// that another program failed is not.
func TestCauseOfALog(t *testing.T) {
	t.Parallel()
	for log, want := range map[string]string{
		"Traceback (most recent call last):\n  File \"score.py\", line 3, in <module>\n    import sklearn\nModuleNotFoundError: No module named 'sklearn'\nWorker exiting (pid: 41)": "ModuleNotFoundError: No module named 'sklearn'",
		"KeyError: 'a'\n\nDuring handling of the above exception, another exception occurred:\n\nazureml.exceptions._azureml_exception.ModelNotFoundException: no model":             "azureml.exceptions._azureml_exception.ModelNotFoundException: no model",
		"Solving environment: ...working... failed\n\nResolvePackageNotFound: \n  - scikit-learn=9.9\n  - numpy=0.1\n\nThe command returned a non-zero code: 1":                      "ResolvePackageNotFound: scikit-learn=9.9 numpy=0.1",
		"Pip subprocess error:\nERROR: Could not find a version\nERROR: No matching distribution found for nosuch==1\n\nCondaEnvException: Pip failed\n":                             "ERROR: No matching distribution found for nosuch==1",
		"#12 34.5 ERROR: No matching distribution found for nosuch==1\n#12 ended":                                                                                                    "ERROR: No matching distribution found for nosuch==1",
		"Step 1/9 : FROM nosuch\nError response from daemon: pull access denied for nosuch":                                                                                          "Error response from daemon: pull access denied for nosuch",
		"2021-03-01 10:00:00,123 | root | MemoryError": "MemoryError",
		"a line\nan error occurred, perhaps\n":         "",
		"":                                             "",
	} {
		got := excerpt("build log", log, redact.Secrets{})
		sentence := want
		if want != "" {
			sentence += " (the last error in the build log)."
		}
		if got.Cause != sentence {
			t.Errorf("%q: %q, want %q", log, got.Cause, sentence)
		}
		if want != "" && strings.Contains(got.End, want) {
			t.Errorf("%q stands twice: %q", want, got.End)
		}
	}
}

func TestEndOfALog(t *testing.T) {
	t.Parallel()
	var long strings.Builder
	for i := range 30 {
		fmt.Fprintf(&long, "line %d\n", i)
	}
	if got := excerpt("container log", long.String(), redact.Secrets{}).End; !strings.HasPrefix(got, "The end of the container log:\nline 10\n") || !strings.HasSuffix(got, "line 29") {
		t.Errorf("%q", got)
	}
	if got := excerpt("build log", "a\nKeyError: 'b'\nc", redact.Secrets{}).End; got != "The end of the build log:\na\n(the error above)\nc" {
		t.Errorf("%q", got)
	}
	huge := strings.Repeat(strings.Repeat("x", 1000)+"\n", 1000)
	if got := excerpt("build log", huge, redact.Secrets{}).End; len(got) > maxLog+100 {
		t.Errorf("%d bytes", len(got))
	}
	// A build log repeats secrets of its sources: a password in an index's address, a
	// conda token, an access token, and a secret of the configuration.
	hidden := redact.Of("hunter2-hunter2")
	log := excerpt("build log", "Looking in indexes: https://me:pass-word@pypi.example/simple\nhttps://conda.example/t/tk-0123-4567/main\n"+
		"https://abcdefghijklmnopqrstuvwxyz0123@pkgs.example/simple\nlogin with hunter2-hunter2\nHTTPError: 401 for https://me:pass-word@pypi.example", hidden)
	for _, secret := range []string{"pass-word", "tk-0123", "hunter2", "abcdefghij"} {
		if strings.Contains(log.Cause+log.End, secret) {
			t.Errorf("%s is shown: %+v", secret, log)
		}
	}
}
