import {
  to = mlws_model.churn
  identity = {
    name    = "churn"
    version = 1
  }
}
