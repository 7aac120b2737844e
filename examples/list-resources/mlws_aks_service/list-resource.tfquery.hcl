# All services of a team on one cluster, with what an import would read:
# terraform query -generate-config-out=services.tf
list "mlws_aks_service" "team" {
  provider         = mlws
  include_resource = true
  limit            = 50

  config {
    compute_name = "aks-demo"
    tags         = { team = "flowers" }
  }
}
