import {
  to = mlws_service_key.primary
  id = "${mlws_aci_service.iris.id}/keys/Primary"
}
