// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

// Sources of the emulator's behaviour. None of them is a recording: nothing here was
// ever compared with a running Azure workspace.
const (
	FromSpecification = "specification" // azure-rest-api-specs, modelManagement.json 2019-09-30
	FromSDK           = "Python SDK"    // azureml-core 1.51: its source, and the requests it sends
	FromDocumentation = "documentation" // Microsoft's v1 how-to articles
	FromIssues        = "issue reports" // replies that users have quoted in public
	FromChoice        = "own choice"    // no source says; what the emulator does may differ
	// FromResourceManager is azure-rest-api-specs, resource-manager 2023-04-01, and Azure's types of 2026-05-01.
	FromResourceManager = "Resource Manager"
)

// Conformance tells what the emulator does with one operation of the
// specification.
type Conformance struct {
	OperationID string // in the specification
	Operation   string // in the request log; empty if the emulator answers 501
	// Refusals are the statuses, beside success, that the conformance test provokes.
	Refusals []int
	Provider bool // the provider sends it
	// Variants counts the requests that a test generates out of the specification, each
	// of them answered as the contract says.
	Variants int
	Asserted []Behaviour
}

// Behaviour is one thing that the emulator asserts, and why it may.
type Behaviour struct{ What, From string }

// ConformanceTable has a row for each operation of the specification.
func ConformanceTable() []Conformance {
	return []Conformance{
		{OperationID: "Services_Create", Operation: "CreateService", Refusals: []int{400, 401, 403, 404, 409}, Provider: true, Variants: 951, Asserted: []Behaviour{
			{"202 without a body, and Operation-Location", FromSpecification},
			{"null is absent; objects of nulls are defaults", FromSDK},
			{"key auth defaults to on for AKS and off for ACI", FromSDK},
			{"an AKS service that asks for token auth alone has key auth off", FromDocumentation},
			{"400 with details for what is invalid, 409 ServiceExists", FromIssues},
			{"unknown fields are refused", FromChoice},
			{"keys survive overwrite, keys in the request are ignored", FromIssues},
		}},
		{OperationID: "Services_ListQuery", Operation: "ListServices", Refusals: []int{400, 401, 403, 404}, Provider: true, Variants: 12, Asserted: []Behaviour{
			{"filters and orderby", FromSpecification}, {"nextLink absolute, absent on the last page", FromSDK}, {"100 services on a page", FromChoice},
		}},
		{OperationID: "Services_QueryById", Operation: "GetService", Refusals: []int{400, 401, 403, 404}, Provider: true, Variants: 5, Asserted: []Behaviour{
			{"the fields of ACI and AKS services", FromSpecification}, {"keys that must be present, also null", FromSDK}, {"keys and TLS material are never returned", FromSDK},
		}},
		{OperationID: "Services_Patch", Operation: "PatchService", Refusals: []int{400, 401, 403, 404, 409, 415}, Provider: true, Variants: 749, Asserted: []Behaviour{
			{"JSON Patch, the paths of each compute type", FromSDK},
			{"409 while an operation runs", FromDocumentation},
			{"key and token auth together are 400", FromChoice},
			{"a path that the SDK never patches is 400", FromChoice},
		}},
		{OperationID: "Services_Delete", Operation: "DeleteService", Refusals: []int{401, 403, 404, 409}, Provider: true, Variants: 2, Asserted: []Behaviour{
			{"202, 200 or 204", FromSpecification}, {"409 while an operation runs", FromDocumentation},
		}},
		{OperationID: "Services_ListServiceKeys", Operation: "ListKeys", Refusals: []int{400, 401, 403, 404}, Provider: true, Variants: 2, Asserted: []Behaviour{
			{"both keys", FromSpecification}, {"400 if key auth is off", FromChoice},
		}},
		{OperationID: "Services_RegenerateServiceKeys", Operation: "RegenerateKeys", Refusals: []int{400, 401, 403, 404, 409}, Provider: true, Variants: 29, Asserted: []Behaviour{
			{"keyType as text, and 202 with Operation-Location", FromSDK}, {"keyType as 0 or 1, and 200 with both keys", FromSpecification}, {"400 if key auth is off", FromChoice},
		}},
		{OperationID: "Services_GetServiceToken", Operation: "ServiceToken", Refusals: []int{400, 401, 403, 404}, Provider: true, Variants: 2, Asserted: []Behaviour{
			{"201, both times in epoch seconds", FromSDK},
			{"valid for 12 hours past refreshAfter", FromSDK},
			{"Reader on the workspace is enough", FromDocumentation},
			{"400 on ACI, and if token auth is off; refreshAfter in 12 hours", FromChoice},
		}},
		{OperationID: "Operations_Get", Operation: "GetOperation", Refusals: []int{400, 401, 403, 404}, Provider: true, Variants: 2, Asserted: []Behaviour{
			{"states and error", FromSpecification},
			{"streamingOperationLog from a character offset", FromSDK},
			{"texts of failed deployments", FromIssues},
			{"operationLog of a failed build, behind a signature", FromSDK},
			{"the texts of a failed build", FromChoice},
		}},
		{OperationID: "MLModels_Register", Operation: "RegisterModel", Refusals: []int{400, 401, 403, 404}, Provider: true, Variants: 122, Asserted: []Behaviour{
			{"the fields of a model, the version is assigned", FromSpecification}, {"the rule for names", FromSDK}, {"the number of a deleted version is not given again", FromChoice},
		}},
		{OperationID: "MLModels_ListQuery", Operation: "ListModels", Refusals: []int{400, 401, 403, 404}, Provider: true, Variants: 9, Asserted: []Behaviour{
			{"filters and orderBy", FromSpecification}, {"newest first; tag, offset, datasetId, latestVersionOnly", FromSDK},
		}},
		{OperationID: "MLModels_QueryById", Operation: "GetModel", Refusals: []int{401, 403, 404}, Provider: true, Variants: 2, Asserted: []Behaviour{
			{"the fields of a model", FromSpecification}, {"404 with statusCode in a flat body", FromSDK},
		}},
		{OperationID: "MLModels_Patch", Operation: "PatchModel", Refusals: []int{400, 401, 403, 404}, Provider: true, Variants: 70, Asserted: []Behaviour{
			{"replace kvTags and description, add properties as a map", FromSDK}, {"properties cannot be changed", FromSpecification},
		}},
		{OperationID: "MLModels_Delete", Operation: "DeleteModel", Refusals: []int{401, 403, 404, 412}, Provider: true, Variants: 2, Asserted: []Behaviour{
			{"200, and 204 if it does not exist", FromSpecification}, {"412 DeletionRequired while it is used", FromSDK},
		}},
		{OperationID: "MLModels_GetMetrics", Operation: "ModelMetrics", Refusals: []int{401, 403, 404}, Variants: 2, Asserted: []Behaviour{
			{"counts of deployments", FromSpecification}, {"they count the services that exist now", FromChoice},
		}},
		{OperationID: "Assets_Create", Operation: "CreateAsset", Refusals: []int{400, 401, 403, 404}, Provider: true, Variants: 79, Asserted: []Behaviour{
			{"the fields of an asset", FromSpecification}, {"artifacts by prefix", FromSDK},
		}},
		{OperationID: "Assets_ListQuery", Operation: "ListAssets", Refusals: []int{400, 401, 403, 404}, Provider: true, Variants: 9, Asserted: []Behaviour{{"filters and orderby", FromSpecification}}},
		{OperationID: "Assets_QueryById", Operation: "GetAsset", Refusals: []int{401, 403, 404}, Variants: 2, Asserted: []Behaviour{{"the fields of an asset", FromSpecification}}},
		{OperationID: "Assets_Patch", Operation: "PatchAsset", Refusals: []int{400, 401, 403, 404}, Variants: 62, Asserted: []Behaviour{
			{"JSON Patch, 200 with the asset", FromSpecification}, {"which paths", FromChoice},
		}},
		{OperationID: "Assets_Delete", Operation: "DeleteAsset", Refusals: []int{401, 403, 404}, Provider: true, Variants: 2, Asserted: []Behaviour{{"200, and 204 if it does not exist", FromSpecification}}},
		{OperationID: "Profiles_ListQuery", Refusals: []int{501}},
		{OperationID: "Profiles_Create", Refusals: []int{501}},
		{OperationID: "Profiles_QueryById", Refusals: []int{501}},
	}
}

// Neighbour is an operation that the emulator serves and that stands outside
// the specification.
type Neighbour struct {
	Operation string // in the request log
	Call      string
	Provider  bool
	From      string
}

// Neighbours has a row for each of them.
func Neighbours() []Neighbour {
	const services, artifacts = "`{B}/services", "`/artifact/v2.0{scope}/artifacts"
	return []Neighbour{
		{"CreateService", "PUT " + services + "`", false, FromSDK},
		{"ServiceLogs", "GET " + services + "/{name}/logs`", true, FromSDK},
		{"ListServices", "POST " + services + "/list`", false, FromSDK},
		{"ValidateService", "POST " + services + "/validate`, `/validate/name/{name}`, `/validate/resource`", false, FromSDK},
		{"ListModels", "POST `{B}/models/list`", false, FromSDK},
		{"CreateArtifacts", "POST " + artifacts + "/batch/metadata/{origin}/{container}`", true, FromSDK},
		{"ListArtifactContents", "GET " + artifacts + "/prefix/contentinfo/{origin}/{container}/{path}`", false, FromSDK},
		{"GetArtifactContent", "GET " + artifacts + "/contentinfo/{origin}/{container}/{path}`", true, FromSDK},
		{"GetArtifact", "GET " + artifacts + "/{origin}/{container}/metadata`", false, FromSpecification},
		{"ListArtifacts", "GET " + artifacts + "/{origin}/{container}`", false, FromSpecification},
		{"UploadArtifact", "POST " + artifacts + "/{origin}/{container}/content`", false, FromSpecification},
		{"DownloadArtifact", "GET " + artifacts + "/{origin}/{container}/content`", false, FromSpecification},
		{"PutBlob", "PUT of a content URI", true, FromSDK},
		{"PutBlock", "PUT of a content URI with `comp=block`", true, FromSDK},
		{"PutBlockList", "PUT of a content URI with `comp=blocklist`", true, FromSDK},
		{"HeadBlob", "HEAD of a content URI", true, FromSDK},
		{"GetBlob", "GET of a content URI", false, FromSDK},
		{"ListEnvironments", "GET `/environment/v1.0{scope}/environments/`", false, FromSDK},
		{"GetEnvironment", "GET `/environment/v1.0{scope}/environments/{name}[/versions/{version}]`", true, FromSDK},
		{"PutEnvironment", "PUT `/environment/v1.0{scope}/environments/{name}[/versions/{version}]`", false, FromSDK},
		{"GetWorkspace", "GET `{scope}` of Resource Manager", true, FromDocumentation},
		{"ListWorkspaces", "GET `/subscriptions/{id}[/resourceGroups/{name}]/providers/Microsoft.MachineLearningServices/workspaces` of Resource Manager", true, FromDocumentation},
		{"ListSubscriptions", "GET `/subscriptions` of Resource Manager", false, FromDocumentation},
		{"GetSubscription", "GET `/subscriptions/{id}` of Resource Manager", false, FromDocumentation},
		{"ListServiceResources", "GET `{scope}/services` of Resource Manager", false, FromSpecification},
		{"GetServiceResource", "GET `{scope}/services/{name}` of Resource Manager", false, FromSpecification},
		{"PutServiceResource", "PUT `{scope}/services/{name}` of Resource Manager", false, FromSpecification},
		{"DeleteServiceResource", "DELETE `{scope}/services/{name}` of Resource Manager", false, FromSpecification},
		{"GetServiceOperation", "GET of the `Azure-AsyncOperation` of such a PUT", false, FromDocumentation},
		{"GetCompute", "GET `{scope}/computes/{name}`, also below `/rp/workspaces`", true, FromSDK},
		{"ListComputes", "GET `{scope}/computes`, also below `/rp/workspaces`", false, FromSDK},
		{"ListPermissions", "GET `{scope}/providers/Microsoft.Authorization/permissions`", true, FromDocumentation},
		{"CloudMetadata", "GET `/metadata/endpoints`", false, FromSDK},
		{"Discovery", "GET of the workspace's `discoveryUrl`", true, FromSDK},
		{"EntraToken", "POST `/{tenant}/oauth2/v2.0/token`, and `/{tenant}/oauth2/token`", true, FromDocumentation},
		{"OpenIDConfiguration", "GET `/{tenant}/v2.0/.well-known/openid-configuration`, and without `/v2.0`", true, FromDocumentation},
		{"InstanceDiscovery", "GET `/common/discovery/instance`", true, FromDocumentation},
		{"ManagedIdentityToken", "GET of the managed identity endpoints", true, FromDocumentation},
		{"Score", "POST or GET of the scoring URI: an echo, or with `-execute` the code of the service", false, FromDocumentation},
		{"ScoreHealth", "GET of the scoring endpoint's root", false, FromDocumentation},
		{"ScoreSwagger", "GET of the swagger URI", false, FromDocumentation},
	}
}
