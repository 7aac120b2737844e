resource "mlws_aci_service" "iris" {
  name         = "iris"
  model_ids    = ["iris:1"]
  auth_enabled = true
}

# Rotates once a quarter, and when the trigger changes: the unused slot gets a new
# key and becomes active. The previous key works until the next rotation.
resource "mlws_service_key_rotation" "iris" {
  service_id   = mlws_aci_service.iris.id
  rotate_after = "2160h"

  triggers = {
    incident = "none"
  }
}

output "key" {
  value     = mlws_service_key_rotation.iris.active_key
  sensitive = true
}
