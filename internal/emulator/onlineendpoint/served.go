// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

// Served is one operation of the layer.
type Served struct {
	Operation string // in the request log and in faults
	Call      string
}

// Operations has a row for each operation, in the order of the conformance page.
func Operations() []Served {
	const endpoints, operations = "`{scope}/onlineEndpoints", "`/subscriptions/{id}/providers/Microsoft.MachineLearningServices/locations/{region}"
	return []Served{
		{"ListOnlineEndpoints", "GET " + endpoints + "`"},
		{"GetOnlineEndpoint", "GET " + endpoints + "/{name}`"},
		{"PutOnlineEndpoint", "PUT " + endpoints + "/{name}`"},
		{"DeleteOnlineEndpoint", "DELETE " + endpoints + "/{name}`"},
		{"ListOnlineEndpointKeys", "POST " + endpoints + "/{name}/listKeys`"},
		{"RegenerateOnlineEndpointKeys", "POST " + endpoints + "/{name}/regenerateKeys`"},
		{"OnlineEndpointToken", "POST " + endpoints + "/{name}/token`"},
		{"GetOnlineOperation", "GET " + operations + "/mfeOperationsStatus/{id}`"},
		{"GetOnlineOperationResult", "GET " + operations + "/mfeOperationResults/{id}`"},
	}
}

// Starting names the operations of the layer that start an asynchronous one.
func Starting() []string {
	return []string{"PutOnlineEndpoint", "DeleteOnlineEndpoint", "RegenerateOnlineEndpointKeys"}
}
