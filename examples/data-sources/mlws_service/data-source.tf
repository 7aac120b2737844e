# A service that Terraform does not manage.
data "mlws_service" "iris" {
  name = "iris"
}

# Terraform can still manage its key.
resource "mlws_service_key" "secondary" {
  service_id = data.mlws_service.iris.id
  key_type   = "Secondary"
}
