# Blocks that fragments in guides refer to. The test adds those to a fragment that it
# does not declare.

resource "mlws_aci_service" "iris" {
  name         = "iris"
  model_ids    = ["iris:1"]
  auth_enabled = true
}

resource "mlws_aks_service" "iris" {
  name               = "iris-aks"
  compute_name       = "aks-demo"
  model_ids          = ["iris:1"]
  token_auth_enabled = true
}

data "azurerm_machine_learning_workspace" "this" {
  name                = "ws-demo"
  resource_group_name = "rg-demo"
}

data "azurerm_key_vault" "clients" {
  name                = "clients"
  resource_group_name = "rg-demo"
}

resource "azurerm_user_assigned_identity" "scorer" {
  name                = "iris-scorer"
  resource_group_name = "rg-demo"
  location            = "westeurope"
}

ephemeral "mlws_service_keys" "iris" {
  service_id = mlws_aci_service.iris.id
}

resource "azapi_resource" "iris" {
  type      = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints@2026-05-01"
  parent_id = mlws_aci_service.iris.workspace_id
  name      = "iris-v2"
  location  = "westeurope"
}

resource "mlws_service_key_rotation" "iris" {
  service_id = mlws_aci_service.iris.id
}

variable "iris_key" {
  type      = string
  sensitive = true
  ephemeral = true
}

data "mlws_services" "all" {
}

data "mlws_workspace" "this" {
}

ephemeral "azurerm_key_vault_secret" "iris" {
  name         = "iris-key"
  key_vault_id = data.azurerm_key_vault.clients.id
}
