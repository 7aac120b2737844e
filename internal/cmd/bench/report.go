// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// report prints tables in Markdown: the cost of each operation, how it grows, and the
// requests.
func report(out io.Writer, o options, all []measurement) {
	for _, keys := range []bool{false, true} {
		title := "Services"
		if keys {
			title = "Services with a key each"
		}
		fmt.Fprintf(out, "## %s\n\n", title)
		costs(out, o, all, keys)
		growths(out, o, all, keys)
		requests(out, o, all, keys)
	}
}

// find returns one measurement; false if there is none.
func find(all []measurement, subject, operation string, n int, keys bool) (measurement, bool) {
	i := slices.IndexFunc(all, func(m measurement) bool {
		return m.subject == subject && m.operation == operation && m.n == n && m.keys == keys
	})
	if i < 0 {
		return measurement{}, false
	}
	return all[i], true
}

// costs prints CPU and memory of each operation, and what they are of the floor's.
func costs(out io.Writer, o options, all []measurement, keys bool) {
	fmt.Fprintln(out, "| operation | n | CPU s | floor CPU s | CPU / floor | peak MiB | floor peak MiB | requests |\n|---|---|---|---|---|---|---|---|")
	for _, operation := range operations {
		for _, n := range o.sizes {
			m, ok := find(all, ours, operation.name, n, keys)
			if !ok {
				continue
			}
			base := [3]string{"-", "-", "-"}
			if f, ok := find(all, floor, operation.name, n, keys); ok {
				base = [3]string{fmt.Sprintf("%.2f", f.CPU.Seconds()), fmt.Sprintf("%.2f", m.CPU.Seconds()/f.CPU.Seconds()), mebibytes(f.Memory)}
			}
			fmt.Fprintf(out, "| %s | %d | %.2f | %s | %s | %s | %s | %d |\n", operation.name, n, m.CPU.Seconds(), base[0], base[1], mebibytes(m.Memory), base[2], m.sent())
		}
	}
	if !keys {
		for _, m := range all {
			if m.subject == other {
				fmt.Fprintf(out, "| other provider: %s | %d | %.2f | - | - | %s | - | - |\n", m.operation, m.n, m.CPU.Seconds(), mebibytes(m.Memory))
			}
		}
	}
	fmt.Fprintln(out)
}

func mebibytes(bytes int64) string { return fmt.Sprintf("%.0f", float64(bytes)/(1<<20)) }

// growths prints what one more resource costs, and the exponent of the growth.
func growths(out io.Writer, o options, all []measurement, keys bool) {
	if len(o.sizes) < 2 {
		return
	}
	sizes := slices.Sorted(slices.Values(o.sizes))
	first, before, last := sizes[0], sizes[len(sizes)-2], sizes[len(sizes)-1]
	fmt.Fprintf(out, "| operation | CPU ms a resource | exponent from %d to %d | floor: CPU ms a resource | floor: exponent |\n|---|---|---|---|---|\n", before, last)
	for _, operation := range operations {
		var cells []string
		for _, subject := range []string{ours, floor} {
			a, ok := find(all, subject, operation.name, first, keys)
			b, _ := find(all, subject, operation.name, before, keys)
			c, _ := find(all, subject, operation.name, last, keys)
			if !ok {
				cells = append(cells, "-", "-")
				continue
			}
			cells = append(cells, fmt.Sprintf("%.2f", perResource(a, c).Seconds()*1000), fmt.Sprintf("%.2f", exponent(b, c)))
		}
		if cells[0] != "-" {
			fmt.Fprintf(out, "| %s | %s |\n", operation.name, strings.Join(cells, " | "))
		}
	}
	fmt.Fprintln(out)
}

// perResource is the CPU time of one more resource, between two sizes.
func perResource(few, many measurement) time.Duration {
	return (many.CPU - few.CPU) / time.Duration(many.n-few.n)
}

// exponent is the power of the number of resources with which CPU time grows, between two
// sizes: 1 is linear.
func exponent(few, many measurement) float64 {
	return math.Log(many.CPU.Seconds()/few.CPU.Seconds()) / math.Log(float64(many.n)/float64(few.n))
}

// requests prints how many requests of each kind an operation has sent.
func requests(out io.Writer, o options, all []measurement, keys bool) {
	kinds := map[string]bool{}
	for _, m := range all {
		if m.keys == keys {
			for kind := range m.requests {
				kinds[kind] = true
			}
		}
	}
	columns := slices.Sorted(maps.Keys(kinds))
	fmt.Fprintf(out, "| requests | n | %s |\n|---|---|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	for _, operation := range operations {
		for _, n := range o.sizes {
			m, ok := find(all, ours, operation.name, n, keys)
			if !ok {
				continue
			}
			fmt.Fprintf(out, "| %s | %d |", operation.name, n)
			for _, kind := range columns {
				fmt.Fprintf(out, " %d |", m.requests[kind])
			}
			fmt.Fprintln(out)
		}
	}
	fmt.Fprintln(out)
}
