import {
  to = mlws_service_key_rotation.iris
  id = "${mlws_aci_service.iris.id}/keys/Primary" # the key that is in use
}
