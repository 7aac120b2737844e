# What the ACI service of the demo becomes in v2: `make demo` prints it, applies it,
# and scores both with one key. It reads the v1 service alone, and changes nothing.

terraform {
  required_version = ">= 1.8"

  required_providers {
    mlws = {
      source = "mlws/mlws"
    }
  }
}

provider "mlws" {}

variable "code" {
  description = "The folder with the code, among the artifacts of the workspace."
  type        = string
  default     = "LocalUpload/iris-v2"
}

variable "copy_keys" {
  description = "Whether the endpoint gets the keys of v1. Set it to false before v1 is deleted."
  type        = bool
  default     = true
}

data "mlws_workspace" "here" {}

locals {
  # The container azureml of the workspace's storage account holds all artifacts.
  artifacts = "https://${basename(data.mlws_workspace.here.storage_account_id)}.blob.core.windows.net/azureml"
}

data "mlws_service_v2_configuration" "iris" {
  name      = "iris-aci"
  code_uri  = "${local.artifacts}/${var.code}"
  copy_keys = var.copy_keys
}

output "configuration" {
  description = "The resources of azapi to apply."
  value       = data.mlws_service_v2_configuration.iris.hcl
}

output "requests" {
  description = "The same as bodies of requests, in their order, without the keys."
  value       = data.mlws_service_v2_configuration.iris.json
}

output "blockers" {
  description = "What stands in the way."
  value       = data.mlws_service_v2_configuration.iris.blockers[*].message
}
