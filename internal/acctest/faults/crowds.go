// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package faults

// Crowd is several things that happen to a workspace at once.
type Crowd struct {
	Name string
	// Ends is how it ends, as a sentence.
	Ends string
	// Made are the changes that are carried out, in all.
	Made map[Kind]int
}

// How many services the crowd of services has, and how much of it is throttled.
const (
	CrowdOfServices    = 60
	CrowdParallelism   = 50
	CrowdThrottledPart = 0.2
)

// Crowds are what the tests let happen at once.
func Crowds() []Crowd {
	return []Crowd{
		{"two runs create one service", "One creates it. The other fails, and shows the import block.", map[Kind]int{Creates: 1}},
		{"two runs change one service", "The second waits for the first. Both succeed, and the next plan of the first shows the change of the second.", map[Kind]int{Creates: 2}},
		{"two runs delete one service", "Both succeed.", map[Kind]int{Deletes: 2}},
		{"two runs regenerate one key", "The second waits for the first. Both succeed, and a refresh of the first adopts the key of the second.", map[Kind]int{Regenerates: 2}},
		{"a key and a rotation on one service", "Each regenerates its own slot, one after the other. The plan is empty after it.", map[Kind]int{Regenerates: 2}},
		{"60 services with -parallelism=50, and 20 % of all answers 429", "All are created, and then deleted. Each once.", map[Kind]int{Creates: CrowdOfServices, Deletes: CrowdOfServices}},
	}
}
