output "service_name" {
  # "iris"
  value = provider::mlws::parse_service_id("/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-demo/providers/Microsoft.MachineLearningServices/workspaces/ws-demo/services/iris").name
}
