// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "github.com/mlws/terraform-provider-mlws/internal/emulator/onlineendpoint"

// OnlineOperation is one operation of v2.
type OnlineOperation = onlineendpoint.Served

// OnlineOperations has a row for each operation on online endpoints and what they are
// made of.
func OnlineOperations() []OnlineOperation { return onlineendpoint.Operations() }

// OnlineBehaviours are what the emulator asserts of v2, beside the types.
func OnlineBehaviours() []Behaviour {
	return []Behaviour{
		{"201 or 200 with the object and Azure-AsyncOperation for a PUT, 202 with Location for a deletion and for new keys", FromResourceManager},
		{"new keys at once, with 200, if the behavior asks for it", FromResourceManager},
		{"unknown members, wrong types, values out of a list and missing members are 400, with the member in the details", FromResourceManager},
		{"read-only members of a request are ignored", FromResourceManager},
		{"keys are written and never read back; a new key can be chosen", FromResourceManager},
		{"properties of an endpoint are added, and neither changed nor removed", FromResourceManager},
		{"401, 404, 408, 424 and 429 of the scoring address, and the header that names a deployment", FromDocumentation},
		{"traffic comes to 0 or 100, and mirrored traffic to at most 50", FromDocumentation},
		{"a managed deployment has an instance type, the scaling Default, and requests of at most 180 seconds", FromDocumentation},
		{"a model of the type mlflow_model or triton_model needs no environment", FromDocumentation},
		{"AADToken takes tokens for https://ml.azure.com, of identities with the action onlineEndpoints/score/action", FromDocumentation},
		{"NotSupported for an AKS compute of v1", FromIssues},
		{"the reasons key_auth_access_denied and key_auth_bad_header_forbidden", FromIssues},
		{"the paths of operations, mfeOperationsStatus and mfeOperationResults", FromIssues},
		{"a change while another one of the endpoint or its deployments runs is 409", FromChoice},
		{"a deployment with traffic cannot be deleted: 409", FromChoice},
		{"keys in a PUT of an existing endpoint are ignored", FromChoice},
		{"keys are listed in the auth mode Key only, and tokens issued in AMLToken only: otherwise 400", FromChoice},
		{"a version of a model is a positive number, and the content of a version cannot be changed", FromChoice},
		{"traffic is exact in each hundred calls; mirrored traffic is stored, and no call is mirrored", FromChoice},
		{"a token should be refreshed after 12 hours, and ends after 24", FromChoice},
	}
}
