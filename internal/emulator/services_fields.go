// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "maps"

// What a create request may hold, per compute type.
var (
	keysField = field{kind: object, fields: fields{"primaryKey": {kind: text}, "secondaryKey": {kind: text}}}

	collectionField = field{kind: object, fields: fields{"storageEnabled": {kind: boolean}, "eventHubEnabled": {kind: boolean}}}

	resourceFields = fields{
		"cpu": {kind: number}, "memoryInGB": {kind: number}, "gpu": {kind: integer}, "fpga": {kind: integer},
	}

	// The limits are sent by the SDK for AKS and stand in no specification.
	limitedResourceFields = resourceFields.merge(fields{"cpuLimit": {kind: number}, "memoryInGBLimit": {kind: number}})

	autoScalerFields = fields{
		"autoscaleEnabled": {kind: boolean}, "minReplicas": {kind: integer}, "maxReplicas": {kind: integer},
		"targetUtilization": {kind: integer}, "refreshPeriodInSeconds": {kind: integer},
	}

	probeFields = fields{
		"periodSeconds": {kind: integer}, "initialDelaySeconds": {kind: integer}, "timeoutSeconds": {kind: integer},
		"successThreshold": {kind: integer}, "failureThreshold": {kind: integer},
	}

	imageRequestFields = fields{
		"driverProgram": {kind: text},
		"assets": {kind: list, fields: fields{
			"id": {kind: text, required: true}, "url": {kind: text, required: true}, "mimeType": {kind: text}, "unpack": {kind: boolean},
		}},
		"modelIds":             {kind: textList},
		"models":               {kind: list},
		"environment":          deployedEnvironment,
		"environmentReference": {kind: object, fields: fields{"name": {kind: text, required: true}, "version": {kind: text}}},
	}

	commonFields = fields{
		"name":                    {kind: text, required: true},
		"computeType":             {kind: text, required: true, enum: computeTypes},
		"description":             {kind: text},
		"kvTags":                  {kind: stringMap},
		"properties":              {kind: stringMap},
		"keys":                    keysField,
		"environmentImageRequest": {kind: object, fields: imageRequestFields},
		"imageId":                 {kind: text},
		"location":                {kind: text},
		"overwrite":               {kind: boolean},
		"deploymentType":          {kind: text, enum: []string{"GRPCRealtimeEndpoint", "HttpRealtimeEndpoint", "Batch"}},
		"deployedApiOptions":      {kind: object, fields: fields{"flavor": {kind: text, enum: []string{"AzureMlApp", "FunctionsApp"}}}},
		"authEnabled":             {kind: boolean},
		"appInsightsEnabled":      {kind: boolean},
		"dataCollection":          collectionField,
	}

	aciFields = commonFields.merge(fields{
		"containerResourceRequirements": {kind: object, fields: resourceFields},
		"sslEnabled":                    {kind: boolean},
		"sslCertificate":                {kind: text},
		"sslKey":                        {kind: text},
		"cname":                         {kind: text},
		"dnsNameLabel":                  {kind: text},
		"vnetConfiguration":             {kind: object, fields: fields{"vnetName": {kind: text}, "subnetName": {kind: text}}},
		"encryptionProperties": {kind: object, fields: fields{
			"vaultBaseUrl": {kind: text}, "keyName": {kind: text}, "keyVersion": {kind: text},
		}},
	})

	aksFields = commonFields.merge(fields{
		"aadAuthEnabled":                    {kind: boolean},
		"computeName":                       {kind: text},
		"namespace":                         {kind: text},
		"numReplicas":                       {kind: integer},
		"autoScaler":                        {kind: object, fields: autoScalerFields},
		"containerResourceRequirements":     {kind: object, fields: limitedResourceFields},
		"scoringTimeoutMs":                  {kind: integer},
		"maxConcurrentRequestsPerContainer": {kind: integer},
		"maxQueueWaitMs":                    {kind: integer},
		"livenessProbeRequirements":         {kind: object, fields: probeFields},
		"storageInitEnabled":                {kind: boolean},
		"isDefault":                         {kind: boolean},
		"trafficPercentile":                 {kind: number},
		"type":                              {kind: text, enum: []string{"Control", "Treatment"}},
	})
)

// serviceFields are those of both compute types, for a document of either.
var serviceFields = aciFields.merge(aksFields)

var computeTypes = []string{"ACI", "AKS", "AKSENDPOINT", "AMLCOMPUTE", "IOT", "MIR", "UNKNOWN"}

// noCodeFrameworks can be served without an environment and code.
var noCodeFrameworks = map[string]bool{"Onnx": true, "ScikitLearn": true, "TensorFlow": true, "Multi": true}

// withDefaults returns given over defaults, nested objects member by member.
func withDefaults(given, defaults map[string]any) map[string]any {
	out := clone(defaults)
	for name, value := range given {
		nested, isObject := value.(map[string]any)
		base, hasBase := out[name].(map[string]any)
		if isObject && hasBase {
			merged := maps.Clone(base)
			maps.Copy(merged, nested)
			out[name] = merged
			continue
		}
		out[name] = value
	}
	return out
}

// aciDefaults and aksDefaults hold every key that a GET must show.
func aciDefaults(region string) map[string]any {
	return map[string]any{
		"description": nil, "kvTags": map[string]any{}, "properties": map[string]any{}, "imageId": nil,
		"deploymentType": "HttpRealtimeEndpoint", "location": region,
		"authEnabled": false, "sslEnabled": false, "appInsightsEnabled": false, "dataCollection": nil,
		"cname": nil, "vnetConfiguration": nil, "encryptionProperties": nil,
		"containerResourceRequirements": map[string]any{"cpu": 0.1, "memoryInGB": 0.5, "gpu": nil, "fpga": nil},
	}
}

func aksDefaults(w *workspace) map[string]any {
	return map[string]any{
		"description": nil, "kvTags": map[string]any{}, "properties": map[string]any{}, "imageId": nil,
		"deploymentType": "HttpRealtimeEndpoint", "namespace": "azureml-" + w.name,
		"authEnabled": true, "aadAuthEnabled": false, "appInsightsEnabled": false,
		"dataCollection": map[string]any{"storageEnabled": false, "eventHubEnabled": false},
		"numReplicas":    nil,
		"containerResourceRequirements": map[string]any{
			"cpu": 0.1, "cpuLimit": nil, "memoryInGB": 0.5, "memoryInGBLimit": nil, "gpu": nil, "fpga": nil,
		},
		"scoringTimeoutMs": 60000.0, "maxConcurrentRequestsPerContainer": 1.0, "maxQueueWaitMs": 500.0,
		"livenessProbeRequirements": map[string]any{
			"periodSeconds": 10.0, "initialDelaySeconds": 310.0, "timeoutSeconds": 2.0, "successThreshold": 1.0, "failureThreshold": 3.0,
		},
		"isDefault": nil, "trafficPercentile": nil, "type": nil,
	}
}

func autoScalerDefaults() map[string]any {
	return map[string]any{
		"autoscaleEnabled": true, "minReplicas": 1.0, "maxReplicas": 10.0, "targetUtilization": 70.0, "refreshPeriodInSeconds": 1.0,
	}
}

// autoScalerOff is how a service with a fixed number of replicas shows it.
func autoScalerOff() map[string]any {
	return map[string]any{
		"autoscaleEnabled": false, "minReplicas": nil, "maxReplicas": nil, "targetUtilization": nil, "refreshPeriodInSeconds": nil,
	}
}
