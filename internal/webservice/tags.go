// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// tagsAll is the name of the attribute that shows what is sent.
const tagsAll = "tags_all"

// tagsRow is tags: those that the configuration sets. What is sent has the defaults of
// the provider as well, and is compared as tags_all.
func tagsRow() attribute {
	return attribute{
		name: "tags", aci: inPlace, aks: inPlace,
		note: "The whole map is sent, with the `default_tags` of the provider; tags that others added are removed, unless `ignore_tags` names them. A change of `default_tags` is a change of `tags_all`, in place too.",
		schema: func(s shape) schema.Attribute {
			return schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: s.describe("Tags of the service, beside the `default_tags` of the provider, over which they win. A tag that others add is removed, unless `ignore_tags` of the provider names it."),
				Validators:          []validator.Map{mapvalidator.NoNullValues()},
			}
		},
		field:  field(func(d *deployment) *types.Map { return &d.Tags }),
		expand: func(e *expander, plan *deployment) { e.request.Tags = plan.sentTags() },
		flatten: func(_ context.Context, service *azureml.Service, prior, result *deployment) {
			result.Tags, result.TagsAll = prior.providerTags.Flatten(service.Tags, prior.Tags, prior.TagsAll)
		},
		patch: func(p *patcher, plan, state *deployment) {
			// The whole map: the API has no paths for single tags.
			if !maps.Equal(plan.managedTags(), state.managedTags()) {
				p.replace("/kvTags", plan.sentTags())
			}
		},
		data: dataschema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Tags of the service, whoever set them."},
		read: func(service *azureml.Service) attr.Value { return values.StringMap(service.Tags) },
	}
}

// tagsAllRow is tags_all, which is written and read with tags.
func tagsAllRow() attribute {
	return attribute{
		name: tagsAll, aci: computed, aks: computed,
		schema: func(shape) schema.Attribute {
			return schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: framework.TagsAllText}
		},
		field: field(func(d *deployment) *types.Map { return &d.TagsAll }),
	}
}

// managedTags returns the tags that belong to the configuration.
func (d *deployment) managedTags() map[string]string {
	return d.providerTags.Managed(d.Tags, d.TagsAll)
}

// sentTags returns the whole map of a request.
func (d *deployment) sentTags() map[string]string {
	return d.providerTags.Whole(d.managedTags(), d.liveTags)
}

// keepIgnoredTags looks up the tags that ignore_tags leaves to others, if the update
// sends tags.
func (u *update) keepIgnoredTags(ctx context.Context) diag.Diagnostics {
	if !u.plan.providerTags.CanIgnore() || maps.Equal(u.plan.managedTags(), u.state.managedTags()) {
		return nil
	}
	if u.live == nil {
		live, err := u.api.GetService(ctx, u.id.Name)
		if err != nil {
			return diag.Diagnostics{diagnostics.FromError("Could not read the service", fmt.Sprintf("service %q", u.id.Name), err)}
		}
		u.live = live
	}
	u.plan.liveTags = u.live.Tags
	return nil
}
