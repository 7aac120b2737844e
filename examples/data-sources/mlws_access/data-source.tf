# Fails a plan early, with a clear text, if the caller may not do what the apply will.
data "mlws_access" "mine" {
  compute_type = "AKS"

  lifecycle {
    postcondition {
      condition     = self.write != "denied" && self.list_keys != "denied"
      error_message = "This pipeline needs a role such as AzureML Data Scientist on the workspace."
    }
  }
}
