// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package pyrunner runs a scoring script, a Python file with init() and run(),
// as the serving image of Azure Machine Learning does: one child process that
// called init() once, and answers requests through run().
//
// A Container is what a deployment starts: it has a bounded number of requests
// at a time, a queue with a deadline, a timeout for each request, a log, and a
// process that is started again when it dies. The process is the leader of its
// own process group, which is killed as a whole. It ends by itself when its
// standard input ends, so that it does not outlive a killed parent either.
//
// The package knows nothing of services and their API. What runs is trusted
// with everything that the person who started this process may do: the process
// has an environment of its own, and that is all that keeps it apart.
package pyrunner
