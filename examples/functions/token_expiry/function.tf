data "mlws_service_token" "iris" {
  service_id = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-demo/providers/Microsoft.MachineLearningServices/workspaces/ws-demo/services/iris"
}

output "expires_on" {
  # The time alone is no secret.
  value = nonsensitive(provider::mlws::token_expiry(data.mlws_service_token.iris.access_token))
}
