# Every service of the workspace, by name.
data "mlws_services" "all" {
}

output "services" {
  value = { for s in data.mlws_services.all.services : s.name => "${s.compute_type}, ${s.state}, made by ${coalesce(s.created_by, "somebody")}" }
}

# All that have keys, to rotate them.
data "mlws_services" "with_keys" {
  auth_mode = "key"
}

resource "mlws_service_key_rotation" "all" {
  for_each   = { for s in data.mlws_services.with_keys.services : s.name => s.id }
  service_id = each.value

  rotate_after = "2160h"
}
