// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// Listing converts what the API lists into the results of a list resource.
type Listing[T any] struct {
	// Objects reads the objects page by page. An error ends it.
	Objects iter.Seq2[T, error]
	// Wanted reports whether the configuration's filters let an object through.
	Wanted func(T) bool
	// Fill writes identity, display name and, if requested, the resource into a result.
	Fill func(context.Context, T, *list.ListResult)
	// Failed explains why the listing ended early.
	Failed func(error) diag.Diagnostic
}

// Results returns the results up to the request's limit, and reads no page beyond it. If a page
// cannot be read, or ctx ends, the last result is the error.
func (l Listing[T]) Results(ctx context.Context, req list.ListRequest) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		fail := func(err error) { push(list.ListResult{Diagnostics: diag.Diagnostics{l.Failed(err)}}) }
		found := int64(0)
		for object, err := range l.Objects {
			if err == nil {
				err = ctx.Err() // the rest of a page that was read before
			}
			if err != nil {
				fail(err)
				return
			}
			if !l.Wanted(object) {
				continue
			}
			result := req.NewListResult(ctx)
			l.Fill(ctx, object, &result)
			found++
			if !push(result) || found == req.Limit {
				return
			}
		}
	}
}

// TagsFilter describes the filter tags of a list or data source; HasTags is its rule.
const TagsFilter = "Only those with all of these tags. An empty value asks for the name of the tag alone."

// HasTags reports whether an object with these tags has all that a filter wants.
func HasTags(wanted types.Map, has map[string]string) bool {
	for name, value := range values.Strings(wanted) {
		if found, exists := has[name]; !exists || value != "" && found != value {
			return false
		}
	}
	return true
}
