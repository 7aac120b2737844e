// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// A value of every attribute survives the nested models, both ways.
func TestModelsFitTheSchema(t *testing.T) {
	t.Parallel()
	object := configOf(t, fields{"inference_config": fields{
		"entry_script": "a", "source_directory": "b", "source_url": "c", "source_directory_name": "d", "driver_url": "e", "code_hash": "f",
		"environment": fields{
			"name": "g", "version": "h", "resolved_version": "i", "base_image": "j", "base_dockerfile": "k", "conda_dependencies": "l",
			"base_image_registry":   fields{"address": "m", "username": "n", "password_wo": "o", "password_wo_version": 7},
			"environment_variables": fields{"p": "q"}, "inferencing_stack_version": "r", "user_managed_dependencies": true, "drifted_members": list{"s"},
		},
	}}).Object
	code := values.Decode[inferenceModel](t.Context(), object)
	environment := values.Decode[environmentModel](t.Context(), code.Environment)
	registry := values.Decode[registryModel](t.Context(), environment.BaseImageRegistry)
	for i, pair := range []struct{ got, want types.Object }{
		{code.object(), object},
		{environment.object(), code.Environment},
		{registry.object(), environment.BaseImageRegistry},
	} {
		if !pair.got.Equal(pair.want) {
			t.Errorf("nested model %d: %s, want %s", i, pair.got, pair.want)
		}
		for name, value := range pair.got.Attributes() {
			if value.IsNull() {
				t.Errorf("nested model %d: %s is not set by this test", i, name)
			}
		}
	}
}
