# Rotates the keys of many services while their clients score: `make demo` does it
# with 30 services. A changed round rotates each service once.

terraform {
  required_version = ">= 1.8"

  required_providers {
    mlws = {
      source = "mlws/mlws"
    }
  }
}

provider "mlws" {}

variable "round" {
  description = "A number to change for each rotation. With 0 nothing rotates."
  type        = number
  default     = 0
}

variable "clients" {
  description = "The folder with one file for each client, which holds its key."
  type        = string
  default     = "clients"
}

data "mlws_services" "fleet" {
  name_prefix = "fleet-"
  auth_mode   = "key"
}

locals {
  services = { for s in data.mlws_services.fleet.services : s.name => s }
  rotating = var.round > 0 ? local.services : {}
}

# Regenerates the key that no client uses. The other one stays valid until the next
# round.
resource "mlws_service_key_rotation" "fleet" {
  for_each   = local.rotating
  service_id = each.value.id

  triggers = {
    round = var.round
  }
}

# Gives each client its new key within the apply. A vault would be the usual way.
resource "terraform_data" "client" {
  for_each         = local.rotating
  triggers_replace = mlws_service_key_rotation.fleet[each.key].active_key_fingerprint

  provisioner "local-exec" {
    interpreter = ["sh", "-c"]
    command     = "printf %s \"$KEY\" > \"$FILE.new\" && mv \"$FILE.new\" \"$FILE\""

    environment = {
      FILE = "${var.clients}/${each.key}"
      KEY  = mlws_service_key_rotation.fleet[each.key].active_key
    }
  }
}

output "scoring_uris" {
  description = "Where each client scores."
  value       = { for name, s in local.services : name => s.scoring_uri }
}
