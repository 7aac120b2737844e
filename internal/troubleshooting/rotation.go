// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package troubleshooting

// rotation are the messages of rotations and tokens.
var rotation = []Entry{
	{"A key was rotated outside this configuration", "Somebody else rotated the key. The new one is in the state.", "Apply, so that what depends on the key gets the new one."},
	{"A key was rotated by a clock that is ahead", "`rotated_at` is in the future, by the clock of this machine.", "Set the clock right, then rotate once."},
	{"The clock of this machine differs from Azure's", "The clocks are more than 5 minutes apart. Schedules of keys count by the clock of this machine.", "Synchronise the clock of this machine, for example by NTP."},
	{"A new rotation regenerates the %s key", "Creating a rotation regenerates the slot, and cuts off those who use that key.", "If the rotation existed before, import it instead."},
	{"One key would be regenerated twice", "Two objects of the configuration regenerate the same slot in one apply.", "Keep one of them."},
	{"Both keys of a service are regenerated in one apply", "No key that is in use now works after the apply.", "Rotate one slot at a time, or use `mlws_service_key_rotation`."},
	{"Two objects own one key", "Two objects manage the same slot, and each makes the other's key useless.", "Keep one of them; `terraform state rm` removes the other."},
	{"An online endpoint has other keys than the service", "Somebody else has changed a key of the service, or of an endpoint of `also_set_on`.", "Apply to set the keys of the service again, or take the endpoint out of `also_set_on`."},
	{"Invalid also_set_on", "A value of `also_set_on` is not the full id of an online endpoint.", "Write the id of the endpoint, which ends with `/onlineEndpoints/{name}`."},
	{"The %s key is revoked", "`revoke_previous_after` has passed, so the apply regenerates the key that was active before.", "Apply, or raise `revoke_previous_after` to give clients more time."},
	{"Could not fetch a token", "Azure issued no token for the service.", "Follow the detail: the auth mode, the role, or the region."},
	{"The token would not live long enough", "The token expires earlier than `min_remaining` asks for.", "Lower `min_remaining`, or check the clock."},
	{"The token has expired during the run", "The run took longer than the token lives.", "Run again with a larger `min_remaining`, or in shorter steps."},
	{"The keys of an online endpoint could not be compared", "A refresh could not read the keys of an endpoint of `also_set_on`.", "Follow the detail; the state is as before."},
	{"The keys were not set on an online endpoint", "The service has its new keys, and a call to an endpoint of `also_set_on` failed.", "Follow the detail, then apply: only that call is made."},
	{"The rotation could not be verified", "The service could not be scored after the rotation.", "Follow the detail, or set `verify = false`."},
	{"Verification of the rotation failed: %s", "The service does not accept the keys as it is to after a rotation.", "Follow the detail."},
	{"The rotation was not verified", "The run was interrupted. The new key is in the state.", "Nothing."},
	{"Private data cannot be stored", "This is a bug in the provider.", "Report it."},
}
