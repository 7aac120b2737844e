resource "mlws_aci_service" "iris" {
  name         = "iris"
  model_ids    = ["iris:1"]
  auth_enabled = true
}

# After a leak: terraform apply -invoke=action.mlws_regenerate_key.primary
action "mlws_regenerate_key" "primary" {
  config {
    service_id = mlws_aci_service.iris.id
    key_type   = "Primary"
  }
}
