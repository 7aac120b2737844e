// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

func readText(text string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: text}
}

func readBool(text string) schema.BoolAttribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: text}
}

func readInt(text string) schema.Int64Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: text}
}

func readFloat(text string) schema.Float64Attribute {
	return schema.Float64Attribute{Computed: true, MarkdownDescription: text}
}

func readMap(text string) schema.MapAttribute {
	return schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: text}
}

func readObject(text string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: text, Attributes: attributes}
}

func dataSourceSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Reads any web service of a workspace, on ACI or AKS, whoever deployed it. Its keys and tokens are not part of it.",
		Attributes: map[string]schema.Attribute{
			"id": readText("The full resource id of the service."),
			"service_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The full resource id of the service to read. Either this or `name`.",
				Validators:          []validator.String{validators.ServiceID},
			},
			"name": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "The name of the service to read. Either this or `service_id`.",
				Validators:          []validator.String{validators.NotEmpty},
			},
			"workspace_id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "The full resource id of the workspace of `name`. Default: the provider's workspace.",
				Validators:          []validator.String{validators.WorkspaceID},
			},
			"compute_type":        readText("What the service runs on: `ACI`, `AKS`, or another type that this provider does not deploy to."),
			"state":               readText("The state of the service: `Healthy`, `Unhealthy`, `Transitioning`, `Failed` or `Unschedulable`."),
			"error":               readText("Why the service is not healthy, where the API says so."),
			"description":         readText("What the service is for."),
			"tags":                readMap("Tags of the service."),
			"properties":          readMap("Properties of the service, those that the service itself adds included."),
			"model_ids":           schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The deployed models, each as `name:version`."},
			"environment_name":    readText("The name of the environment that the code runs in."),
			"environment_version": readText("The version of that environment."),
			"auth_enabled":        readBool("Whether scoring needs one of the service's keys."),
			"token_auth_enabled":  readBool("Whether scoring needs a short-lived token (AKS only)."),
			"cpu_cores":           readFloat("CPU cores that each replica requests."),
			"memory_gb":           readFloat("Memory that each replica requests, in gigabytes."),
			"enable_app_insights": readBool("Whether the service logs to Application Insights."),
			"collect_model_data":  readBool("Whether the inputs and outputs of the models are stored."),
			"scoring_uri":         readText("The URL to send scoring requests to."),
			"swagger_uri":         readText("The URL of the OpenAPI description of the service."),
			"created_at":          readText("When the service was created, as an RFC 3339 time."),
			"updated_at":          readText("When the service was last changed, as an RFC 3339 time."),

			"location":       readText("The Azure region of an ACI service."),
			"dns_name_label": readText("The first part of the host name of an ACI service."),
			"fqdn":           readText("The host name of an ACI service."),
			"ip_address":     readText("The public IP address of an ACI service."),
			"ssl_enabled":    readBool("Whether an ACI service has TLS. An AKS service inherits that of its cluster."),
			"cname":          readText("The host name of the certificate of an ACI service."),
			"vnet": readObject("The virtual network of an ACI service.", map[string]schema.Attribute{
				"vnet_name":   readText("The name of the virtual network."),
				"subnet_name": readText("The name of its subnet."),
			}),
			"cmk": readObject("The customer-managed key of an ACI service.", map[string]schema.Attribute{
				"vault_base_url": readText("The URL of the key vault."),
				"key_name":       readText("The name of the key."),
				"key_version":    readText("The version of the key."),
			}),

			"compute_name":       readText("The AKS compute target."),
			"namespace":          readText("The Kubernetes namespace of an AKS service."),
			"num_replicas":       readInt("The fixed number of replicas of an AKS service; null while it scales by itself."),
			"desired_replicas":   readInt("How many replicas an AKS service should have now."),
			"available_replicas": readInt("How many replicas of an AKS service answer now."),
			"autoscale": readObject("The autoscaler of an AKS service.", map[string]schema.Attribute{
				"enabled":            readBool("Whether the service scales by itself."),
				"min_replicas":       readInt("The least number of replicas."),
				"max_replicas":       readInt("The largest number of replicas."),
				"target_utilization": readInt("The share of busy replicas to aim for, in percent."),
				"refresh_seconds":    readInt("How often the autoscaler looks whether to act, in seconds."),
			}),
			"cpu_cores_limit":                 readFloat("The most CPU cores a replica of an AKS service may use; null for no limit."),
			"memory_gb_limit":                 readFloat("The most memory a replica of an AKS service may use, in gigabytes; null for no limit."),
			"gpu_cores":                       readInt("GPUs that each replica of an AKS service requests."),
			"scoring_timeout_ms":              readInt("How long one scoring request to an AKS service may take, in milliseconds."),
			"replica_max_concurrent_requests": readInt("How many requests one replica of an AKS service handles at a time."),
			"max_request_wait_time":           readInt("How long a request to an AKS service may wait in the queue, in milliseconds."),
			"liveness_probe": readObject("The liveness probe of an AKS service.", map[string]schema.Attribute{
				"period_seconds":        readInt("How often Kubernetes probes, in seconds."),
				"initial_delay_seconds": readInt("How long it waits before the first probe, in seconds."),
				"timeout_seconds":       readInt("How long a probe may take, in seconds."),
				"success_threshold":     readInt("Successes in a row that make a failed replica count as alive."),
				"failure_threshold":     readInt("Failures in a row after which a replica is restarted."),
			}),
		},
	}
}
