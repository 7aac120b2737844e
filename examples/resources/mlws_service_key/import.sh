# By the id of the service, followed by /keys/ and the slot. Importing does not rotate the key.
terraform import mlws_service_key.primary /subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-demo/providers/Microsoft.MachineLearningServices/workspaces/ws-demo/services/iris/keys/Primary
