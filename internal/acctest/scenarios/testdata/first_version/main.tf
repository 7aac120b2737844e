resource "mlws_aci_service" "plain" {
  name         = "plain"
  model_ids    = ["iris:1"]
  auth_enabled = true
}

resource "mlws_aci_service" "full" {
  name                = "full"
  location            = "northeurope"
  dns_name_label      = "iris-full"
  description         = "Scores irises."
  tags                = { team = "flowers" }
  properties          = { hash = "1234" }
  model_ids           = ["iris:1"]
  auth_enabled        = true
  cpu_cores           = 0.5
  memory_gb           = 1
  enable_app_insights = true
  inference_config = {
    entry_script          = "score.py"
    source_url            = "https://example.com/code.tar.gz"
    source_directory_name = "code"
    environment = {
      name    = "sklearn-env"
      version = "1"
    }
  }
  timeouts = { create = "30m", update = "30m" }
}

resource "mlws_aci_service" "private" {
  name      = "private"
  model_ids = ["iris:2"]
  vnet      = { vnet_name = "vnet", subnet_name = "scoring" }
  cmk       = { vault_base_url = "https://example.vault.azure.net", key_name = "aci", key_version = "1" }
}

resource "mlws_aks_service" "plain" {
  name         = "aks-plain"
  compute_name = "aks-demo"
  model_ids    = ["iris:1"]
}

resource "mlws_aks_service" "tokens" {
  name               = "aks-tokens"
  compute_name       = "aks-demo"
  model_ids          = ["iris:1"]
  num_replicas       = 2
  token_auth_enabled = true
}

resource "mlws_aks_service" "full" {
  name         = "aks-full"
  compute_name = "aks-demo"
  namespace    = "scoring"
  description  = "Scores irises."
  tags         = { team = "flowers" }
  model_ids    = ["iris:1"]
  autoscale = {
    enabled            = true
    min_replicas       = 2
    max_replicas       = 4
    target_utilization = 60
    refresh_seconds    = 5
  }
  cpu_cores                       = 0.2
  cpu_cores_limit                 = 0.4
  memory_gb                       = 0.5
  memory_gb_limit                 = 1
  gpu_cores                       = 0
  scoring_timeout_ms              = 30000
  replica_max_concurrent_requests = 2
  max_request_wait_time           = 700
  collect_model_data              = true
  liveness_probe                  = { period_seconds = 20, initial_delay_seconds = 60, timeout_seconds = 3, success_threshold = 2, failure_threshold = 5 }
  inference_config = {
    entry_script = "score.py"
    source_url   = "https://example.com/score.py"
    environment = {
      name       = "inline"
      base_image = "example.azurecr.io/base:1"
      base_image_registry = {
        address  = "example.azurecr.io"
        username = "puller"
      }
      conda_dependencies    = "name: inline\ndependencies:\n- python=3.10\n"
      environment_variables = { MODE = "test" }
    }
  }
}

resource "mlws_service_key" "primary" {
  service_id = mlws_aci_service.plain.id
  key_type   = "Primary"
}

resource "mlws_service_key" "secondary" {
  service_id = mlws_aks_service.plain.id
  key_type   = "Secondary"
  triggers   = { quarter = "2026-1" }
  timeouts   = { create = "25m", read = "2m" }
}

data "mlws_service" "plain" {
  name       = mlws_aci_service.plain.name
  depends_on = [mlws_aci_service.plain]
}

data "mlws_service_token" "tokens" {
  service_id = mlws_aks_service.tokens.id
}
