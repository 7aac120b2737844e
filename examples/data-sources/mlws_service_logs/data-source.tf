data "mlws_service" "iris" {
  name = "iris"
}

data "mlws_service_logs" "iris" {
  service_id = data.mlws_service.iris.id
  tail       = 50
}

output "log" {
  value = data.mlws_service_logs.iris.content
}
