# Every workspace of the provider's subscription.
data "mlws_workspaces" "all" {
}

output "workspaces" {
  value = { for w in data.mlws_workspaces.all.workspaces : w.id => w.location }
}
