// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

func flattenACI(ctx context.Context, service *azureml.Service, prior deployment, d *deployment) {
	d.Location = values.ReturnedString(service.Location, prior.Location, sameLocation)
	if service.Location != nil && !sameLocation(prior.Location.ValueString(), *service.Location) {
		d.Location = types.StringValue(normalizeLocation(*service.Location))
	}
	d.DNSNameLabel = values.ReturnedString(dnsNameLabel(service), prior.DNSNameLabel, strings.EqualFold)
	d.SSL = flattenSSL(ctx, service, prior.SSL)
	d.VNet = types.ObjectNull(vnetTypes)
	if vnet := service.VNet; vnet != nil && vnet.VNetName != "" {
		d.VNet = vnetModel{VNetName: types.StringValue(vnet.VNetName), SubnetName: types.StringValue(vnet.SubnetName)}.object()
	}
	d.CMK = types.ObjectNull(cmkTypes)
	if cmk := service.Encryption; cmk != nil && cmk.KeyName != "" {
		d.CMK = cmkModel{
			VaultBaseURL: types.StringValue(cmk.VaultBaseURL), KeyName: types.StringValue(cmk.KeyName), KeyVersion: types.StringValue(cmk.KeyVersion),
		}.object()
	}
	d.FQDN = values.ComputedString(service.PublicFQDN)
	d.IPAddress = values.ComputedString(service.PublicIP)
}

// dnsNameLabel returns the label of the container group: as returned, or the
// first part of its host name, since older services do not return it.
func dnsNameLabel(service *azureml.Service) *string {
	if service.DNSNameLabel != nil && *service.DNSNameLabel != "" {
		return service.DNSNameLabel
	}
	if service.PublicFQDN == nil {
		return nil
	}
	label, rest, found := strings.Cut(*service.PublicFQDN, ".")
	if !found || !strings.Contains(rest, "azurecontainer") {
		return nil
	}
	return &label
}

// flattenSSL compares what the API returns of TLS: whether it is on, and the
// host name. The certificate and key come back empty, so they stay as they were.
func flattenSSL(ctx context.Context, service *azureml.Service, prior types.Object) types.Object {
	enabled := values.IsTruePointer(service.SSLEnabled)
	before := values.Decode[sslModel](ctx, prior)
	if before == nil {
		if !enabled {
			return types.ObjectNull(sslTypes)
		}
		return sslModel{Enabled: types.BoolValue(true), CName: values.ComputedString(service.CName)}.object()
	}
	after := *before
	after.KeyPEMWO = types.StringNull()
	after.Enabled = types.BoolValue(enabled)
	if enabled {
		after.CName = values.ComputedString(service.CName)
	}
	return after.object()
}

func flattenAKS(service *azureml.Service, resources *azureml.Resources, prior deployment, d *deployment) {
	d.ComputeName = values.ReturnedString(service.ComputeName, prior.ComputeName, strings.EqualFold)
	d.Namespace = values.ReturnedString(service.Namespace, prior.Namespace, func(a, b string) bool { return a == b })
	d.Autoscale, d.NumReplicas = flattenScaling(service)
	d.CPUCoresLimit = flattenLimit(resources.CPULimit, prior.CPUCoresLimit)
	d.MemoryGBLimit = flattenLimit(resources.MemoryGBLimit, prior.MemoryGBLimit)
	d.GPUCores = values.Int64Or(resources.GPU, defaultGPUCores)
	d.ScoringTimeoutMS = values.Int64Or(service.ScoringTimeoutMS, defaultScoringTimeoutMS)
	d.ReplicaMaxConcurrentRequests = values.Int64Or(service.MaxConcurrent, defaultMaxConcurrent)
	d.MaxRequestWaitTime = values.Int64Or(service.MaxQueueWaitMS, defaultMaxQueueWaitMS)
	d.LivenessProbe = flattenProbe(service.LivenessProbe)
}

// flattenLimit: no limit is null; some replies spell that 0.
func flattenLimit(value *float64, prior types.Float64) types.Float64 {
	if value == nil || *value == 0 {
		return types.Float64Null()
	}
	return flattenFloat(value, prior, types.Float64Null())
}

// flattenScaling reads the autoscaler and the replicas, which exclude each
// other: while the autoscaler is on, the number of replicas is its own affair.
// A reply without autoScaler has it off where it states a number of replicas.
func flattenScaling(service *azureml.Service) (autoscale types.Object, replicas types.Int64) {
	scaler := service.AutoScaler
	on := values.IsTruePointer(scaler.Enabled) || scaler == (azureml.AutoScaler{}) && service.NumReplicas == nil
	if !on {
		return autoscaleOff(), types.Int64PointerValue(service.NumReplicas)
	}
	return autoscaleModel{
		Enabled:           types.BoolValue(true),
		MinReplicas:       values.Int64Or(scaler.MinReplicas, defaultMinReplicas),
		MaxReplicas:       values.Int64Or(scaler.MaxReplicas, defaultMaxReplicas),
		TargetUtilization: values.Int64Or(scaler.TargetUtilization, defaultTargetUtilization),
		RefreshSeconds:    values.Int64Or(scaler.RefreshPeriodInSec, defaultRefreshSeconds),
	}.object(), types.Int64Null()
}

// flattenProbe: a probe or a member that the reply leaves out has its default.
func flattenProbe(probe azureml.LivenessProbe) types.Object {
	return livenessProbeModel{
		PeriodSeconds:       values.Int64Or(probe.PeriodSeconds, defaultProbePeriod),
		InitialDelaySeconds: values.Int64Or(probe.InitialDelaySeconds, defaultProbeInitialDelay),
		TimeoutSeconds:      values.Int64Or(probe.TimeoutSeconds, defaultProbeTimeout),
		SuccessThreshold:    values.Int64Or(probe.SuccessThreshold, defaultProbeSuccessThreshold),
		FailureThreshold:    values.Int64Or(probe.FailureThreshold, defaultProbeFailureThreshold),
	}.object()
}
