// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package troubleshooting

// provider are the messages of sign-in and of the provider block.
var provider = []Entry{
	{"Sign-in to Azure failed", "Microsoft Entra ID refused the credential, or was not reached. The detail quotes its AADSTS code or names the host.", "Follow the detail; the codes are listed below."},
	{"No credential for Azure is configured", "No sign-in method has all that it needs. The detail says what each one lacks.", "Configure one method in the provider block or by `ARM_*` variables, or run `az login`."},
	{"The credential for Azure is incomplete", "A method was asked for, and something that it needs is missing.", "Set what the detail names."},
	{"The credential for Azure cannot be used", "The method has what it needs, but its library refuses it, for example a tenant id that is none.", "Correct the argument that the detail names."},
	{"The provider's credential is not known yet", "An argument of the provider block comes from a resource that is not created yet, and Azure has to be asked during the plan.", "Create that resource first with `terraform apply -target=…`, or give the provider a known value."},
	{"Contradictory credential arguments", "A secret is set as a value and as a file, and the two differ.", "Keep one of the two."},
	{"Cannot read the file of %s", "The file with a secret or a token does not exist, cannot be read, is empty, or is too large.", "Correct the path, or the file."},
	{"The client certificate cannot be used", "The file is no PEM or PKCS#12 file, its password is wrong, or it lacks an RSA key or the certificate.", "Follow the detail: it names the case, and the command that converts the file."},
	{"Invalid oidc_request_url", "The address that OIDC tokens are requested from is not an https URL.", "Leave it to the CI system, which sets it, or correct it."},
	{"Invalid environment variable %s", "A variable that is a switch is neither true nor false.", "Set it to `true` or `false`, or unset it."},
	{"Unknown Azure cloud", "`environment` (`ARM_ENVIRONMENT`) names a cloud that does not exist.", "Write `public`, `usgovernment` or `china`."},
	{"Invalid endpoint", "An address in `endpoints` is no URL, or uses http on another host than this machine.", "Write an https URL."},
	{"Cannot trust the certificate authority", "The file of `endpoints.ca_certificate_file` does not exist, or holds no certificate.", "Correct the path. The emulator writes a new file each time it starts without `-state`: run its export lines again."},
	{"The provider's configuration cannot be used", "The addresses in the configuration do not fit together.", "Correct what the detail names."},
	{"Two arguments for one thing", "An argument and its other spelling are both set.", "Remove one of the two."},
	{"Invalid workspace id", "`workspace_id` is not the full resource id of a workspace.", "Copy it from the portal, or from `az ml workspace show --query id`."},
	{"Invalid subscription id", "`subscription_id` is not a UUID.", "Take the id, not the name: `az account list` shows both."},
	{"Invalid workspace", "The three parts do not make a workspace id.", "Correct the part that the detail names."},
	{"The workspace is incomplete", "Some of the three parts that name a workspace are set, and others are missing.", "Set the missing one, or `workspace_id` instead of the three."},
	{"Contradictory workspace", "The workspace id and the single parts name different workspaces.", "Remove one of the two. A variable from another shell may be left over: `unset MLWS_WORKSPACE_ID`."},
	{"The ignored tags are not known yet", "`ignore_tags` depends on something that the same apply makes.", "Write the names of the tags, or a variable, in its place."},
	{"A default tag is ignored", "A tag is in `default_tags` and in `ignore_tags`.", "Remove it from one of the two."},
	{"The provider is not configured", "A request was made before the provider had its configuration. This is a bug in the provider.", "Report it."},
	{"The provider handed over an unexpected type", "This is a bug in the provider.", "Report it."},
}
