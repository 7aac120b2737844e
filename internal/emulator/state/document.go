// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

// States of a service, in the API's spelling. Failed is one too.
const (
	Transitioning = "Transitioning"
	Healthy       = "Healthy"
	Unhealthy     = "Unhealthy"
	Unschedulable = "Unschedulable"
)

// Region is where the document of an ACI service says that it runs.
func Region(doc map[string]any) string {
	region, _ := doc["location"].(string)
	return region
}

// ModelIDs are the models that a service's document names.
func ModelIDs(doc map[string]any) []string {
	request, _ := doc["environmentImageRequest"].(map[string]any)
	items, _ := request["modelIds"].([]any)
	ids := []string{}
	for _, item := range items {
		if id, isText := item.(string); isText {
			ids = append(ids, id)
		}
	}
	return ids
}

// Replicas are what an AKS service asks for: the fixed number, or the autoscaler's lowest.
func Replicas(doc map[string]any) float64 {
	if n, fixed := doc["numReplicas"].(float64); fixed {
		return n
	}
	scaler, _ := doc["autoScaler"].(map[string]any)
	if n, isNumber := scaler["minReplicas"].(float64); isNumber {
		return n
	}
	return 1
}
