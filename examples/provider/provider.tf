terraform {
  required_providers {
    mlws = {
      source = "mlws/mlws"
    }
  }
}

# Credentials come from the ARM_* variables or the Azure CLI, as with azurerm.
provider "mlws" {
  subscription_id     = "22222222-2222-2222-2222-222222222222"
  resource_group_name = "rg-demo"
  workspace_name      = "ws-demo"
}

# A model of a framework that needs no scoring code, reached with a key.
resource "mlws_aci_service" "iris" {
  name         = "iris"
  model_ids    = ["iris:1"]
  auth_enabled = true
}

# Creating it makes a new key; so does terraform apply -replace=mlws_service_key.primary
resource "mlws_service_key" "primary" {
  service_id = mlws_aci_service.iris.id
  key_type   = "Primary"
}

output "scoring_uri" {
  value = mlws_aci_service.iris.scoring_uri
}

output "key" {
  value     = mlws_service_key.primary.key
  sensitive = true
}
