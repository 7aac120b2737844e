// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pysource

// columns is how far a line is indented, with a tab up to the next multiple of eight
// and as one column. Lines are indented alike only if both are equal: then the size
// of a tab makes no difference.
type columns struct{ col, alt int }

func (c *columns) add(space byte) {
	switch space {
	case '\t':
		c.col = (c.col/8 + 1) * 8
		c.alt++
	case '\f':
		*c = columns{}
	default:
		c.col++
		c.alt++
	}
}

// indentation checks the indentation of each logical line.
type indentation struct {
	now   columns   // of the current line
	stack []columns // of the blocks around it
	opens int       // the line that opened a block of which nothing has been read; 0 for none
	lax   bool      // not checked any more
}

// begin checks the line that begins now.
func (i *indentation) begin(line int) *Fault {
	top := i.stack[len(i.stack)-1]
	opened := i.opens
	switch {
	case i.lax:
		return nil
	case i.now.col > top.col && i.now.alt > top.alt:
		i.stack = append(i.stack, i.now)
		if opened == 0 {
			return faultf(line, "the line is indented, and the line above opens no block. Remove the indentation, or end the line above with a colon.")
		}
		return nil
	case i.now.col > top.col:
		return mixed(line)
	case opened > 0 && i.now.col < top.col, opened > 0 && i.now == top:
		return i.unfilled()
	}
	for len(i.stack) > 1 && i.now.col < i.stack[len(i.stack)-1].col {
		i.stack = i.stack[:len(i.stack)-1]
	}
	top = i.stack[len(i.stack)-1]
	switch {
	case i.now.col != top.col:
		return faultf(line, "the line is indented like none of the blocks that it could belong to. Indent it like the other lines of its block.")
	case i.now.alt != top.alt:
		return mixed(line)
	}
	return nil
}

// atEnd checks that no block is open at the end of the module.
func (i *indentation) atEnd() *Fault {
	if i.lax || i.opens == 0 {
		return nil
	}
	return i.unfilled()
}

func (i *indentation) unfilled() *Fault {
	return faultf(i.opens, "the line opens a block, and no indented line follows. Indent what belongs to it, or write pass.")
}

func mixed(line int) *Fault {
	return faultf(line, "the indentation mixes tabs and spaces, so that the block depends on the size of a tab. Use spaces alone.")
}
