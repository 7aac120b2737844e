// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import "encoding/json"

// This file collects the secrets of a request. They must not come back in an error:
// the service may quote a value that it refuses.

func (r *CreateServiceRequest) secrets() []string {
	var secrets []string
	if r.SSLKey != nil {
		secrets = append(secrets, *r.SSLKey)
	}
	if r.Image != nil {
		secrets = append(secrets, registrySecrets(r.Image.Environment)...)
	}
	return secrets
}

func patchSecrets(ops []PatchOperation) []string {
	var secrets []string
	for _, op := range ops {
		switch value := op.Value.(type) {
		case string:
			if op.Path == "/sslKey" {
				secrets = append(secrets, value)
			}
		case *string:
			if op.Path == "/sslKey" && value != nil {
				secrets = append(secrets, *value)
			}
		case *EnvironmentImage:
			if value != nil {
				secrets = append(secrets, registrySecrets(value.Environment)...)
			}
		case EnvironmentImage:
			secrets = append(secrets, registrySecrets(value.Environment)...)
		}
	}
	return secrets
}

// registrySecrets are the credentials of the base image's registry.
func registrySecrets(environment []byte) []string {
	var definition struct {
		Docker struct {
			BaseImageRegistry struct {
				Password string `json:"password"`
			} `json:"baseImageRegistry"`
		} `json:"docker"`
	}
	if json.Unmarshal(environment, &definition) != nil {
		return nil
	}
	return []string{definition.Docker.BaseImageRegistry.Password}
}
