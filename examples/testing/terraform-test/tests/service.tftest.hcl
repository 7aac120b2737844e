# The provider is configured by the variables that the emulator prints.
variables {
  name = "under-test"
}

run "deploys" {
  assert {
    condition     = mlws_aci_service.this.state == "Healthy" && !mlws_aci_service.this.open_to_anyone
    error_message = "The service is ${mlws_aci_service.this.state}, and has to be Healthy and to ask for a key."
  }
}

run "rotates_the_key" {
  variables {
    quarter = "2027-Q1"
  }

  assert {
    condition     = nonsensitive(output.key != run.deploys.key)
    error_message = "The key is the one of the quarter before."
  }

  assert {
    condition     = output.scoring_uri == run.deploys.scoring_uri
    error_message = "The rotation has replaced the service."
  }
}

run "refuses_an_open_service" {
  command = plan

  variables {
    auth_enabled = false
  }

  expect_failures = [var.auth_enabled]
}
