// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

// VariantClass is one way of changing a valid request, in one place, so that the
// specification does not allow it.
type VariantClass struct{ Name, What string }

// VariantClasses are the ways in which a test changes valid requests.
func VariantClasses() []VariantClass {
	return []VariantClass{
		{"missing", "a required member is left out, or null"},
		{"type", "a value has another JSON type, a body is no JSON object, or the value of a parameter is no number or boolean"},
		{"enum", "a value is not in the list, or is spelled with other capitals"},
		{"bound", "a number is next to the limits of its format, or a value breaks a bound that the contract names"},
		{"unknown", "an object has a member more, or one that only the service may set; a call has a parameter more"},
		{"path", "a JSON Patch is for a member that cannot be patched"},
		{"null", "an optional member is null"},
	}
}

// VariantException is a kind of generated request that the emulator answers with
// success, although the specification does not allow it.
type VariantException struct{ Name, What, From string }

// VariantExceptions has all of them.
func VariantExceptions() []VariantException {
	return []VariantException{
		{"null", "An optional member that is null counts as absent: the SDK sends null for what is not set.", FromSDK},
		{"cleared", "A JSON Patch clears `description`, `kvTags`, `cname`, `numReplicas` and `gpu` by null.", FromChoice},
		{"parameter", "Parameters that an operation does not have are ignored. The articles append `api-version` to every call.", FromDocumentation},
		{"environment", "The definition of an environment keeps members that the specification does not name. The SDK sends such members.", FromSDK},
		{"keyType", "`keyType` is taken in any capitals, and as 0 or 1: the specification has numbers with names, and the SDK sends the name.", FromSDK},
	}
}

// OperationVariants counts the requests that are generated for one operation.
type OperationVariants struct {
	Operation string // in the request log
	Variants  int
}

// ResourceVariants counts those of v1 services in Resource Manager, which are generated
// out of Azure's types of api-version 2021-04-01.
func ResourceVariants() []OperationVariants {
	return []OperationVariants{
		{"ListServiceResources", 7}, {"GetServiceResource", 5}, {"PutServiceResource", 1471}, {"DeleteServiceResource", 2},
	}
}
