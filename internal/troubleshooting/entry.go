// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package troubleshooting lists every message that the provider can produce, each
// with its cause and what to do. The troubleshooting guides are generated from the
// list. TestEveryMessageIsListed compares it with the code.
package troubleshooting

import "slices"

// Entry is one message. All of it is plain text; names of attributes stand in `…`.
type Entry struct {
	// Message is the summary of the diagnostic, as the code has it; %s stands for
	// each part that varies.
	Message string
	// Cause says in one or two sentences why the message appears.
	Cause string
	// Do says what to do, as a command to the reader.
	Do string
}

// Area is a part of the provider with its messages.
type Area struct {
	// Page is the name of the guide that lists the area, without the extension.
	Page    string
	Title   string
	Entries []Entry
}

// Areas returns the whole list, in the order of the guides. Areas of one page follow
// each other.
func Areas() []Area {
	return []Area{
		{"troubleshooting-provider", "Sign-in and provider", provider},
		{"troubleshooting-provider", "Workspaces", workspace},
		{"troubleshooting-deployments", "Deployments", service},
		{"troubleshooting-settings", "Settings of a service", settings},
		{"troubleshooting-settings", "Test requests", testRequest},
		{"troubleshooting-code", "Code, environment and models of a deployment", code},
		{"troubleshooting-credentials", "Auth modes and keys", credential},
		{"troubleshooting-rotations", "Rotations and tokens", rotation},
		{"troubleshooting-models", "Registered models", model},
		{"troubleshooting-values", "Values, imports and the state", general},
	}
}

// Entries returns all messages.
func Entries() []Entry {
	var all []Entry
	for _, area := range Areas() {
		all = append(all, area.Entries...)
	}
	return slices.Clip(all)
}
