// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import "github.com/mlws/terraform-provider-mlws/internal/emulator/api"

// Kinds of compute, which decide which members a deployment has.
const (
	managed    = "Managed"
	kubernetes = "Kubernetes"

	defaultScaling    = "Default"
	targetUtilization = "TargetUtilization"
)

var (
	probe = object(api.Fields{
		"failureThreshold": integer, "successThreshold": integer, "initialDelay": duration, "period": duration, "timeout": duration,
	})
	collection = object(api.Fields{
		"clientId": someText, "dataId": someText, "dataCollectionMode": onOff, "samplingRate": integer,
	})
	quantities = object(api.Fields{"cpu": someText, "gpu": someText, "memory": someText})

	commonDeployment = api.Fields{
		"appInsightsEnabled": flag, "egressPublicNetworkAccess": onOff, "instanceType": someText, "model": someText, "modelMountPath": someText,
		"description": someText, "environmentId": someText, "environmentVariables": userTexts, "properties": userTexts, "provisioningState": ignored,
		"livenessProbe": probe, "readinessProbe": probe, "startupProbe": probe,
		"codeConfiguration": object(api.Fields{"codeId": someText, "scoringScript": nameText}),
		"requestSettings":   object(api.Fields{"maxConcurrentRequestsPerInstance": integer, "maxQueueWait": duration, "requestTimeout": duration}),
		"dataCollector": object(api.Fields{
			"collections":    must(api.Field{Kind: api.Map, Values: &collection}),
			"requestLogging": object(api.Fields{"captureHeaders": {Kind: api.TextList}}),
			"rollingRate":    oneOf("Year", "Month", "Day", "Hour", "Minute"),
		}),
		"endpointComputeType": must(oneOf(kubernetes, managed)),
	}
	scaleType     = must(oneOf(defaultScaling, targetUtilization))
	defaultScale  = object(api.Fields{"scaleType": scaleType})
	targetedScale = object(api.Fields{
		"scaleType": scaleType, "maxInstances": integer, "minInstances": integer, "pollingInterval": duration, "targetUtilizationPercentage": integer,
	})
	containerResources = object(api.Fields{"containerResourceLimits": quantities, "containerResourceRequests": quantities})

	logFields = api.Fields{"containerType": oneOf("StorageInitializer", "InferenceServer"), "tail": integer}
)

// deploymentFields is the table of a deployment. Two members of the request choose
// between variants: the kind of compute, and the kind of scaling. A request that names
// no variant is told only that: the members of all variants pass.
func deploymentFields(request map[string]any) api.Fields {
	p := properties(request)
	fields := commonDeployment.Merge(api.Fields{"scaleSettings": targetedScale})
	if text(p, "endpointComputeType") != managed {
		fields["containerResourceRequirements"] = containerResources
	}
	if scale, _ := p["scaleSettings"].(map[string]any); text(scale, "scaleType") == defaultScaling {
		fields["scaleSettings"] = defaultScale
	}
	return trackedFields.Merge(api.Fields{"properties": must(object(fields))})
}
