# A service that Terraform does not manage.
data "mlws_service" "iris" {
  name = "iris"
}

# Its key, all the same.
resource "mlws_service_key" "secondary" {
  service_id = data.mlws_service.iris.id
  key_type   = "Secondary"
}
