// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"strconv"

	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// Code names a kind of finding. It does not change between versions.
type Code string

// Finding is one thing that somebody has to decide or do: what it is, and what to do.
type Finding struct {
	Code            Code
	Message, Action string
}

// Codes of findings. Kinds says which of them are blockers.
const (
	AKSEndpoint        Code = "aks_endpoint"
	UnsupportedCompute Code = "unsupported_compute"
	OpenMode           Code = "open_mode"
	Image              Code = "image"
	NoCode             Code = "no_code"
	SeveralModels      Code = "several_models"
	ModelID            Code = "model_id"
	EntryScript        Code = "entry_script"
	Environment        Code = "environment"
	Dockerfile         Code = "dockerfile"
	PrivateRegistry    Code = "private_registry"
	CustomerManagedKey Code = "customer_managed_key"
	VirtualNetwork     Code = "virtual_network"
	KubernetesCompute  Code = "kubernetes_compute"
	InstanceType       Code = "instance_type"
	FPGA               Code = "fpga"
	RequestTimeout     Code = "request_timeout"
	Name               Code = "name"

	Certificate      Code = "certificate"
	DNSNameLabel     Code = "dns_name_label"
	TokenRole        Code = "token_role"
	Autoscale        Code = "autoscale"
	DataCollection   Code = "data_collection"
	Concurrency      Code = "concurrency"
	Namespace        Code = "namespace"
	CodeMoves        Code = "code_moves"
	EnvironmentByID  Code = "environment_by_id"
	InferencingStack Code = "inferencing_stack"
	SecretVariables  Code = "secret_variables"
	Tags             Code = "tags"
	Properties       Code = "properties"
)

// Kind describes a code, for the documentation.
type Kind struct {
	Code    Code
	Blocker bool
	Meaning string
}

// Kinds returns all codes, blockers first. A name may also be a warning: if it was
// shortened.
func Kinds() []Kind {
	return []Kind{
		{AKSEndpoint, true, "An AksEndpoint has several versions behind one address."},
		{UnsupportedCompute, true, "The service runs neither on ACI nor on AKS."},
		{OpenMode, true, "The service asks for no credential. A v2 endpoint always does."},
		{Image, true, "The service was deployed from an image, not from models, code and an environment."},
		{NoCode, true, "v2 runs only MLflow and Triton models without code. Others need a script, or a container of one's own."},
		{SeveralModels, true, "A v2 deployment takes one model."},
		{ModelID, true, "The model has no name and version to refer to."},
		{EntryScript, true, "The service does not say which script it runs."},
		{Environment, true, "The environment cannot be referred to, or made again from what the service says."},
		{Dockerfile, true, "The environment has a Dockerfile. v2 wants it in blob storage."},
		{PrivateRegistry, true, "The base image is in a registry that asks for a password. v2 signs in otherwise."},
		{CustomerManagedKey, true, "The container is encrypted with a customer-managed key. Managed endpoints have none of their own."},
		{VirtualNetwork, true, "The service is inside a virtual network. v2 uses the network isolation of the workspace."},
		{KubernetesCompute, true, "v2 refuses the AKS compute of v1. The cluster has to be attached again."},
		{InstanceType, true, "No virtual machine of the table has the CPU, memory and GPUs of one replica."},
		{FPGA, true, "v2 has no FPGAs."},
		{RequestTimeout, true, "Requests may run longer than a managed endpoint allows."},
		{Name, true, "The name is not one that v2 accepts. Only a warning if it was shortened."},
		{Certificate, false, "v2 has no certificate and host name of one's own."},
		{DNSNameLabel, false, "v2 has no DNS label of one's own."},
		{TokenRole, false, "Reader is not enough for the tokens of v2."},
		{Autoscale, false, "A managed endpoint scales by rules of Azure Monitor."},
		{DataCollection, false, "v2 collects data another way, and stores it elsewhere."},
		{Concurrency, false, "ACI lets requests wait. v2 answers 429."},
		{Namespace, false, "The namespace belongs to the compute, not to the endpoint."},
		{CodeMoves, false, "The code has to be unpacked and uploaded."},
		{EnvironmentByID, false, "The registered environment may differ from the one that runs."},
		{InferencingStack, false, "v2 adds no inferencing stack to an image."},
		{SecretVariables, false, "Environment variables look like secrets. They are variables of the configuration."},
		{Tags, false, "Tags break a limit of Azure Resource Manager. They are left out."},
		{Properties, false, "Properties can never be removed from an endpoint."},
	}
}

func (m *mapper) block(code Code, message, action string) {
	m.result.Blockers = append(m.result.Blockers, finding(code, message, action))
}

func (m *mapper) warn(code Code, message, action string) {
	m.result.Warnings = append(m.result.Warnings, finding(code, message, action))
}

func finding(code Code, message, action string) Finding {
	var none redact.Secrets
	return Finding{code, none.Line(message, maxText), none.Line(action, maxText)}
}

// maxText bounds a message, in bytes.
const maxText = 2000

func quoted(name string) string { return strconv.Quote(name) }
