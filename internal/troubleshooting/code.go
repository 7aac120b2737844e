// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package troubleshooting

// code are the messages of code, environments and models of a deployment.
var code = []Entry{
	{"The source directory is not there", "`source_directory` names a folder that does not exist. Paths are relative to the folder in which terraform runs.", "Correct it; `${path.module}/…` is relative to the module."},
	{"The entry script is not there", "`entry_script` names a file that does not exist.", "Correct it; `${path.module}/…` is relative to the module."},
	{"The entry script is not uploaded", "The script lies outside the source directory, or an ignore file leaves it out.", "Move it, or correct the ignore file."},
	{"The ignore file leaves files out", "An `.amlignore` or `.gitignore` keeps files of the folder out of the upload, which the Python SDK would have sent.", "Nothing, if the script does not need them. Otherwise correct the `.amlignore`, or write one: it takes the place of the `.gitignore`."},
	{"The entry script cannot be read", "The file cannot be opened.", "Check its permissions."},
	{"The entry script is not complete", "The script does not define `init()` and `run()` at its top level.", "Define both, or import them."},
	{"The entry script is not Python 3", "The script has what no version of Python 3 accepts, such as a command of a notebook, `print` without brackets, an open bracket, or UTF-16.", "Correct the line that the detail names."},
	{"Invalid entry_script", "The path is not one inside the code that is uploaded.", "Write it relative to the source directory, with forward slashes."},
	{"The code is in one place", "`source_directory` and `source_url` are both set.", "Remove one of them."},
	{"A single file has no folder", "`source_directory_name` is set, and only the entry script is uploaded.", "Set `source_directory`, or remove `source_directory_name`."},
	{"The code cannot be read", "A file of the code cannot be opened, or changes while it is read.", "Check the files."},
	{"The code was not read", "The run was interrupted, or its time was up, while the code was being read.", "Run again, or raise `timeouts`."},
	{"The code cannot be uploaded", "The folder has something that cannot be packed, such as a link that leads out of it.", "Correct what the detail names."},
	{"Could not upload the code", "The storage of the workspace refused the upload, or was not reached.", "Follow the detail."},
	{"The code has changed since it was planned", "A file changed between plan and apply. Nothing was deployed.", "Apply again."},
	{"A deployment without code needs exactly one model", "`inference_config` is not set, and `model_ids` has no or several models.", "Set `inference_config`, or name exactly one model."},
	{"The model does not exist", "The workspace has no model of this name, or not in this version. The detail names what it has.", "Register it, or correct the name. If the same configuration registers it, refer to that resource's `model_id`."},
	{"The model needs code", "A deployment without `inference_config` names a model of a framework that Azure deploys with code only.", "Set `inference_config`, or register the model with its framework."},
	{"The environment does not exist", "The workspace has no environment of this name and version.", "Register it, or correct the name. The names of curated environments begin with `AzureML-`."},
	{"Could not read the environment", "The registered environment could not be looked up.", "Follow the detail."},
	{"The environment is not defined", "The environment has neither a version nor a base image.", "Set `base_image` or `base_dockerfile`, or name a registered environment."},
	{"An environment is either registered or inline", "`environment.version` is set beside members of an inline definition.", "Remove one of them."},
	{"An image starts from one base", "`base_image` and `base_dockerfile` are both set.", "Remove one of them."},
	{"A registry belongs to a base image", "`base_image_registry` is set without `base_image`.", "Set `base_image`, or remove the registry."},
	{"The provider sets this variable", "`environment_variables` has a variable that tells the image where the code is.", "Remove it."},
	{"Invalid conda_dependencies", "The text is not the YAML of a conda environment.", "Correct what the detail names."},
	{"The environment has no server", "Neither `azureml-defaults` nor `inferencing_stack_version` is there, so the container has nothing that answers requests.", "Add `azureml-defaults` to the pip packages, or set `inferencing_stack_version`."},
	{"The environment cannot be deployed", "The registered definition has a part that the provider cannot send.", "Define the environment inline, or register it again."},
	{"The environment could not be compared", "The registered definition could not be read after an import.", "Nothing. The next plan that changes the environment reads it."},
	{"The environment is not the registered one", "The imported service runs another definition than the one that is registered under its name.", "Nothing, or set the name and version that it is to run."},
	{"The environment was registered again", "The definition of this version was changed in the workspace since the deployment.", "Nothing, or change `environment` to deploy the new one."},
	{"The whole definition is replaced", "The deployed environment has members that no attribute shows; this change removes them.", "Let it happen, or register an environment that has them."},
	{"A change cannot be taken back", "Somebody changed the deployed environment, and Terraform does not keep the earlier value, because it may be secret.", "Write the value into the configuration if the change is to be undone."},
	{"The password of the registry is needed", "This change deploys the image again, and Azure never returns the password.", "Set `base_image_registry.password_wo`."},
	{"The credentials of the registry are needed", "The service was imported, and Azure never returns the credentials of its registry.", "Set `username` and `password_wo`, or `username = \"\"` for a public registry."},
	{"The image cannot be deployed again", "Azure describes what runs in a form that the provider does not know. This is a bug in the provider.", "Report it."},
}

// testRequest are the messages of test requests.
var testRequest = []Entry{
	{"The service does not answer as expected", "The test request got another status or another body than the one that was asked for, or no answer.", "Read the end of the container log in the detail; correct the code or the expectation."},
	{"The service has no scoring endpoint", "The service has no scoring URI yet.", "Wait until it is Healthy."},
	{"Could not fetch the credential to score with", "The key or the token of the service could not be read.", "Follow the detail."},
	{"The test request was not finished", "The run was interrupted. The service is deployed.", "Apply again, which sends only the request."},
	{"The test request has not succeeded yet", "An earlier apply deployed the service, and its test request failed.", "Apply again."},
	{"The service was not scored to the end", "The run of the action was interrupted.", "Invoke it again."},
	{"The body is not JSON", "`content_type` says JSON, and the body is none.", "Write it with `jsonencode()`, or set `content_type`."},
	{"Invalid service id", "`service_id` is not the full id of a service.", "Use the `id` of the service's resource, or the function `service_id`."},
}
