import {
  to = mlws_aks_service.iris
  identity = {
    name = "iris"
  }
}
