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
