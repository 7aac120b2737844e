variable "token" {
  description = "A token of a service, or any other JSON Web Token."
  type        = string
  sensitive   = true
}

output "expires_on" {
  # The time is not secret.
  value = nonsensitive(provider::mlws::token_expiry(var.token))
}
