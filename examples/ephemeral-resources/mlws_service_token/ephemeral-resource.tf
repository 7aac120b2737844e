resource "mlws_aks_service" "iris" {
  name               = "iris"
  compute_name       = "aks-demo"
  model_ids          = ["iris:1"]
  token_auth_enabled = true
}

# The token reaches neither the state nor a plan, and is valid for an hour at least.
ephemeral "mlws_service_token" "iris" {
  service_id    = mlws_aks_service.iris.id
  min_remaining = "1h"
}
