import {
  to = mlws_aks_service.iris
  id = "iris" # its name in the provider's workspace, or its full resource id
}
