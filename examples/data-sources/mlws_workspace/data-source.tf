# The provider's workspace.
data "mlws_workspace" "this" {
}

output "api" {
  value = data.mlws_workspace.this.model_management_url
}
