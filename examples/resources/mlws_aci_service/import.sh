# By its full resource id
terraform import mlws_aci_service.iris /subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-demo/providers/Microsoft.MachineLearningServices/workspaces/ws-demo/services/iris

# By its name, in the provider's workspace
terraform import mlws_aci_service.iris iris
