// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package troubleshooting

// credential are the messages of auth modes and keys.
var credential = []Entry{
	{"Service without auth", "Key auth and token auth are off: anyone who finds the scoring URI can score.", "Set `auth_enabled = true`, or `token_auth_enabled = true` on AKS."},
	{"Key auth and token auth cannot both be on", "A service on AKS has one of the two.", "Set `auth_enabled = false` to use tokens, or remove `token_auth_enabled`."},
	{"Token auth is not available on ACI", "Tokens are for services on AKS.", "Remove `token_auth_enabled`, or deploy an `mlws_aks_service`."},
	{"Key auth is off", "A key was asked for, and the service has none.", "Set `auth_enabled = true` on the service, or read a token."},
	{"Token auth is off", "A token was asked for, and the service issues none.", "Set `token_auth_enabled = true` on the service, or use a key."},
	{"Tokens come from another region", "Tokens are issued in the region of the workspace, and the cluster is in another.", "Use a cluster in the workspace's region, or key auth."},
	{"Could not read the keys", "Azure did not return the keys.", "Follow the detail: usually the role lacks `listkeys`."},
	{"Could not read the key", "Azure did not return the key.", "Follow the detail."},
	{"Could not regenerate the key", "Azure refused to regenerate the key.", "Follow the detail."},
	{"The key was not regenerated", "The key was not regenerated, and still works: the service is gone, is busy, or its lock was not free in time.", "Follow the detail, and apply again."},
	{"The key was regenerated, although its operation did not succeed", "Azure reports a failed operation, and the key is a new one.", "Nothing."},
	{"The new key could not be read", "It is not known whether the key was regenerated.", "Apply again: the provider looks for a new key first."},
	{"The key changed since the plan was made", "Somebody else rotated the key between plan and apply.", "Plan and apply again."},
	{"The %s key has changed", "Deploying over the service changed the key, and it could not be set again.", "Give clients the new key."},
	{"The keys could not be compared", "The keys could not be read before or after a deployment.", "If clients are refused, give them the keys that the service has now."},
	{"The keys were not compared", "The deployment still runs, and may change the keys.", "When it is Healthy, compare the keys with those of the clients."},
	{"Both slots have the key that is in use", "Both keys have the fingerprint of `in_use_key_sha256`.", "Name the slot with `key_type`."},
	{"No slot has the key that is in use", "Neither key has the fingerprint of `in_use_key_sha256`.", "Check the fingerprint: the key may have been rotated already."},
	{"Invalid key value", "`key_value_wo` has characters that a bearer token cannot have.", "Use letters, digits and `-._~+/`."},
	{"Invalid service_id", "`service_id` is not the full id of a service.", "Use the `id` of the service's resource, or the function `service_id`."},
	{"An imported key is set to another value", "`key_value_wo` is not the key that was imported, so the apply rotates it.", "If the key is in use, remove `key_value_wo`, or give it the value of that key."},
	{"A chosen key is sent without key_value_wo_version", "The provider recognises a changed value by itself. It needs the same value in the plan and in the apply.", "Nothing, unless the apply ends with an inconsistent final plan: then the value is new each time, so set `key_value_wo_version`."},
}
