resource "mlws_model" "churn" {
  name              = "churn"
  path              = "${path.module}/churn-model" # a folder, or a single file
  framework         = "ScikitLearn"
  framework_version = "1.4.0"

  tags = {
    team = "growth"
  }

  # When the content changes: register the new version, update the service to it in place, delete the old version.
  lifecycle {
    create_before_destroy = true
  }
}

resource "mlws_aci_service" "churn" {
  name         = "churn"
  model_ids    = [mlws_model.churn.model_id]
  auth_enabled = true
}
