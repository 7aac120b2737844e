import {
  to = mlws_aci_service.iris
  id = "iris" # its name in the provider's workspace, or its full resource id
}
