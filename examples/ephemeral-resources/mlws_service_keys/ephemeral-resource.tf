resource "mlws_aci_service" "iris" {
  name         = "iris"
  model_ids    = ["iris:1"]
  auth_enabled = true
}

# The keys are in no state and no plan. Pass them to a write-only argument or
# to the configuration of another provider.
ephemeral "mlws_service_keys" "iris" {
  service_id = mlws_aci_service.iris.id
}
