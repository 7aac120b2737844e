# The latest version of a model that a training pipeline registers. A new one updates the service in place, with the next apply.
data "mlws_model" "iris" {
  name = "iris"
}

resource "mlws_aci_service" "iris" {
  name         = "iris"
  model_ids    = [data.mlws_model.iris.model_id]
  auth_enabled = true
}

# A version that stays the same.
data "mlws_model" "first" {
  name    = "iris"
  version = 1
}
