# What one service becomes.
data "mlws_service_v2_configuration" "iris" {
  name = "iris"
}

output "iris" {
  value = data.mlws_service_v2_configuration.iris.hcl
}

# All services of the workspace.
data "mlws_services" "all" {
}

data "mlws_service_v2_configuration" "all" {
  for_each   = { for s in data.mlws_services.all.services : s.name => s.id }
  service_id = each.value
}

output "blockers" {
  value = { for name, v2 in data.mlws_service_v2_configuration.all : name => [for b in v2.blockers : "${b.code}: ${b.action}"] }
}

output "files" {
  value = { for name, v2 in data.mlws_service_v2_configuration.all : "${name}.tf" => v2.hcl if v2.hcl != null }
}
