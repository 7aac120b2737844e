// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/properties"
)

// expand returns the body of a create, or with overwrite of a redeployment.
// Both auth flags are sent on AKS and authEnabled on ACI, always: the defaults
// differ per compute type, and what the API makes of token auth alone is not known.
func expand(ctx context.Context, plan deployment, s secrets, image *azureml.EnvironmentImage, overwrite bool) azureml.CreateServiceRequest {
	request := azureml.CreateServiceRequest{
		Name:           plan.Name.ValueString(),
		ComputeType:    plan.compute,
		Description:    textPointer(plan.Description),
		Tags:           stringMap(plan.Tags),
		Properties:     stringMap(plan.Properties),
		Image:          image,
		Overwrite:      overwrite,
		AuthEnabled:    boolPointer(plan.AuthEnabled),
		AppInsights:    boolPointer(plan.EnableAppInsights),
		DataCollection: &azureml.DataCollection{StorageEnabled: boolPointer(plan.CollectModelData)},
		Resources: &azureml.Resources{
			CPU:      floatPointer(plan.CPUCores),
			MemoryGB: floatPointer(plan.MemoryGB),
		},
	}
	if plan.compute == azureml.ComputeACI {
		expandACI(ctx, plan, s, &request)
	} else {
		expandAKS(ctx, plan, &request)
	}
	return request
}

func expandACI(ctx context.Context, plan deployment, s secrets, request *azureml.CreateServiceRequest) {
	request.Location = textPointer(plan.Location)
	request.DNSNameLabel = textPointer(plan.DNSNameLabel)
	off := false
	request.SSLEnabled = &off
	if ssl := decode[sslModel](ctx, plan.SSL); ssl != nil {
		request.SSLEnabled = boolPointer(ssl.Enabled)
		request.SSLCertificate = textPointer(ssl.CertPEM)
		request.CName = textPointer(ssl.CName)
		if s.tlsKey != "" {
			request.SSLKey = &s.tlsKey
		}
	}
	if vnet := decode[vnetModel](ctx, plan.VNet); vnet != nil {
		request.VNet = &azureml.VNetConfiguration{
			VNetName: vnet.VNetName.ValueString(), SubnetName: vnet.SubnetName.ValueString(),
		}
	}
	if cmk := decode[cmkModel](ctx, plan.CMK); cmk != nil {
		request.Encryption = &azureml.EncryptionProperties{
			VaultBaseURL: cmk.VaultBaseURL.ValueString(), KeyName: cmk.KeyName.ValueString(), KeyVersion: cmk.KeyVersion.ValueString(),
		}
	}
}

func expandAKS(ctx context.Context, plan deployment, request *azureml.CreateServiceRequest) {
	request.AADAuthEnabled = boolPointer(plan.TokenAuthEnabled)
	request.ComputeName = textPointer(plan.ComputeName)
	request.Namespace = textPointer(plan.Namespace)
	request.NumReplicas = intPointer(plan.NumReplicas)
	request.Resources.CPULimit = floatPointer(plan.CPUCoresLimit)
	request.Resources.MemoryGBLimit = floatPointer(plan.MemoryGBLimit)
	request.Resources.GPU = intPointer(plan.GPUCores)
	request.ScoringTimeoutMS = intPointer(plan.ScoringTimeoutMS)
	request.MaxConcurrent = intPointer(plan.ReplicaMaxConcurrentRequests)
	request.MaxQueueWaitMS = intPointer(plan.MaxRequestWaitTime)
	if autoscale := decode[autoscaleModel](ctx, plan.Autoscale); autoscale != nil {
		request.AutoScaler = &azureml.AutoScaler{
			Enabled:            boolPointer(autoscale.Enabled),
			MinReplicas:        intPointer(autoscale.MinReplicas),
			MaxReplicas:        intPointer(autoscale.MaxReplicas),
			TargetUtilization:  intPointer(autoscale.TargetUtilization),
			RefreshPeriodInSec: intPointer(autoscale.RefreshSeconds),
		}
	}
	if probe := decode[livenessProbeModel](ctx, plan.LivenessProbe); probe != nil {
		request.LivenessProbe = &azureml.LivenessProbe{
			PeriodSeconds:       intPointer(probe.PeriodSeconds),
			InitialDelaySeconds: intPointer(probe.InitialDelaySeconds),
			TimeoutSeconds:      intPointer(probe.TimeoutSeconds),
			SuccessThreshold:    intPointer(probe.SuccessThreshold),
			FailureThreshold:    intPointer(probe.FailureThreshold),
		}
	}
}

// Null and unknown values are not sent.

func textPointer(value types.String) *string {
	if !set(value) {
		return nil
	}
	return value.ValueStringPointer()
}

func boolPointer(value types.Bool) *bool {
	if !set(value) {
		return nil
	}
	return value.ValueBoolPointer()
}

func intPointer(value types.Int64) *int64 {
	if !set(value) {
		return nil
	}
	return value.ValueInt64Pointer()
}

func floatPointer(value types.Float64) *float64 {
	if !set(value) {
		return nil
	}
	return value.ValueFloat64Pointer()
}

// stringMap returns the known elements of a map of strings.
func stringMap(value types.Map) map[string]string { return properties.Strings(value) }
