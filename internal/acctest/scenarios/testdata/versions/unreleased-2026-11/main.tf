variable "change" {
  type    = string
  default = "before"
}

resource "mlws_model" "iris" {
  name        = "own-iris"
  path        = "model"
  description = var.change
  tags        = { step = var.change }
}

resource "mlws_aci_service" "keys" {
  name         = "keys"
  model_ids    = ["iris:1"]
  auth_enabled = true
  tags         = { step = var.change }
}

resource "mlws_aci_service" "code" {
  name      = "code"
  model_ids = ["${mlws_model.iris.name}:${mlws_model.iris.version}"]
  cpu_cores = var.change == "before" ? 0.1 : 0.2
  inference_config = {
    source_directory = "src"
    entry_script     = "score.py"
    environment      = { name = "sklearn-env", version = "1" }
  }
}

resource "mlws_aks_service" "keys" {
  name         = "aks-keys"
  compute_name = "aks-demo"
  model_ids    = ["iris:1"]
  autoscale    = { enabled = true, max_replicas = var.change == "before" ? 3 : 4 }
}

resource "mlws_aks_service" "tokens" {
  name               = "aks-tokens"
  compute_name       = "aks-demo"
  model_ids          = ["iris:1"]
  num_replicas       = 1
  token_auth_enabled = true
  scoring_timeout_ms = var.change == "before" ? 30000 : 40000
}

resource "mlws_service_key" "primary" {
  service_id = mlws_aci_service.keys.id
  key_type   = "Primary"
  triggers   = { step = var.change }
}

resource "mlws_service_key" "secondary" {
  service_id = mlws_aci_service.keys.id
  key_type   = "Secondary"
  store_key  = false
}

resource "mlws_service_key_rotation" "aks" {
  service_id = mlws_aks_service.keys.id
  triggers   = { step = var.change }
}
