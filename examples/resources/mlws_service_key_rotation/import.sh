# By the id of the key that is in use. Importing does not rotate it.
terraform import mlws_service_key_rotation.iris /subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-demo/providers/Microsoft.MachineLearningServices/workspaces/ws-demo/services/iris/keys/Primary
