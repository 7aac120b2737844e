// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

// Attribute returns the attribute inference_config. The caller completes its
// description with what a change of it does.
func Attribute(describe func(text string) string) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: describe("The code that scores, and the environment it runs in. Leave it out for a no-code deployment of exactly one model."),
		Attributes: map[string]schema.Attribute{
			"entry_script": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The Python file that defines `init()` and `run()`. With `source_directory`, or `source_url` of an archive, its path inside that folder; " +
					"with neither, the path of a file on this machine, which is uploaded alone, under its base name.",
				Validators: []validator.String{entryScriptRule},
			},
			"source_directory": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "A folder on the machine that Terraform runs on, such as `\"${path.module}/src\"`: it is uploaded as a whole, but for what its `.amlignore` names (without one, its `.gitignore`). " +
					"Where it lies makes no difference; see `code_hash`. Cannot be combined with `source_url`.",
				Validators: []validator.String{validators.NotEmpty},
			},
			"source_url": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Where the code is. Set it for code that is in the workspace's storage already: the `aml://` or `https://` URL of the entry script itself, " +
					"or with `source_directory_name` of a tar.gz archive. Otherwise it is where the code was uploaded to.",
				Validators: []validator.String{codeURLRule},
			},
			"source_directory_name": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "The name of the top folder inside the archive, in the image. With `source_directory` it defaults to that folder's name, or `source` if it has none (`.`). " +
					"With `source_url` it says that this is an archive, to be unpacked; without it, `source_url` is one file.",
				Validators: []validator.String{directoryNameRule},
			},
			"driver_url": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "The `aml://` or `https://` URL of a driver program, which older serving images import. Newer images need none. " +
					"For code from this machine one is written and uploaded unless you name your own.",
				Validators: []validator.String{codeURLRule},
			},
			"code_hash": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "The SHA-256 of the code on this machine: names, sizes and bytes of the files, the same in every checkout. " +
					"A changed file shows here in the plan, and the code is deployed again in place. Null with `source_url`.",
			},
			"environment": schema.SingleNestedAttribute{
				Required: true,
				MarkdownDescription: "The environment the code runs in: a registered one (`name`, and `version` unless it is to be the latest; its definition is read from the workspace and deployed), " +
					"or an inline definition (`name`, and `base_image` or `base_dockerfile`).",
				Attributes: environmentAttributes(),
			},
		},
	}
}

func environmentAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "The name of the environment. Names that begin with `AzureML` are those of Azure's curated environments.",
			Validators:          []validator.String{validators.NotEmpty},
		},
		"version": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The version of a registered environment. `latest`, or no version and no inline definition either, is the version that is the latest when the service is deployed; " +
				"later plans stay with it, see `resolved_version`. Of an inline definition, only `environment_variables` and `inferencing_stack_version` may stand beside it: they are laid over the registered one.",
			Validators: []validator.String{validators.NotEmpty},
		},
		"resolved_version": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The version of the registered environment that is deployed. With `latest` it stays as it is while newer ones are registered: " +
				"name the newer one in `version` to move to it; once that is applied, `version` may be `latest` again. Null for an inline definition.",
		},
		"base_image": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The container image to start from, inline. Cannot be combined with `base_dockerfile`.",
			Validators:          []validator.String{validators.NotEmpty},
		},
		"base_dockerfile": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The text of the Dockerfile to start from, inline. Cannot be combined with `base_image`.",
			Validators:          []validator.String{dockerfileRule},
		},
		"base_image_registry": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "The private registry of `base_image`. The API never returns its credentials, so a change of them outside Terraform is not seen.",
			Attributes:          registryAttributes(),
		},
		"conda_dependencies": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The conda environment to create in the image, as YAML text, inline. Another spelling of the same YAML is not a change. It needs `azureml-defaults` among its pip packages, or `inferencing_stack_version`; without either, the plan warns.",
			Validators:          []validator.String{condaRule},
			PlanModifiers:       []planmodifier.String{keepConda},
		},
		"environment_variables": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Environment variables of the container: of an inline definition, or laid over those of a registered one. They are stored in the state and in the workspace: put no secret there. In a log that an error shows, their names stand in place of long values. `AZUREML_ENTRY_SCRIPT` and `AZUREML_SOURCE_DIRECTORY` are added, and refused here.",
			Validators:          []validator.Map{mapvalidator.NoNullValues()},
		},
		"inferencing_stack_version": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The version of the inferencing stack to add to the image, such as `latest`: of an inline definition, or laid over a registered one. Without it, none is added.",
		},
		"user_managed_dependencies": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether the image already has every Python package, so that no conda environment is created. " +
				"Default `true` without `conda_dependencies`, `false` with them.",
		},
		"drifted_members": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "The members of the deployed definition, such as `docker.shmSize`, that somebody has changed since Terraform last deployed it, and that no other attribute shows. " +
				"Null if there are none. The next apply takes the changes back.",
		},
	}
}

func registryAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"address": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "The host of the registry, such as `example.azurecr.io`.",
			Validators:          []validator.String{validators.NotEmpty, registryRule},
		},
		"username": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The user to log in to the registry with.",
		},
		"password_wo": schema.StringAttribute{
			Optional: true, WriteOnly: true, Sensitive: true,
			MarkdownDescription: "The password of that user. Write-only: it is in no state and no plan; change `password_wo_version` to send a new one.",
		},
		"password_wo_version": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "A number to change whenever `password_wo` changes: Terraform does not keep the password, and compares this instead.",
		},
	}
}
