// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package troubleshooting

// service are the messages of services.
var service = []Entry{
	{"Could not read the container log", "The log of the service could not be read.", "Follow the detail."},
	{"The container log is not shown", "The log may hold the keys of the service, and these could not be read, so that they cannot be removed from it.", "Ask for the action that the detail names."},
	{"Could not create the service", "Azure refused the deployment before it began. The detail has Azure's reason.", "Follow the detail."},
	{"Could not read the service", "The service could not be looked up.", "Follow the detail: it says whether the service is missing, the role is, or the network."},
	{"Could not change the service", "Azure refused the change. The service is as it was.", "Follow the detail, and apply again."},
	{"Could not delete the service", "Azure refused to delete the service, or its deletion was not seen to end.", "Follow the detail, and destroy again."},
	{"Could not deploy over the service", "Azure refused to deploy over the running service. The service is as it was.", "Follow the detail, and apply again."},
	{"Could not list the services", "The services of the workspace could not be read.", "Follow the detail."},
	{"The service was created, but did not become Healthy", "The image could not be built, or the container does not start. The detail has the operation's error, and the end of the log that tells most.", "Correct the cause and apply again: Terraform replaces the service. If it became Healthy by itself, run `terraform untaint`."},
	{"The service was changed, but did not become Healthy again", "The change was accepted, and its deployment failed.", "Correct the cause that the detail shows, and apply again."},
	{"The service was not changed", "The deployment of the change failed, and the old version still runs.", "Correct the cause, and apply again."},
	{"The operation of the deployment did not end well", "Azure reports a failed operation, but the service is Healthy and as it was to be.", "Nothing. If it happens again, show Azure's support the operation's id."},
	{"The service exists already", "The workspace has a service of this name that is not in the state.", "Import it with the block that the detail shows, or choose another name."},
	{"Another service of the same name exists now", "The service was deleted, and somebody else has created another one since.", "To keep that one, run `terraform state rm`. To delete it too, destroy again."},
	{"The service has become unhealthy", "The service was Healthy at the last run, and is not now. Nobody changed the configuration.", "Read its container log. Terraform changes nothing by itself."},
	{"The service is replaced", "A changed attribute cannot be updated, so the service is deleted and deployed again, with another address and other keys.", "Let it happen, or create the new one first, under another name: `create_before_destroy`."},
	{"The service is of another compute type", "The id names a service on ACI in a resource for AKS, or the other way round.", "Use the resource type that the detail names."},
	{"A service cannot move between ACI and AKS", "A `moved` block turns a service into one of the other compute type.", "Remove the block; deploy the new service beside the old one."},
	{"The service runs on something else", "A `moved` block takes over a service from azapi into the wrong resource type.", "Use the resource type that the detail names."},
	{"The azapi_resource is no web service", "A `moved` block names an object of azapi that is something else.", "Remove the block."},
	{"The azapi_resource has no valid service id", "The state of the azapi object has an id that does not name a service.", "Remove it with `terraform state rm`, and import the service."},
	{"The state of the azapi_resource cannot be read", "The state of the azapi object has an unexpected form.", "Remove it with `terraform state rm`, and import the service."},
}

// settings are the messages of single settings of a service.
var settings = []Entry{
	{"The compute target does not exist", "The workspace has no compute target of the name in `compute_name`.", "Attach the AKS cluster, or correct `compute_name`."},
	{"The compute target is not an AKS cluster", "`compute_name` names a compute instance or a training cluster.", "Name an attached AKS cluster."},
	{"The compute target is not ready", "The AKS cluster is still being attached, or attaching it failed.", "Wait for it or repair it, and apply again."},
	{"The limit is below the request", "`cpu_cores_limit` or `memory_gb_limit` is less than what the container asks for.", "Raise the limit, or lower the request."},
	{"Autoscaling and a fixed number of replicas exclude each other", "`num_replicas` is set beside an autoscaler that is on.", "Remove one of the two."},
	{"Without autoscaling, the number of replicas is needed", "`autoscale.enabled` is false, and `num_replicas` is not set.", "Set `num_replicas`, or remove `autoscale`."},
	{"The autoscaler's settings need the autoscaler", "A setting of `autoscale` is set while the autoscaler is off.", "Turn it on, or remove the setting."},
	{"The least number of replicas is above the largest", "`autoscale.min_replicas` is more than `autoscale.max_replicas`.", "Lower one, or raise the other."},
	{"TLS needs its certificate and key", "This change sends the TLS settings again, and Azure never returns certificate and key.", "Set `ssl.cert_pem` and `ssl.key_pem_wo`, or remove `ssl`."},
	{"TLS needs a certificate, a key and a host name", "A part of `ssl` is missing.", "Set it, or remove `ssl`."},
	{"One private key only", "`ssl.key_pem` and `ssl.key_pem_wo` are both set.", "Keep `ssl.key_pem_wo`, which is in no state."},
	{"The service is not named", "Neither `service_id` nor `name` is set.", "Set one of them."},
	{"The service is named twice", "`service_id` and `name` are both set.", "Remove one of them."},
	{"The workspace is named twice", "`service_id` already has the workspace in it.", "Remove `workspace_id`."},
	{"The service does not exist", "The workspace has no service of this name.", "Correct the name. If the same configuration deploys it, refer to that resource's `id`."},
	{"The service's attributes cannot be read", "This is a bug in the provider.", "Report it."},
}
