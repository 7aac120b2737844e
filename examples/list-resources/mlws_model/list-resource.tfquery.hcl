# The latest version of each model.
list "mlws_model" "latest" {
  provider = mlws

  config {
    latest_only = true
  }
}
