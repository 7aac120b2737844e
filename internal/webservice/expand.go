// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// expand returns the body of a create, or with overwrite of a redeployment.
// Both auth flags are sent on AKS and authEnabled on ACI, always: the defaults
// differ per compute type, and what the API makes of token auth alone is not known.
func expand(ctx context.Context, plan deployment, s secrets, image *azureml.EnvironmentImage, overwrite bool) azureml.CreateServiceRequest {
	request := azureml.CreateServiceRequest{Overwrite: overwrite, ServiceSpec: azureml.ServiceSpec{
		Name:           plan.Name.ValueString(),
		ComputeType:    plan.compute,
		Description:    values.StringPointer(plan.Description),
		Tags:           values.Strings(plan.Tags),
		Properties:     values.Strings(plan.Properties),
		Image:          image,
		AuthEnabled:    values.BoolPointer(plan.AuthEnabled),
		AppInsights:    values.BoolPointer(plan.EnableAppInsights),
		DataCollection: azureml.DataCollection{StorageEnabled: values.BoolPointer(plan.CollectModelData)},
		Resources: azureml.Resources{
			CPU:      values.Float64Pointer(plan.CPUCores),
			MemoryGB: values.Float64Pointer(plan.MemoryGB),
		},
	}}
	if plan.compute == azureml.ComputeACI {
		expandACI(ctx, plan, s, &request)
	} else {
		expandAKS(ctx, plan, &request)
	}
	return request
}

func expandACI(ctx context.Context, plan deployment, s secrets, request *azureml.CreateServiceRequest) {
	request.Location = values.StringPointer(plan.Location)
	request.DNSNameLabel = values.StringPointer(plan.DNSNameLabel)
	off := false
	request.SSLEnabled = &off
	if ssl := values.Decode[sslModel](ctx, plan.SSL); ssl != nil {
		request.SSLEnabled = values.BoolPointer(ssl.Enabled)
		request.SSLCertificate = values.StringPointer(ssl.CertPEM)
		request.CName = values.StringPointer(ssl.CName)
		if s.tlsKey != "" {
			request.SSLKey = &s.tlsKey
		}
	}
	if vnet := values.Decode[vnetModel](ctx, plan.VNet); vnet != nil {
		request.VNet = &azureml.VNetConfiguration{
			VNetName: vnet.VNetName.ValueString(), SubnetName: vnet.SubnetName.ValueString(),
		}
	}
	if cmk := values.Decode[cmkModel](ctx, plan.CMK); cmk != nil {
		request.Encryption = &azureml.EncryptionProperties{
			VaultBaseURL: cmk.VaultBaseURL.ValueString(), KeyName: cmk.KeyName.ValueString(), KeyVersion: cmk.KeyVersion.ValueString(),
		}
	}
}

func expandAKS(ctx context.Context, plan deployment, request *azureml.CreateServiceRequest) {
	request.AADAuthEnabled = values.BoolPointer(plan.TokenAuthEnabled)
	request.ComputeName = values.StringPointer(plan.ComputeName)
	request.Namespace = values.StringPointer(plan.Namespace)
	request.NumReplicas = values.Int64Pointer(plan.NumReplicas)
	request.Resources.CPULimit = values.Float64Pointer(plan.CPUCoresLimit)
	request.Resources.MemoryGBLimit = values.Float64Pointer(plan.MemoryGBLimit)
	request.Resources.GPU = values.Int64Pointer(plan.GPUCores)
	request.ScoringTimeoutMS = values.Int64Pointer(plan.ScoringTimeoutMS)
	request.MaxConcurrent = values.Int64Pointer(plan.ReplicaMaxConcurrentRequests)
	request.MaxQueueWaitMS = values.Int64Pointer(plan.MaxRequestWaitTime)
	if autoscale := values.Decode[autoscaleModel](ctx, plan.Autoscale); autoscale != nil {
		request.AutoScaler = azureml.AutoScaler{
			Enabled:            values.BoolPointer(autoscale.Enabled),
			MinReplicas:        values.Int64Pointer(autoscale.MinReplicas),
			MaxReplicas:        values.Int64Pointer(autoscale.MaxReplicas),
			TargetUtilization:  values.Int64Pointer(autoscale.TargetUtilization),
			RefreshPeriodInSec: values.Int64Pointer(autoscale.RefreshSeconds),
		}
	}
	if probe := values.Decode[livenessProbeModel](ctx, plan.LivenessProbe); probe != nil {
		request.LivenessProbe = azureml.LivenessProbe{
			PeriodSeconds:       values.Int64Pointer(probe.PeriodSeconds),
			InitialDelaySeconds: values.Int64Pointer(probe.InitialDelaySeconds),
			TimeoutSeconds:      values.Int64Pointer(probe.TimeoutSeconds),
			SuccessThreshold:    values.Int64Pointer(probe.SuccessThreshold),
			FailureThreshold:    values.Int64Pointer(probe.FailureThreshold),
		}
	}
}
