// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

// Change is one row of the table of attributes, for the documentation.
type Change struct {
	// Attribute is the name of a root attribute, or the path of a nested one.
	Attribute string
	// ACI and AKS say how the attribute changes on that compute type: "in place",
	// "overwrite", "replacement", "local", or "" if it does not exist.
	ACI, AKS string
	// Note is what the words above cannot say; it may be empty.
	Note string
}

// nestedChange is a nested attribute of which there is more to say than of its root.
type nestedChange struct {
	path   string // below the root
	change change // on the compute types that have the root
	note   string
}

// Changes returns how every attribute that can be configured changes. It is read
// from the rows that the plan modifiers and the choice between patch and overwrite
// work from; a nested attribute is in it only if it differs from its root.
func Changes() []Change {
	var rows []Change
	for _, a := range table() {
		if a.aci == computed || a.aks == computed {
			continue
		}
		rows = append(rows, Change{Attribute: a.name, ACI: string(a.aci), AKS: string(a.aks), Note: a.note})
		for _, n := range a.nested {
			row := Change{Attribute: a.name + "." + n.path, Note: n.note}
			if a.aci != absent {
				row.ACI = string(n.change)
			}
			if a.aks != absent {
				row.AKS = string(n.change)
			}
			rows = append(rows, row)
		}
	}
	return rows
}
