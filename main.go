// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-mlws is the Terraform provider for Azure Machine
// Learning v1 web services and their credentials.
package main

func main() {}
