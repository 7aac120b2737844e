// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package faults

// Expectation is what has to come of a cell.
type Expectation struct {
	// Passes says that the run which meets the fault does its work, with no error of
	// the provider.
	Passes bool
	// Speechless says that the provider cannot explain a failure: it is gone, or its
	// Terraform is or does not listen any more.
	Speechless bool
	// Next are the actions that the next plan may have for the object; "" is none.
	Next []string
	// Imports says that the apply after that is refused, and shows the import block
	// that ends it well.
	Imports bool
	// Made is how often the change of the operation's kind is carried out until
	// everything is as configured. Repeats are more times that do not differ from one.
	Made, Repeats int
	// Also are the changes of other kinds until then.
	Also map[Kind]int
	// Files are uploaded files that nothing refers to in the end.
	Files int
}

// Expect derives the expectation of a cell from the properties of its operation
// and of its fault.
func (c Cell) Expect() Expectation {
	o, f := c.Operation, c.Fault
	var e Expectation
	switch {
	case f.Moment == Removed:
		e = removed(o)
	case f.Moment == Changed:
		e = changed(o)
	case f.Moment == Interrupted:
		e = interrupted(o)
	case f.Moment == ProviderKilled, f.Moment == TerraformKilled:
		e = killed(o)
	case f.Ends != "":
		e = ended(o, f)
	default:
		e = answered(o, f)
	}
	if o.Kind == Reads {
		e.Made, e.Repeats = 0, 0
	}
	return e
}

// Changes are the calls that carry a change of this kind out.
func (k Kind) Changes() []string {
	switch k {
	case Creates, Updates:
		return []string{"CreateService", "PatchService"}
	case Deletes:
		return []string{"DeleteService"}
	case Regenerates:
		return []string{"RegenerateKeys"}
	case Registers:
		return []string{"RegisterModel"}
	}
	return nil
}

const (
	nothing  = ""
	creates  = "create"
	updates  = "update"
	replaces = "replace"
)

func passes() Expectation { return Expectation{Passes: true, Next: []string{nothing}, Made: 1} }

// fails is a run that has not done its work: the next one plans this.
func fails(made int, next ...string) Expectation { return Expectation{Next: next, Made: made} }

// uploads reports whether the request is an upload, before anything is made of it.
func (o Operation) uploads() bool { return o.Call == "PutBlob" }

// left is how many files a failed run leaves behind that the next one uploads again.
func (o Operation) left() int {
	if o.Kind == Registers {
		return 1
	}
	return 0 // code has a place that is named by its content
}

// answered is about a fault of the request itself.
func answered(o Operation, f Fault) Expectation {
	unclear := f.Work == LostUndone && o.Resend == Never
	if f.Lasting || f.Final || unclear {
		e := fails(1, o.Action)
		e.Files = o.left()
		return e
	}
	e := passes()
	if f.Work == LostDone && o.Resend == Blindly {
		e.Repeats = 1
	}
	return e
}

// ended is about an operation that was accepted, and ends otherwise than it should.
func ended(o Operation, f Fault) Expectation {
	switch {
	case f.Ends == Forgotten:
		return passes() // the object itself counts
	case o.Kind == Creates:
		return replaced()
	case o.Action == creates && f.Ends == EndsNever:
		return fails(2, replaces) // the new key may still come, so that it is in the state
	}
	return fails(2, o.Action)
}

// replaced is a service that was created, and that Terraform marks as tainted.
func replaced() Expectation {
	e := fails(2, replaces)
	e.Also = map[Kind]int{Deletes: 1}
	return e
}

// removed is about an object that somebody deletes while the request is under way;
// what is only read is deleted before.
func removed(o Operation) Expectation {
	again := map[Kind]int{Creates: 1}
	switch o.Kind {
	case Deletes:
		return passes()
	case Reads:
		e := passes() // the run creates it again
		e.Also = again
		return e
	case Registers:
		e := passes() // it was registered
		e.Next, e.Made, e.Files = []string{creates}, 2, o.left()
		return e
	case Regenerates:
		e := fails(2, creates) // with its service
		e.Also = again
		return e
	}
	return fails(2, creates)
}

// changed is about an object that somebody changes while the request is under way;
// what is only read is changed before.
func changed(o Operation) Expectation {
	e := passes()
	switch {
	case o.Kind == Updates && o.Call == "CreateService":
		e.Made = 2 // the apply patches what it finds different
	case o.Kind == Creates, o.Kind == Updates:
		e.Next, e.Made = []string{updates}, 2
	case o.Kind == Registers:
		e.Next = []string{updates}
	case o.Kind == Regenerates, o.Kind == Reads:
		e.Also = map[Kind]int{Updates: 1} // of the service
	}
	return e
}

// interrupted is about Ctrl-C while the request is under way.
func interrupted(o Operation) Expectation {
	switch {
	case o.uploads():
		e := fails(1, creates)
		e.Files = o.left()
		return e
	case o.Kind == Creates:
		return replaced()
	case o.Kind == Registers, o.Kind == Regenerates:
		return passes() // the outcome is looked for, and stored
	case o.Kind == Updates:
		return fails(1, nothing, updates)
	case o.Kind == Deletes:
		return fails(1, nothing)
	}
	e := fails(1, o.Action)
	e.Speechless = true // Terraform cancels its own read
	return e
}

// killed is about a process that ends without a word: what it did is not in the state.
func killed(o Operation) Expectation {
	e := interrupted(o)
	switch {
	case o.uploads():
	case o.Kind == Creates:
		e = fails(1, creates)
		e.Imports = true
	case o.Kind == Registers:
		e = fails(2, creates) // nobody knows the version that was made
		e.Files = o.left()
	case o.Kind == Regenerates:
		e = fails(1, o.Action)
		e.Repeats = 1 // nobody knows the key that was made
	}
	e.Speechless = true
	return e
}

// Outcome is how a cell ends, for a reader of the page.
type Outcome int

// Outcomes.
const (
	NotTried Outcome = iota
	Succeeds         // the apply does its work
	Again            // the apply fails, and the next one ends well
	ByImport         // the next apply shows the import block that ends it well
)

// Outcome returns how the cell ends.
func (c Cell) Outcome() Outcome {
	switch want := c.Expect(); {
	case c.Excluded != "":
		return NotTried
	case want.Imports:
		return ByImport
	case want.Passes:
		return Succeeds
	}
	return Again
}
