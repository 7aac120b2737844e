// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
)

// Listing is how a list resource turns what the API lists into results.
type Listing[T any] struct {
	// Objects reads the objects page by page. An error ends it.
	Objects iter.Seq2[T, error]
	// Wanted reports whether the configuration's filters let an object through.
	Wanted func(T) bool
	// Fill writes the identity, the display name and, if it was asked for, the
	// resource of an object into a result.
	Fill func(context.Context, T, *list.ListResult)
	// Failed explains why the listing ended early.
	Failed func(error) diag.Diagnostic
}

// Results returns the results one by one, as Terraform takes them. It ends at the
// request's limit, and reads no page beyond it. If a page cannot be read, or ctx
// ends, the last result is the error; the results before it stand.
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
