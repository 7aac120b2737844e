// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package services

import (
	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/registry"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// The fields of a create request for each compute type, and which of them a JSON
// Patch can replace: the paths that the SDK patches. All others are refused, since
// nobody knows whether the service would take them.
var (
	keysField = api.Field{Kind: api.Object, Fields: api.Fields{"primaryKey": {Kind: api.Text}, "secondaryKey": {Kind: api.Text}}}

	collectionField = api.Field{Kind: api.Object, Fields: api.Fields{"storageEnabled": {Kind: api.Boolean}, "eventHubEnabled": {Kind: api.Boolean}}}

	resourceFields = api.Fields{
		"cpu": {Kind: api.Number}, "memoryInGB": {Kind: api.Number}, "gpu": {Kind: api.Integer}, "fpga": {Kind: api.Integer},
	}

	// The limits are sent by the SDK for AKS and stand in no specification.
	limitedResourceFields = resourceFields.Merge(api.Fields{
		"cpu": {Kind: api.Number, Patched: true}, "memoryInGB": {Kind: api.Number, Patched: true}, "gpu": {Kind: api.Integer, Patched: true, Nullable: true},
		"cpuLimit": {Kind: api.Number, Patched: true, Nullable: true}, "memoryInGBLimit": {Kind: api.Number, Patched: true, Nullable: true},
	})

	autoScalerFields = api.Fields{
		"autoscaleEnabled": {Kind: api.Boolean, Patched: true}, "minReplicas": {Kind: api.Integer, Patched: true}, "maxReplicas": {Kind: api.Integer, Patched: true},
		"targetUtilization": {Kind: api.Integer, Patched: true}, "refreshPeriodInSeconds": {Kind: api.Integer, Patched: true},
	}

	probeFields = api.Fields{
		"periodSeconds": {Kind: api.Integer, Patched: true}, "initialDelaySeconds": {Kind: api.Integer, Patched: true}, "timeoutSeconds": {Kind: api.Integer, Patched: true},
		"successThreshold": {Kind: api.Integer, Patched: true}, "failureThreshold": {Kind: api.Integer, Patched: true},
	}

	imageRequestFields = api.Fields{
		"driverProgram": {Kind: api.Text},
		"assets": {Kind: api.List, Fields: api.Fields{
			"id": {Kind: api.Text, Required: true}, "url": {Kind: api.Text, Required: true}, "mimeType": {Kind: api.Text}, "unpack": {Kind: api.Boolean},
		}},
		"modelIds":             {Kind: api.TextList},
		"models":               registry.InlineModels,
		"environment":          registry.DeployedEnvironment,
		"environmentReference": {Kind: api.Object, Fields: api.Fields{"name": {Kind: api.Text, Required: true}, "version": {Kind: api.Text}}},
	}

	commonFields = api.Fields{
		"name":                    {Kind: api.Text, Required: true},
		"computeType":             {Kind: api.Text, Required: true, Enum: computeTypes},
		"description":             {Kind: api.Text, Patched: true, Nullable: true},
		"kvTags":                  {Kind: api.StringMap, Patched: true, Nullable: true},
		"properties":              {Kind: api.StringMap},
		"keys":                    keysField,
		"environmentImageRequest": {Kind: api.Object, Fields: imageRequestFields, Patched: true},
		"imageId":                 {Kind: api.Text, Patched: true},
		"location":                {Kind: api.Text},
		"overwrite":               {Kind: api.Boolean},
		"deploymentType":          {Kind: api.Text, Enum: []string{"GRPCRealtimeEndpoint", "HttpRealtimeEndpoint", "Batch"}},
		"deployedApiOptions":      {Kind: api.Object, Fields: api.Fields{"flavor": {Kind: api.Text, Enum: []string{"AzureMlApp", "FunctionsApp"}}}},
		"authEnabled":             {Kind: api.Boolean, Patched: true},
		"appInsightsEnabled":      {Kind: api.Boolean, Patched: true},
		"dataCollection":          collectionField,
	}

	aciFields = commonFields.Merge(api.Fields{
		"containerResourceRequirements": {Kind: api.Object, Fields: resourceFields},
		"sslEnabled":                    {Kind: api.Boolean, Patched: true},
		"sslCertificate":                {Kind: api.Text, Patched: true},
		"sslKey":                        {Kind: api.Text, Patched: true},
		"cname":                         {Kind: api.Text, Patched: true, Nullable: true},
		"dnsNameLabel":                  {Kind: api.Text},
		"vnetConfiguration":             {Kind: api.Object, Fields: api.Fields{"vnetName": {Kind: api.Text}, "subnetName": {Kind: api.Text}}},
		"encryptionProperties": {Kind: api.Object, Fields: api.Fields{
			"vaultBaseUrl": {Kind: api.Text}, "keyName": {Kind: api.Text}, "keyVersion": {Kind: api.Text},
		}},
	})

	aksFields = commonFields.Merge(api.Fields{
		"dataCollection": {Kind: api.Object, Fields: api.Fields{
			"storageEnabled": {Kind: api.Boolean, Patched: true}, "eventHubEnabled": {Kind: api.Boolean},
		}},
		"aadAuthEnabled":                    {Kind: api.Boolean, Patched: true},
		"computeName":                       {Kind: api.Text},
		"namespace":                         {Kind: api.Text, Patched: true},
		"numReplicas":                       {Kind: api.Integer, Patched: true, Nullable: true},
		"autoScaler":                        {Kind: api.Object, Fields: autoScalerFields},
		"containerResourceRequirements":     {Kind: api.Object, Fields: limitedResourceFields},
		"scoringTimeoutMs":                  {Kind: api.Integer, Patched: true},
		"maxConcurrentRequestsPerContainer": {Kind: api.Integer, Patched: true},
		"maxQueueWaitMs":                    {Kind: api.Integer, Patched: true},
		"livenessProbeRequirements":         {Kind: api.Object, Fields: probeFields},
		"storageInitEnabled":                {Kind: api.Boolean},
		"isDefault":                         {Kind: api.Boolean},
		"trafficPercentile":                 {Kind: api.Number},
		"type":                              {Kind: api.Text, Enum: []string{"Control", "Treatment"}},
	})
)

// serviceFields are those of both compute types, for a document of either.
var serviceFields = aciFields.Merge(aksFields)

var computeTypes = []string{"ACI", "AKS", "AKSENDPOINT", "AMLCOMPUTE", "IOT", "MIR", "UNKNOWN"}

// noCodeFrameworks can be served without an environment and code.
var noCodeFrameworks = map[string]bool{"Onnx": true, "ScikitLearn": true, "TensorFlow": true, "Multi": true}

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

func aksDefaults(w *state.Workspace) map[string]any {
	return map[string]any{
		"description": nil, "kvTags": map[string]any{}, "properties": map[string]any{}, "imageId": nil,
		"deploymentType": "HttpRealtimeEndpoint", "namespace": "azureml-" + w.Name,
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
