// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package faults

import "slices"

// Cell is an operation that meets a fault.
type Cell struct {
	Operation Operation
	Fault     Fault
	// Excluded is why the pair makes no sense; empty if it does.
	Excluded string
}

// exclusions are the pairs that make no sense, each with its reason. The first
// that applies counts.
var exclusions = []struct {
	applies func(Operation, Fault) bool
	reason  string
}{
	{func(o Operation, f Fault) bool { return f.Ends != "" && !o.Starts }, "The request starts no operation."},
	{func(o Operation, f Fault) bool { return f.Conflict != "" && o.Kind == Reads }, "A read is never in conflict."},
	{func(o Operation, f Fault) bool { return f.Conflict == Busy && !o.Starts }, "Uploads and registrations change no service that could be busy."},
	{func(o Operation, f Fault) bool {
		return f.Conflict == Exists && o.Action != "create" || f.Conflict == Exists && o.Kind == Regenerates
	}, "Only a create claims a name."},
	{func(o Operation, f Fault) bool { return f.Conflict == Exists && o.Call == "RegisterModel" }, "The workspace numbers the versions: a registration claims no name."},
	{func(o Operation, f Fault) bool { return f.Conflict == Exists && o.Call == "PutBlob" }, "A storage account says this in a form of its own."},
	{func(o Operation, f Fault) bool {
		return (f.Moment == Removed || f.Moment == Changed) && o.Call == "PutBlob"
	}, "Nothing exists yet that somebody could change or delete."},
	{func(o Operation, f Fault) bool { return f.Moment == Removed && o.Forgets }, "Without the service there is nothing to import, now or later."},
}

// Cells are all pairs of an operation and a fault, row by row.
func Cells() []Cell {
	var cells []Cell
	for _, operation := range Operations() {
		for _, fault := range Faults() {
			cell := Cell{Operation: operation, Fault: fault}
			for _, exclusion := range exclusions {
				if exclusion.applies(operation, fault) {
					cell.Excluded = exclusion.reason
					break
				}
			}
			cells = append(cells, cell)
		}
	}
	return cells
}

// Name is the name of the cell's test.
func (c Cell) Name() string { return c.Operation.Name + "/" + c.Fault.Name }

// Diagonal chooses the cells of a fast run: every operation and every fault is in
// one of them at least.
func Diagonal() []Cell {
	var chosen []Cell
	operations, cells := len(Operations()), Cells()
	faults := len(cells) / operations
	at := func(operation, fault int) Cell { return cells[operation%operations*faults+fault%faults] }
	var met []string
	for fault := range faults {
		for shift := range operations {
			if cell := at(fault+shift, fault); cell.Excluded == "" {
				chosen, met = append(chosen, cell), append(met, cell.Operation.Name)
				break
			}
		}
	}
	for operation := range operations {
		for fault := range faults {
			cell := at(operation, operation+fault)
			if !slices.Contains(met, cell.Operation.Name) && cell.Excluded == "" {
				chosen, met = append(chosen, cell), append(met, cell.Operation.Name)
			}
		}
	}
	return chosen
}
