# The latest version of a model, for example from a training pipeline. The next apply updates the service to it in place.
data "mlws_model" "iris" {
  name = "iris"
}

resource "mlws_aci_service" "iris" {
  name         = "iris"
  model_ids    = [data.mlws_model.iris.model_id]
  auth_enabled = true
}

# A fixed version.
data "mlws_model" "first" {
  name    = "iris"
  version = 1
}
