// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/testrequest"
)

// check applies the rules between attributes to a configuration. It is called
// at validate, and again at apply before anything is sent, when every value is
// known. A null or unknown value never breaks a rule that its later value might keep.
func check(ctx context.Context, config deployment) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, violation := range authmode.Check(authCompute(config.compute), flagOf(config.AuthEnabled), flagOf(config.TokenAuthEnabled)) {
		if violation.Severity == authmode.Error {
			diags.AddAttributeError(path.Root(violation.Attribute), violation.Summary, violation.Detail())
		}
	}
	diags.Append(inference.Check(ctx, config.image())...)
	diags.Append(testrequest.Check(ctx, config.TestRequest)...)
	if config.compute == azureml.ComputeACI {
		diags.Append(checkSSL(ctx, config)...)
		return diags
	}
	diags.Append(checkScaling(ctx, config)...)
	diags.Append(checkLimits(config)...)
	return diags
}

func authCompute(compute azureml.ComputeType) authmode.Compute {
	if compute == azureml.ComputeACI {
		return authmode.ACI
	}
	return authmode.AKS
}

func flagOf(value types.Bool) authmode.Flag {
	return authmode.FlagOf(value.IsNull(), value.IsUnknown(), value.ValueBool())
}

// checkSSL holds the SDK's rule that TLS needs a certificate, its key and the host name.
func checkSSL(ctx context.Context, config deployment) diag.Diagnostics {
	var diags diag.Diagnostics
	ssl := values.Decode[sslModel](ctx, config.SSL)
	if ssl == nil {
		return diags
	}
	at := path.Root("ssl")
	if values.IsSet(ssl.KeyPEM) && values.IsSet(ssl.KeyPEMWO) {
		diags.AddAttributeError(at.AtName("key_pem_wo"), "One private key only",
			"ssl.key_pem and ssl.key_pem_wo cannot both be set. Keep ssl.key_pem_wo to have the key in no state, or ssl.key_pem.")
	}
	// Enabled left out means on.
	if ssl.Enabled.IsUnknown() || values.IsFalse(ssl.Enabled) {
		return diags
	}
	missing := func(name, text string) {
		diags.AddAttributeError(at.AtName(name), "TLS needs a certificate, a key and a host name",
			fmt.Sprintf("With ssl.enabled, ssl.cert_pem, ssl.key_pem (or ssl.key_pem_wo) and ssl.cname are all needed, and %s is not set. Set it, or remove ssl.", text))
	}
	if ssl.CertPEM.IsNull() {
		missing("cert_pem", "ssl.cert_pem")
	}
	if ssl.KeyPEM.IsNull() && ssl.KeyPEMWO.IsNull() {
		missing("key_pem", "the key")
	}
	if ssl.CName.IsNull() {
		missing("cname", "ssl.cname")
	}
	return diags
}

// checkScaling holds the SDK's rules on the autoscaler and fixed replicas.
func checkScaling(ctx context.Context, config deployment) diag.Diagnostics {
	var diags diag.Diagnostics
	autoscale := values.Decode[autoscaleModel](ctx, config.Autoscale)
	if autoscale == nil {
		return diags
	}
	at := path.Root("autoscale")
	if values.IsTrue(autoscale.Enabled) && values.IsSet(config.NumReplicas) {
		diags.AddAttributeError(path.Root("num_replicas"), "Autoscaling and a fixed number of replicas exclude each other",
			"autoscale.enabled is true and num_replicas is set. Remove num_replicas to let the service scale by itself, or set autoscale = { enabled = false } to keep num_replicas.")
	}
	if values.IsFalse(autoscale.Enabled) && config.NumReplicas.IsNull() {
		diags.AddAttributeError(path.Root("num_replicas"), "Without autoscaling, the number of replicas is needed",
			"autoscale.enabled is false and num_replicas is not set. Set num_replicas, or remove autoscale to let the service scale by itself.")
	}
	// Left out, enabled follows from num_replicas: autoscaling is on without it.
	if values.IsFalse(autoscale.Enabled) || autoscale.Enabled.IsNull() && values.IsSet(config.NumReplicas) {
		members := []struct {
			name  string
			value types.Int64
		}{
			{"min_replicas", autoscale.MinReplicas},
			{"max_replicas", autoscale.MaxReplicas},
			{"target_utilization", autoscale.TargetUtilization},
			{"refresh_seconds", autoscale.RefreshSeconds},
		}
		for _, member := range members {
			if values.IsSet(member.value) {
				diags.AddAttributeError(at.AtName(member.name), "The autoscaler's settings need the autoscaler",
					fmt.Sprintf("autoscale.%s is set, but the autoscaler is off: autoscale.enabled is false, or num_replicas is set. "+
						"Remove num_replicas and set autoscale.enabled = true to scale, or remove autoscale.%s.", member.name, member.name))
			}
		}
		return diags
	}
	least, most := autoscale.MinReplicas, autoscale.MaxReplicas
	if least.IsNull() {
		least = types.Int64Value(defaultMinReplicas)
	}
	if most.IsNull() {
		most = types.Int64Value(defaultMaxReplicas)
	}
	if values.IsSet(least) && values.IsSet(most) && least.ValueInt64() > most.ValueInt64() {
		diags.AddAttributeError(at.AtName("min_replicas"), "The least number of replicas is above the largest",
			fmt.Sprintf("autoscale.min_replicas (%d) cannot be greater than autoscale.max_replicas (%d; default %d). Lower min_replicas or raise max_replicas.",
				least.ValueInt64(), most.ValueInt64(), defaultMaxReplicas))
	}
	return diags
}

// checkLimits holds the rule that a limit is at least the request.
func checkLimits(config deployment) diag.Diagnostics {
	var diags diag.Diagnostics
	compare := func(requestName string, request types.Float64, fallback float64, limitName string, limit types.Float64) {
		if !values.IsSet(limit) || request.IsUnknown() {
			return
		}
		requested := fallback
		if !request.IsNull() {
			requested = request.ValueFloat64()
		}
		if limit.ValueFloat64() < requested {
			diags.AddAttributeError(path.Root(limitName), "The limit is below the request",
				fmt.Sprintf("%s (%g) must be greater than or equal to %s (%g; default %g). Raise %s or lower %s.",
					limitName, limit.ValueFloat64(), requestName, requested, fallback, limitName, requestName))
		}
	}
	compare("cpu_cores", config.CPUCores, defaultCPUCores, "cpu_cores_limit", config.CPUCoresLimit)
	compare("memory_gb", config.MemoryGB, defaultMemoryGB, "memory_gb_limit", config.MemoryGBLimit)
	return diags
}
