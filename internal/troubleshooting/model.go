// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package troubleshooting

// model are the messages of registered models.
var model = []Entry{
	{"Could not register the model", "Azure refused to register the model.", "Follow the detail."},
	{"Could not upload the model", "The storage of the workspace refused a file, or was not reached.", "Follow the detail."},
	{"Could not read the model", "The model could not be looked up.", "Follow the detail."},
	{"Could not change the model", "Azure refused the change.", "Follow the detail."},
	{"Could not delete the model", "Azure refused to delete the model.", "Follow the detail."},
	{"Could not list the models", "The models of the workspace could not be read.", "Follow the detail."},
	{"The model could not be read back", "The model was registered or changed, and reading it failed.", "Nothing. The next refresh reads it."},
	{"The version of the model does not exist", "The workspace has the model, but not this version.", "Correct `version`, or leave it out for the latest."},
	{"The model is in use", "A service or an image is made of this version.", "Point `model_ids` to another version first, or set `create_before_destroy`."},
	{"The files of the new version are not named", "A version is new or replaced, and `path` is not set. Only an imported version needs none.", "Set `path`, or take back the change that replaces the version."},
	{"The model's files do not exist yet", "There is nothing at `path` during the plan.", "Nothing, if another resource writes it. Otherwise correct `path`."},
	{"The model's files are not on this machine", "The files of a registered model are missing, so changes cannot be seen.", "Nothing. The model stays as it is."},
	{"The model's files cannot be used", "A file cannot be read, or cannot be part of a model.", "Correct what the detail names."},
	{"The model's files have changed since the plan", "A file changed between plan and apply. Nothing was registered.", "Apply again."},
	{"The model's files were changed while they were uploaded", "A file changed during the upload. Nothing was registered.", "Apply again."},
	{"The import id is not a model id", "The id of the import names no model.", "Import by `{workspace id}/models/{name}:{version}`, or by `name:version`."},
	{"The workspace of the model is not known", "The import names no workspace, and the provider's configuration neither.", "Import by the full id, or set `workspace_id` in the provider block."},
	{"The state has no valid model id", "The state was edited, or is of something else.", "Run `terraform state rm`, and import the model again."},
}

// workspace are the messages of workspaces and permissions.
var workspace = []Entry{
	{"Could not read the workspace", "The workspace could not be looked up.", "Follow the detail: the id, the tenant, or the role."},
	{"Could not list the workspaces", "The workspaces of the subscription could not be read.", "Follow the detail."},
	{"Could not find the API of the workspace", "The workspace does not say where its API is.", "Follow the detail; check `endpoints`."},
	{"Could not read the permissions", "The permissions of the caller could not be read.", "Follow the detail."},
	{"The permissions cannot be read", "The caller may not read its own permissions. All answers are unknown.", "Ask for `Microsoft.Authorization/permissions/read`."},
	{"The subscription is not known", "No subscription is named.", "Set `subscription_id`, or `workspace_id` in the provider block."},
	{"The workspace is not known", "Neither the object nor the provider's configuration names a workspace.", "Set `workspace_id` in one of the two."},
}
