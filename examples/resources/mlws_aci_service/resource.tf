# No code: exactly one registered model of a known framework.
resource "mlws_aci_service" "iris" {
  name         = "iris"
  model_ids    = ["iris:1"]
  auth_enabled = true

  cpu_cores = 0.5
  memory_gb = 1

  tags = {
    team = "flowers"
  }
}

# Code in the storage of the workspace, and an inline environment.
resource "mlws_aci_service" "custom" {
  name         = "iris-custom"
  model_ids    = ["iris:1"]
  auth_enabled = true

  inference_config = {
    entry_script = "score.py"
    source_url   = "aml://artifact/LocalUpload/iris/score.py"

    environment = {
      name       = "iris-env"
      base_image = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"

      conda_dependencies = <<-YAML
        dependencies:
          - python=3.8
          - pip:
              - azureml-defaults
              - scikit-learn==1.0.2
      YAML
    }
  }
}
