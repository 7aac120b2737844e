// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type autoscaleModel struct {
	Enabled           types.Bool  `tfsdk:"enabled"`
	MinReplicas       types.Int64 `tfsdk:"min_replicas"`
	MaxReplicas       types.Int64 `tfsdk:"max_replicas"`
	TargetUtilization types.Int64 `tfsdk:"target_utilization"`
	RefreshSeconds    types.Int64 `tfsdk:"refresh_seconds"`
}

var autoscaleTypes = map[string]attr.Type{
	"enabled":            types.BoolType,
	"min_replicas":       types.Int64Type,
	"max_replicas":       types.Int64Type,
	"target_utilization": types.Int64Type,
	"refresh_seconds":    types.Int64Type,
}

// The autoscaler's defaults (azureml-core 1.51); autoscaling is on where neither it nor
// a number of replicas is configured.
const (
	defaultMinReplicas       = 1
	defaultMaxReplicas       = 10
	defaultTargetUtilization = 70
	defaultRefreshSeconds    = 1
)

func (m autoscaleModel) object() types.Object {
	return types.ObjectValueMust(autoscaleTypes, map[string]attr.Value{
		"enabled":            m.Enabled,
		"min_replicas":       m.MinReplicas,
		"max_replicas":       m.MaxReplicas,
		"target_utilization": m.TargetUtilization,
		"refresh_seconds":    m.RefreshSeconds,
	})
}

// autoscaleOff is the autoscaler of a service with a fixed number of replicas.
func autoscaleOff() types.Object {
	return autoscaleModel{Enabled: types.BoolValue(false)}.object()
}

type livenessProbeModel struct {
	PeriodSeconds       types.Int64 `tfsdk:"period_seconds"`
	InitialDelaySeconds types.Int64 `tfsdk:"initial_delay_seconds"`
	TimeoutSeconds      types.Int64 `tfsdk:"timeout_seconds"`
	SuccessThreshold    types.Int64 `tfsdk:"success_threshold"`
	FailureThreshold    types.Int64 `tfsdk:"failure_threshold"`
}

var livenessProbeTypes = map[string]attr.Type{
	"period_seconds":        types.Int64Type,
	"initial_delay_seconds": types.Int64Type,
	"timeout_seconds":       types.Int64Type,
	"success_threshold":     types.Int64Type,
	"failure_threshold":     types.Int64Type,
}

// The defaults of the liveness probe. The timeout is 2 in the service's
// documentation and 1 in the SDK's class documentation; the former is what
// the SDK's deployment sends.
const (
	defaultProbePeriod           = 10
	defaultProbeInitialDelay     = 310
	defaultProbeTimeout          = 2
	defaultProbeSuccessThreshold = 1
	defaultProbeFailureThreshold = 3
)

func (m livenessProbeModel) object() types.Object {
	return types.ObjectValueMust(livenessProbeTypes, map[string]attr.Value{
		"period_seconds":        m.PeriodSeconds,
		"initial_delay_seconds": m.InitialDelaySeconds,
		"timeout_seconds":       m.TimeoutSeconds,
		"success_threshold":     m.SuccessThreshold,
		"failure_threshold":     m.FailureThreshold,
	})
}

func defaultLivenessProbe() types.Object {
	return livenessProbeModel{
		PeriodSeconds:       types.Int64Value(defaultProbePeriod),
		InitialDelaySeconds: types.Int64Value(defaultProbeInitialDelay),
		TimeoutSeconds:      types.Int64Value(defaultProbeTimeout),
		SuccessThreshold:    types.Int64Value(defaultProbeSuccessThreshold),
		FailureThreshold:    types.Int64Value(defaultProbeFailureThreshold),
	}.object()
}

type sslModel struct {
	Enabled         types.Bool   `tfsdk:"enabled"`
	CertPEM         types.String `tfsdk:"cert_pem"`
	KeyPEM          types.String `tfsdk:"key_pem"`
	KeyPEMWO        types.String `tfsdk:"key_pem_wo"`
	KeyPEMWOVersion types.Int64  `tfsdk:"key_pem_wo_version"`
	CName           types.String `tfsdk:"cname"`
}

var sslTypes = map[string]attr.Type{
	"enabled":            types.BoolType,
	"cert_pem":           types.StringType,
	"key_pem":            types.StringType,
	"key_pem_wo":         types.StringType,
	"key_pem_wo_version": types.Int64Type,
	"cname":              types.StringType,
}

func (m sslModel) object() types.Object {
	return types.ObjectValueMust(sslTypes, map[string]attr.Value{
		"enabled":            m.Enabled,
		"cert_pem":           m.CertPEM,
		"key_pem":            m.KeyPEM,
		"key_pem_wo":         m.KeyPEMWO,
		"key_pem_wo_version": m.KeyPEMWOVersion,
		"cname":              m.CName,
	})
}

type vnetModel struct {
	VNetName   types.String `tfsdk:"vnet_name"`
	SubnetName types.String `tfsdk:"subnet_name"`
}

var vnetTypes = map[string]attr.Type{
	"vnet_name":   types.StringType,
	"subnet_name": types.StringType,
}

func (m vnetModel) object() types.Object {
	return types.ObjectValueMust(vnetTypes, map[string]attr.Value{
		"vnet_name": m.VNetName, "subnet_name": m.SubnetName,
	})
}

type cmkModel struct {
	VaultBaseURL types.String `tfsdk:"vault_base_url"`
	KeyName      types.String `tfsdk:"key_name"`
	KeyVersion   types.String `tfsdk:"key_version"`
}

var cmkTypes = map[string]attr.Type{
	"vault_base_url": types.StringType,
	"key_name":       types.StringType,
	"key_version":    types.StringType,
}

func (m cmkModel) object() types.Object {
	return types.ObjectValueMust(cmkTypes, map[string]attr.Value{
		"vault_base_url": m.VaultBaseURL, "key_name": m.KeyName, "key_version": m.KeyVersion,
	})
}
