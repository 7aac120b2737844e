// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package troubleshooting

// general are the messages of single values, imports and the state.
var general = []Entry{
	{"An ignored tag is set", "A tag of this object is also in `ignore_tags` of the provider.", "Remove it from `tags`, which keeps it on the object, or from `ignore_tags`."},
	{"An object has no members", "No member of an object in the configuration is set. Terraform drops names inside `{ }` that the object does not have, so a name may be misspelt.", "Correct the name, or remove the object."},
	{"Invalid %s", "The value of the attribute does not fit its rule.", "Write what the detail says."},
	{"Invalid duration", "The value is not a duration, or is too short.", "Write hours and minutes: `720h`, `30m`. A day is `24h`."},
	{"Invalid workspace_id", "`workspace_id` is not the full resource id of a workspace.", "Refer to `data.mlws_workspace`, or copy it from the portal."},
	{"Invalid Attribute Value", "The number is out of range.", "Write what the detail says."},
	{"Invalid Attribute Value Length", "The text is too short or too long.", "Write what the detail says."},
	{"Invalid Attribute Combination", "Attributes that belong together are not set together, or exclude each other.", "Set or remove what the detail names."},
	{"Null List Value", "An element of the list is null.", "Remove it: `compact()` does."},
	{"Null Set Value", "An element of the set is null.", "Remove it: `compact()` does."},
	{"Null Map Value", "A value of the map is null.", "Remove its key from the map."},
	{"Duplicate List Value", "An element stands twice in the list.", "Remove one: `distinct()` does."},
	{"Invalid function argument", "The argument of a function does not have the expected form.", "Write what the detail says."},
	{"Invalid import id", "The id of the import does not name a key.", "Import by `{service id}/keys/Primary` or `{service id}/keys/Secondary`."},
	{"The import id is not a service id", "The id of the import looks like a resource id, and names no service.", "Import by the full id of the service, or by its bare name."},
	{"The import id is not a service name", "The id of the import is neither a resource id nor a name.", "Import by the full id of the service, or by its bare name."},
	{"There is nothing to import", "The workspace has no object of the id that is imported.", "Correct the id, or remove the `import` block to create the object."},
	{"The identity of the import is not complete", "A part of the identity in the `import` block is missing or wrong.", "Write what the detail names."},
	{"The workspace of the service is not known", "The import has a bare name, and the provider's configuration names no workspace.", "Import by the full id, or set `workspace_id` in the provider block."},
	{"The state has no valid service id", "The state was edited, or is of something else.", "Run `terraform state rm`, and import the service again."},
	{"Not everything is as it was sent", "The object was changed, and now reports other values: somebody else changed it too, or Azure does not keep them.", "Run `terraform plan` to see what is different."},
	{"A changed property replaces the %s", "Azure can add properties, and never change one.", "Set the old value, or use another name, to keep the object."},
	{"Removed properties stay on the %s", "Azure cannot remove properties. Terraform only stops following them.", "Replace the object to get rid of them."},
}
