resource "mlws_aci_service" "iris" {
  name         = "iris"
  model_ids    = ["iris:1"]
  auth_enabled = true
}

data "mlws_service_keys" "iris" {
  service_id = mlws_aci_service.iris.id
}

output "primary_key" {
  value     = data.mlws_service_keys.iris.primary_key
  sensitive = true
}
