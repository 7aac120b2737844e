// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// Check applies the rules between attributes to a configuration. A null or unknown
// value never breaks a rule that its later value might keep.
func Check(ctx context.Context, config Config) diag.Diagnostics {
	diags := checkModels(config)
	diags.Append(checkInference(ctx, config)...)
	return diags
}

// Empty reports whether there is nothing to deploy: neither models nor code. Only a service
// that was deployed from an image of its own (imageId) is like that.
func (c Config) Empty() bool { return c.ModelIDs.IsNull() && c.Object.IsNull() }

// CheckEmpty refuses an empty configuration, which only an existing empty service can keep.
func CheckEmpty(config Config) diag.Diagnostics {
	if !config.Empty() {
		return nil
	}
	return oneModel(0)
}

// checkModels checks the rule of deployments without code. CheckEmpty is the other half of it,
// since it depends on what is deployed.
func checkModels(config Config) diag.Diagnostics {
	count := len(config.ModelIDs.Elements())
	if !config.Object.IsNull() || config.ModelIDs.IsUnknown() || config.Empty() || count == 1 {
		return nil
	}
	return oneModel(count)
}

func oneModel(count int) diag.Diagnostics {
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("model_ids"), "A deployment without code needs exactly one model",
		fmt.Sprintf("model_ids has %d models, and inference_config is not set. Exactly one model, of a framework that needs no code, can be deployed without inference_config. "+
			"Set inference_config with the code that scores, or name exactly one model in model_ids.", count))}
}

// checkInference tells the forms of the code and of the environment apart.
func checkInference(ctx context.Context, config Config) diag.Diagnostics {
	var diags diag.Diagnostics
	code := values.Decode[inferenceModel](ctx, config.Object)
	if code == nil {
		return diags
	}
	diags.Append(checkCode(*code)...)
	environment := values.Decode[environmentModel](ctx, code.Environment)
	if environment == nil {
		return diags
	}
	at := environmentPath
	for _, name := range []string{entryScriptVariable, sourceDirectoryVariable} {
		if _, exists := environment.EnvironmentVariables.Elements()[name]; exists {
			diags.AddAttributeError(at.AtName("environment_variables").AtMapKey(name), "The provider sets this variable",
				fmt.Sprintf("environment.environment_variables has %s, which tells the serving image where the code is. "+
					"The provider sets it from entry_script and source_directory_name. Remove it.", name))
		}
	}
	if environment.form() == formInline {
		diags.Append(checkInline(*environment, at)...)
	}
	if !values.IsSet(environment.Version) {
		return diags
	}
	for _, member := range environment.inlineMembers() {
		if values.IsSet(member.value) {
			diags.AddAttributeError(at.AtName(member.name), "An environment is either registered or inline",
				fmt.Sprintf("environment.version names a registered environment. Its definition is read from the workspace, so %s cannot be set too. "+
					"Remove environment.version to define the environment inline, or remove environment.%s.", member.name, member.name))
		}
	}
	return diags
}

func checkInline(environment environmentModel, at path.Path) diag.Diagnostics {
	var diags diag.Diagnostics
	switch {
	case values.IsSet(environment.BaseImage) && values.IsSet(environment.BaseDockerfile):
		diags.AddAttributeError(at.AtName("base_dockerfile"), "An image starts from one base",
			"environment.base_image and environment.base_dockerfile cannot both be set. Remove one of them.")
	case environment.BaseImage.IsNull() && environment.BaseDockerfile.IsNull():
		diags.AddAttributeError(at, "The environment is not defined",
			"An environment is either registered (name, with or without version) or inline (name, and base_image or base_dockerfile). "+
				"Set environment.base_image or environment.base_dockerfile, or remove what belongs to an inline definition.")
	}
	if values.IsSet(environment.BaseImageRegistry) && values.IsSet(environment.BaseDockerfile) && environment.BaseImage.IsNull() {
		diags.AddAttributeError(at.AtName("base_image_registry"), "A registry belongs to a base image",
			"environment.base_image_registry is where base_image comes from, and base_image is not set. Set environment.base_image, or remove environment.base_image_registry.")
	}
	return diags
}
