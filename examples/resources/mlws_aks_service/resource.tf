# Token auth: auth_enabled is planned as false. Scales between 2 and 6 replicas.
resource "mlws_aks_service" "iris" {
  name               = "iris"
  compute_name       = "aks-demo"
  model_ids          = ["iris:1"]
  token_auth_enabled = true

  cpu_cores       = 0.5
  cpu_cores_limit = 1
  memory_gb       = 1

  autoscale = {
    min_replicas       = 2
    max_replicas       = 6
    target_utilization = 60
  }

  replica_max_concurrent_requests = 2
  scoring_timeout_ms              = 30000

  liveness_probe = {
    initial_delay_seconds = 60
  }

  # The apply succeeds only if the service answers this request with 200.
  test_request = {
    body = jsonencode({ data = [[5.1, 3.5, 1.4, 0.2]] })
  }
}

# Code from this machine. The plan shows a changed file, and the apply deploys it in place.
resource "mlws_aks_service" "coded" {
  name         = "iris-coded"
  compute_name = "aks-demo"
  model_ids    = ["iris:1"]
  num_replicas = 1

  inference_config = {
    source_directory = "${path.module}/src"
    entry_script     = "score.py"

    environment = {
      name = "AzureML-sklearn-1.0" # its latest version at the first deployment
    }
  }
}

# Key auth, the default; a fixed number of replicas, in a registered environment.
resource "mlws_aks_service" "fixed" {
  name         = "iris-fixed"
  compute_name = "aks-demo"
  namespace    = "scoring"
  model_ids    = ["iris:1", "iris:2"]
  num_replicas = 3

  inference_config = {
    entry_script = "score.py"
    source_url   = "aml://artifact/LocalUpload/iris/score.py"

    environment = {
      name    = "sklearn-env"
      version = "1"
    }
  }
}
