// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// EmptyObjects warns about each object of a configuration that has no member set. Terraform
// drops names inside { } that the object does not have, and tells neither the user nor the
// provider (hashicorp/terraform#33570): such an object is what is left of misspelt ones. It is
// no error, because a module may hand on an object of nulls.
type EmptyObjects struct{}

// Description implements validator.Describer.
func (EmptyObjects) Description(context.Context) string {
	return "Each object has a member that is set."
}

// MarkdownDescription implements validator.Describer.
func (e EmptyObjects) MarkdownDescription(ctx context.Context) string { return e.Description(ctx) }

// ValidateProvider implements provider.ConfigValidator.
func (EmptyObjects) ValidateProvider(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	warnEmpty(ctx, req.Config, &resp.Diagnostics)
}

// ValidateResource implements resource.ConfigValidator.
func (EmptyObjects) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	warnEmpty(ctx, req.Config, &resp.Diagnostics)
}

// ValidateDataSource implements datasource.ConfigValidator.
func (EmptyObjects) ValidateDataSource(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	warnEmpty(ctx, req.Config, &resp.Diagnostics)
}

// ValidateEphemeralResource implements ephemeral.ConfigValidator.
func (EmptyObjects) ValidateEphemeralResource(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	warnEmpty(ctx, req.Config, &resp.Diagnostics)
}

// ValidateAction implements action.ConfigValidator.
func (EmptyObjects) ValidateAction(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	warnEmpty(ctx, req.Config, &resp.Diagnostics)
}

// ValidateListResourceConfig implements list.ConfigValidator.
func (EmptyObjects) ValidateListResourceConfig(ctx context.Context, req list.ValidateConfigRequest, resp *list.ValidateConfigResponse) {
	warnEmpty(ctx, req.Config, &resp.Diagnostics)
}

// ConfigValidators implements resource.ResourceWithConfigValidators.
func (r *Resource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{EmptyObjects{}}
}

// ConfigValidators implements datasource.DataSourceWithConfigValidators.
func (d *DataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{EmptyObjects{}}
}

// ConfigValidators implements ephemeral.EphemeralResourceWithConfigValidators.
func (e *EphemeralResource) ConfigValidators(context.Context) []ephemeral.ConfigValidator {
	return []ephemeral.ConfigValidator{EmptyObjects{}}
}

// ListResourceConfigValidators implements list.ListResourceWithConfigValidators.
func (l *ListResource) ListResourceConfigValidators(context.Context) []list.ConfigValidator {
	return []list.ConfigValidator{EmptyObjects{}}
}

// ConfigValidators implements action.ActionWithConfigValidators.
func (a *Action) ConfigValidators(context.Context) []action.ConfigValidator {
	return []action.ConfigValidator{EmptyObjects{}}
}

// warnEmpty looks at all objects of a configuration, by its schema.
func warnEmpty(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	_ = tftypes.Walk(config.Raw, func(at *tftypes.AttributePath, value tftypes.Value) (bool, error) {
		if len(at.Steps()) == 0 || value.IsNull() || !value.IsKnown() || !value.Type().Is(tftypes.Object{}) {
			return true, nil
		}
		var members map[string]tftypes.Value
		if err := value.As(&members); err != nil {
			return false, err
		}
		var names []string
		for name, member := range members {
			attribute, err := config.Schema.AttributeAtTerraformPath(ctx, at.WithAttributeName(name))
			switch {
			case err != nil:
				return false, err
			case !attribute.IsOptional() && !attribute.IsRequired(): // the provider sets it
			case !member.IsNull():
				return true, nil
			default:
				names = append(names, name)
			}
		}
		if len(names) == 0 {
			return true, nil
		}
		slices.Sort(names)
		object := pathOf(at)
		diags.AddAttributeWarning(object, "An object has no members",
			fmt.Sprintf("No member of %s is set, so that it does nothing. A name may be misspelt: Terraform drops names inside { } that an object does not have, without an error. "+
				"The members of %[1]s are: %s. Correct the name, or remove %[1]s.", object, strings.Join(names, ", ")))
		return true, nil
	})
}

// pathOf returns the framework's form of a path.
func pathOf(at *tftypes.AttributePath) path.Path {
	result := path.Empty()
	for _, step := range at.Steps() {
		switch s := step.(type) {
		case tftypes.AttributeName:
			result = result.AtName(string(s))
		case tftypes.ElementKeyString:
			result = result.AtMapKey(string(s))
		case tftypes.ElementKeyInt:
			result = result.AtListIndex(int(s))
		}
	}
	return result
}
