// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package faults

// Kind is what an operation does to its object.
type Kind int

// Kinds of operations.
const (
	Creates Kind = iota
	Updates
	Deletes
	Regenerates
	Reads
	Registers
)

// Resend says whether the provider may send the request of an operation again if
// its reply is lost.
type Resend int

// Answers to a lost reply.
const (
	Blindly   Resend = iota // it ends the same however often it is sent
	AfterLook               // if nothing of it is to be seen
	Never                   // a second one could do harm
)

// Operation is a row of the matrix.
type Operation struct {
	Name string
	Kind Kind
	// Call is the request that the faults meet, by its name in the emulator's log.
	Call string
	// Reply is the call with the JSON that a spoilt body is about. It is Call itself,
	// or the next call if the reply to Call has no body.
	Reply string
	// Starts says that the request starts an operation, which is then polled.
	Starts bool
	Resend Resend
	// Address is the object that the plan has to name, and Action what a plan of After
	// does to it, undisturbed. Empty is nothing.
	Address, Action string
	// Object is what every error has to name.
	Object string
	// Before is what is applied before the fault; empty is nothing. After is the
	// configuration of the run that meets it, and of every run after it.
	Before, After string
	// Forgets says that the state is lost after Before, so that the object is imported.
	Forgets bool
	// Timeouts is the attribute that bounds the wait, for faults without an end.
	Timeouts string
	// Artifacts is how many uploaded files are left in the workspace.
	Artifacts int
	// WriteOnly says that the configuration has a write-only argument, which came with
	// Terraform 1.11.
	WriteOnly bool
}

// timeouts is replaced by Operation.Timeouts, or by nothing.
const timeouts = "@timeouts@"

const (
	serviceTimeouts  = `timeouts = { create = "8s", update = "8s", delete = "8s" }`
	keyTimeouts      = `timeouts = { create = "8s" }`
	rotationTimeouts = `timeouts = { create = "8s", update = "8s" }`
)

const aci = `
resource "mlws_aci_service" "iris" {
  name         = "iris"
  model_ids    = ["iris:1"]
  auth_enabled = true
  cpu_cores    = 0.1
  ` + timeouts + `
}
`

const aks = `
resource "mlws_aks_service" "iris" {
  name         = "iris"
  model_ids    = ["iris:1"]
  compute_name = "aks-demo"
  description  = "one"
  ` + timeouts + `
}
`

const tokenService = `
resource "mlws_aks_service" "iris" {
  name               = "iris"
  model_ids          = ["iris:1"]
  compute_name       = "aks-demo"
  token_auth_enabled = true
}
`

const aksAfter = `
resource "mlws_aks_service" "iris" {
  name         = "iris"
  model_ids    = ["iris:1"]
  compute_name = "aks-demo"
  description  = "two"
  ` + timeouts + `
}
`

const aciAfter = `
resource "mlws_aci_service" "iris" {
  name         = "iris"
  model_ids    = ["iris:1"]
  auth_enabled = true
  cpu_cores    = 0.2
  ` + timeouts + `
}
`

const codeService = `
resource "mlws_aci_service" "iris" {
  name         = "iris"
  model_ids    = ["iris:1"]
  auth_enabled = true
  inference_config = {
    entry_script     = "score.py"
    source_directory = "${path.module}/code"
    environment      = { name = "sklearn-env" }
  }
}
`

const model = `
resource "mlws_model" "churn" {
  name = "churn"
  path = "${path.module}/model.pkl"
}
`

const (
	newKey = `
resource "mlws_service_key" "primary" {
  service_id = mlws_aci_service.iris.id
  key_type   = "Primary"
  ` + timeouts + `
}
`
	chosenKey = `
resource "mlws_service_key" "primary" {
  service_id           = mlws_aci_service.iris.id
  key_type             = "Primary"
  key_value_wo         = "chosen-key-0123456789-0123456789"
  key_value_wo_version = 1
  ` + timeouts + `
}
`
	rotation = `
resource "mlws_service_key_rotation" "keys" {
  service_id = mlws_aci_service.iris.id
  triggers   = { quarter = "1" }
  ` + timeouts + `
}
`
	rotationAfter = `
resource "mlws_service_key_rotation" "keys" {
  service_id = mlws_aci_service.iris.id
  triggers   = { quarter = "2" }
  ` + timeouts + `
}
`
	importService = `
import {
  to = mlws_aci_service.iris
  id = "@id@"
}
`
	readToken = `
data "mlws_service_token" "iris" {
  service_id = mlws_aks_service.iris.id
}
`
	readKeys = `
data "mlws_service_keys" "iris" {
  service_id = mlws_aci_service.iris.id
}
`
)

const (
	aciAddress = "mlws_aci_service.iris"
	aksAddress = "mlws_aks_service.iris"
	service    = `"iris"`
)

// Operations are the rows of the matrix, in the order of the page.
func Operations() []Operation {
	return []Operation{
		{Name: "create on ACI", Kind: Creates, Action: "create", Call: "CreateService", Reply: "GetOperation", Starts: true, Resend: AfterLook, Address: aciAddress, Object: service, After: aci, Timeouts: serviceTimeouts},
		{Name: "create on AKS", Kind: Creates, Action: "create", Call: "CreateService", Reply: "GetOperation", Starts: true, Resend: AfterLook, Address: aksAddress, Object: service, After: aks, Timeouts: serviceTimeouts},
		{Name: "update", Kind: Updates, Action: "update", Call: "PatchService", Reply: "GetOperation", Starts: true, Resend: Blindly, Address: aksAddress, Object: service, Before: aks, After: aksAfter, Timeouts: serviceTimeouts},
		{Name: "overwrite", Kind: Updates, Action: "update", Call: "CreateService", Reply: "GetOperation", Starts: true, Resend: Blindly, Address: aciAddress, Object: service, Before: aci, After: aciAfter, Timeouts: serviceTimeouts},
		{Name: "delete", Kind: Deletes, Action: "delete", Call: "DeleteService", Reply: "GetOperation", Starts: true, Resend: Blindly, Address: aksAddress, Object: service, Before: aks, Timeouts: serviceTimeouts},
		{Name: "regenerate", Kind: Regenerates, Action: "create", Call: "RegenerateKeys", Reply: "GetOperation", Starts: true, Resend: Never, Address: "mlws_service_key.primary", Object: service, Before: aci, After: aci + newKey, Timeouts: keyTimeouts},
		{Name: "chosen key", Kind: Regenerates, Action: "create", Call: "RegenerateKeys", Reply: "GetOperation", Starts: true, Resend: Blindly, Address: "mlws_service_key.primary", Object: service, Before: aci, After: aci + chosenKey, WriteOnly: true, Timeouts: keyTimeouts},
		{Name: "rotation", Kind: Regenerates, Action: "update", Call: "RegenerateKeys", Reply: "GetOperation", Starts: true, Resend: Never, Address: "mlws_service_key_rotation.keys", Object: service, Before: aci + rotation, After: aci + rotationAfter, Timeouts: rotationTimeouts},
		{Name: "token", Kind: Reads, Call: "ServiceToken", Reply: "ServiceToken", Address: "data.mlws_service_token.iris", Object: service, Before: tokenService, After: tokenService + readToken},
		{Name: "read", Kind: Reads, Call: "GetService", Reply: "GetService", Address: aciAddress, Object: service, Before: aci, After: aci},
		{Name: "list keys", Kind: Reads, Call: "ListKeys", Reply: "ListKeys", Address: "data.mlws_service_keys.iris", Object: service, Before: aci, After: aci + readKeys},
		{Name: "import", Kind: Reads, Action: "import", Call: "GetService", Reply: "GetService", Address: aciAddress, Object: service, Before: aci, Forgets: true, After: aci + importService},
		{Name: "model register", Kind: Registers, Action: "create", Call: "RegisterModel", Reply: "RegisterModel", Resend: AfterLook, Address: "mlws_model.churn", Object: `"churn`, After: model, Artifacts: 1},
		{Name: "model upload", Kind: Registers, Action: "create", Call: "PutBlob", Reply: "CreateArtifacts", Resend: Blindly, Address: "mlws_model.churn", Object: `"churn`, After: model, Artifacts: 1},
		{Name: "code upload", Kind: Creates, Action: "create", Call: "PutBlob", Reply: "CreateArtifacts", Resend: Blindly, Address: aciAddress, Object: "./code", After: codeService, Artifacts: 2},
	}
}
