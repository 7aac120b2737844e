resource "mlws_aks_service" "iris" {
  name               = "iris"
  compute_name       = "aks-demo"
  model_ids          = ["iris:1"]
  token_auth_enabled = true
}

# The token is in no state and no plan, and is valid for at least an hour.
ephemeral "mlws_service_token" "iris" {
  service_id    = mlws_aks_service.iris.id
  min_remaining = "1h"
}
