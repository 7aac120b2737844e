resource "mlws_aci_service" "iris" {
  name         = "iris"
  model_ids    = ["iris:1"]
  auth_enabled = true

  # Scores the service after each apply that creates or changes it.
  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.mlws_invoke_service.smoke]
    }
  }
}

# At any other time: terraform apply -invoke=action.mlws_invoke_service.smoke
action "mlws_invoke_service" "smoke" {
  config {
    service_id = mlws_aci_service.iris.id
    body       = jsonencode({ data = [[5.1, 3.5, 1.4, 0.2]] })
  }
}
