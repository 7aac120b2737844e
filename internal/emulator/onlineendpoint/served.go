// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

// Served is one operation of the layer.
type Served struct {
	Operation string // in the request log and in faults
	Call      string
	// Variants counts the requests that a test generates out of Azure's types, each of
	// them wrong in one place.
	Variants int
}

// Operations has a row for each operation, in the order of the conformance page.
func Operations() []Served {
	const endpoints, deployments = "`{scope}/onlineEndpoints", "`{scope}/onlineEndpoints/{endpoint}/deployments"
	const operations = "`/subscriptions/{id}/providers/Microsoft.MachineLearningServices/locations/{region}"
	rows := []Served{
		{"ListOnlineEndpoints", "GET " + endpoints + "`", 0},
		{"GetOnlineEndpoint", "GET " + endpoints + "/{name}`", 0},
		{"PutOnlineEndpoint", "PUT " + endpoints + "/{name}`", 162},
		{"DeleteOnlineEndpoint", "DELETE " + endpoints + "/{name}`", 0},
		{"ListOnlineEndpointKeys", "POST " + endpoints + "/{name}/listKeys`", 0},
		{"RegenerateOnlineEndpointKeys", "POST " + endpoints + "/{name}/regenerateKeys`", 19},
		{"OnlineEndpointToken", "POST " + endpoints + "/{name}/token`", 0},
		{"ListOnlineDeployments", "GET " + deployments + "`", 0},
		{"GetOnlineDeployment", "GET " + deployments + "/{name}`", 0},
		{"PutOnlineDeployment", "PUT " + deployments + "/{name}`", 750},
		{"DeleteOnlineDeployment", "DELETE " + deployments + "/{name}`", 0},
		{"OnlineDeploymentLogs", "POST " + deployments + "/{name}/getLogs`", 20},
		{"GetOnlineOperation", "GET " + operations + "/mfeOperationsStatus/{id}`", 0},
		{"GetOnlineOperationResult", "GET " + operations + "/mfeOperationResults/{id}`", 0},
		{"PutCodeContainer", "PUT `{scope}/codes/{name}`", 42},
	}
	for _, kind := range []struct {
		noun, collection string
		variants         int
	}{{"Code", "codes", 50}, {"Model", "models", 92}, {"Environment", "environments", 335}} {
		container := "`{scope}/" + kind.collection + "/{name}"
		rows = append(rows,
			Served{"Get" + kind.noun + "Container", "GET " + container + "`", 0},
			Served{"List" + kind.noun + "Versions", "GET " + container + "/versions`", 0},
			Served{"Get" + kind.noun + "Version", "GET " + container + "/versions/{version}`", 0},
			Served{"Put" + kind.noun + "Version", "PUT " + container + "/versions/{version}`", kind.variants},
			Served{"Delete" + kind.noun + "Version", "DELETE " + container + "/versions/{version}`", 0})
	}
	return append(rows,
		Served{"ScoreOnlineEndpoint", "POST or GET of the scoring URI: an echo, or with `-execute` the code of the deployment", 0},
		Served{"OnlineEndpointSwagger", "GET of the swagger URI", 0})
}

// Starting names the operations of the layer that start an asynchronous one.
func Starting() []string {
	return []string{"PutOnlineEndpoint", "DeleteOnlineEndpoint", "RegenerateOnlineEndpointKeys", "PutOnlineDeployment", "DeleteOnlineDeployment"}
}
