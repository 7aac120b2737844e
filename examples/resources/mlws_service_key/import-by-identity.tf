import {
  to = mlws_service_key.primary
  identity = {
    service_name = "iris"
    key_type     = "Primary"
  }
}
