import {
  to = mlws_aci_service.iris
  identity = {
    name = "iris"
  }
}
