resource "mlws_aci_service" "iris" {
  name         = "iris"
  model_ids    = ["iris:1"]
  auth_enabled = true
}

# Rotate it with: terraform apply -replace=mlws_service_key.primary
resource "mlws_service_key" "primary" {
  service_id = mlws_aci_service.iris.id
  key_type   = "Primary"
}

# Rotates whenever the value changes.
resource "mlws_service_key" "secondary" {
  service_id = mlws_aci_service.iris.id
  key_type   = "Secondary"

  triggers = {
    quarter = "2026-Q4"
  }
}

output "key" {
  value     = mlws_service_key.primary.key
  sensitive = true
}
