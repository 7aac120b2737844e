import {
  to = mlws_model.churn
  id = "churn:1" # its name and version in the provider's workspace, or its full resource id
}
