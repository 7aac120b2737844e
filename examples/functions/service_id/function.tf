locals {
  workspace_id = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-demo/providers/Microsoft.MachineLearningServices/workspaces/ws-demo"
}

# The key of a service that Terraform does not manage.
resource "mlws_service_key" "primary" {
  service_id = provider::mlws::service_id(local.workspace_id, "iris")
  key_type   = "Primary"
}
