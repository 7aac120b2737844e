terraform {
  required_providers {
    mlws = {
      source = "mlws/mlws"
    }
  }
}

variable "name" {
  description = "The name of the service."
  type        = string
}

variable "quarter" {
  description = "Another value rotates the key."
  type        = string
  default     = "2026-Q4"
}

variable "auth_enabled" {
  description = "Whether scoring needs a key."
  type        = bool
  default     = true

  validation {
    condition     = var.auth_enabled
    error_message = "Everybody could score. Leave auth_enabled out."
  }
}

resource "mlws_aci_service" "this" {
  name         = var.name
  model_ids    = ["iris:1"]
  auth_enabled = var.auth_enabled
}

resource "mlws_service_key" "primary" {
  service_id = mlws_aci_service.this.id
  key_type   = "Primary"
  triggers   = { quarter = var.quarter }
}

output "scoring_uri" {
  value = mlws_aci_service.this.scoring_uri
}

output "key" {
  value     = mlws_service_key.primary.key
  sensitive = true
}
