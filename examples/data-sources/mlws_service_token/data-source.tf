resource "mlws_aks_service" "iris" {
  name               = "iris"
  compute_name       = "aks-demo"
  model_ids          = ["iris:1"]
  token_auth_enabled = true
}

data "mlws_service_token" "iris" {
  service_id = mlws_aks_service.iris.id

  # Reads the token after the service has switched to token auth.
  depends_on = [mlws_aks_service.iris]
}

# Every plan reads a new token, so every plan shows a change of this output.
output "token" {
  value     = data.mlws_service_token.iris.access_token
  sensitive = true
}
