# The main job of the provider in one file: two deployments, one with keys and
# one with tokens, and the credentials of both. `make demo` runs it against the
# emulator; the provider takes its credentials and workspace from ARM_* and
# MLWS_* variables, so nothing here changes for a real workspace.

terraform {
  required_version = ">= 1.8"

  required_providers {
    mlws = {
      source = "mlws/mlws"
    }
  }
}

provider "mlws" {}

variable "model_id" {
  description = "The registered no-code model to deploy, as name:version."
  type        = string
  default     = "iris:1"
}

variable "compute_name" {
  description = "The AKS cluster, attached to the workspace, to deploy to."
  type        = string
  default     = "aks-demo"
}

variable "aks_key_auth" {
  description = "Key auth of the AKS service. It excludes token auth: true is refused at plan."
  type        = bool
  default     = null
}

# Container Instances: key auth is off unless you ask for it.
resource "mlws_aci_service" "iris" {
  name         = "iris-aci"
  description  = "Iris classifier, reached with a key"
  model_ids    = [var.model_id]
  auth_enabled = true

  tags = {
    team = "flowers"
  }
}

# Each key is regenerated when it is created. Rotate one with
# terraform apply -replace=mlws_service_key.primary
resource "mlws_service_key" "primary" {
  service_id = mlws_aci_service.iris.id
  key_type   = "Primary"
}

resource "mlws_service_key" "secondary" {
  service_id = mlws_aci_service.iris.id
  key_type   = "Secondary"
}

# Kubernetes: token auth instead of keys. auth_enabled follows as false.
resource "mlws_aks_service" "iris" {
  name               = "iris-aks"
  description        = "Iris classifier, reached with a short-lived token"
  model_ids          = [var.model_id]
  compute_name       = var.compute_name
  auth_enabled       = var.aks_key_auth
  token_auth_enabled = true
  num_replicas       = 1
}

data "mlws_service_token" "iris" {
  service_id = mlws_aks_service.iris.id
}

output "aci_scoring_uri" {
  description = "Where to score with a key."
  value       = mlws_aci_service.iris.scoring_uri
}

output "aks_scoring_uri" {
  description = "Where to score with a token."
  value       = mlws_aks_service.iris.scoring_uri
}
