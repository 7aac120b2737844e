# By name and version in the provider's workspace, or by the full id.
terraform import mlws_model.churn churn:1
terraform import mlws_model.churn /subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-demo/providers/Microsoft.MachineLearningServices/workspaces/ws-demo/models/churn:1
