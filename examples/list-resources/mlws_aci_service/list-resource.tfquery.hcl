# Every service on ACI that anyone can score without a credential.
list "mlws_aci_service" "open" {
  provider = mlws

  config {
    auth_mode = "none"
  }
}
