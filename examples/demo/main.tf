# The main job of the provider in one file: a model and its code, deployed twice,
# once with keys and once with tokens, and the credentials of both. `make demo`
# runs it against the emulator. The provider takes its credentials and workspace
# from ARM_* and MLWS_* variables, so the same file works for a real workspace.

terraform {
  required_version = ">= 1.8"

  required_providers {
    mlws = {
      source = "mlws/mlws"
    }
  }
}

provider "mlws" {}

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

# The trained parameters. A changed file becomes the next version: Terraform
# registers it, moves the services to it, and then deletes the old version.
resource "mlws_model" "iris" {
  name        = "iris-softmax"
  description = "Softmax regression on the four measures of Fisher's irises"
  path        = "${path.module}/model/iris.json"

  lifecycle {
    create_before_destroy = true
  }
}

# Model.deploy calls this an InferenceConfig. A changed file in src is deployed in
# place: the services keep their addresses and keys.
locals {
  inference = {
    entry_script     = "score.py"
    source_directory = "${path.module}/src"

    environment = {
      name       = "iris"
      base_image = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"

      conda_dependencies = yamlencode({
        dependencies = ["python=3.8", { pip = ["azureml-defaults"] }]
      })
    }
  }
}

# Container Instances: key auth is off by default. The apply succeeds only if the
# service answers this request.
resource "mlws_aci_service" "iris" {
  name             = "iris-aci"
  description      = "Iris classifier, reached with a key"
  model_ids        = [mlws_model.iris.model_id]
  inference_config = local.inference
  auth_enabled     = true

  test_request = {
    body = jsonencode({ data = [[5.1, 3.5, 1.4, 0.2]] })
  }

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

# Kubernetes: token auth instead of keys. auth_enabled is planned as false.
resource "mlws_aks_service" "iris" {
  name               = "iris-aks"
  description        = "Iris classifier, reached with a short-lived token"
  model_ids          = [mlws_model.iris.model_id]
  inference_config   = local.inference
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

output "primary_key" {
  description = "The key to score with: terraform output -raw primary_key."
  value       = mlws_service_key.primary.key
  sensitive   = true
}
