// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"bytes"
	"encoding/json"
)

// ComputeType says what a service runs on.
type ComputeType string

// The compute types this client deploys to. The API knows others (IOT,
// AKSENDPOINT, …), which a listing may return.
const (
	ComputeACI ComputeType = "ACI"
	ComputeAKS ComputeType = "AKS"
)

// ServiceState is the state of a deployed service.
type ServiceState string

// Healthy and Failed are final; the others may still change.
const (
	StateTransitioning ServiceState = "Transitioning"
	StateHealthy       ServiceState = "Healthy"
	StateUnhealthy     ServiceState = "Unhealthy"
	StateFailed        ServiceState = "Failed"
	StateUnschedulable ServiceState = "Unschedulable"
)

// ServiceSpec is what a create body asks for and GET returns in the same form. A
// nil field is left out of a request, and takes the default of the service; in a
// reply, null and absent are the same. Fields that only one compute type has are
// nil for the other.
type ServiceSpec struct {
	Name           string            `json:"name"`
	ComputeType    ComputeType       `json:"computeType"`
	Description    *string           `json:"description,omitempty"`
	Tags           map[string]string `json:"kvTags,omitempty"`
	Properties     map[string]string `json:"properties,omitempty"`
	Image          *EnvironmentImage `json:"environmentImageRequest"`
	AuthEnabled    *bool             `json:"authEnabled,omitempty"`
	AADAuthEnabled *bool             `json:"aadAuthEnabled,omitempty"` // AKS only
	AppInsights    *bool             `json:"appInsightsEnabled,omitempty"`
	DataCollection DataCollection    `json:"dataCollection,omitzero"`
	Resources      Resources         `json:"containerResourceRequirements,omitzero"`

	// ACI
	Location     *string               `json:"location,omitempty"`
	SSLEnabled   *bool                 `json:"sslEnabled,omitempty"`
	CName        *string               `json:"cname,omitempty"`
	DNSNameLabel *string               `json:"dnsNameLabel,omitempty"`
	VNet         *VNetConfiguration    `json:"vnetConfiguration,omitempty"`
	Encryption   *EncryptionProperties `json:"encryptionProperties,omitempty"`

	// AKS
	ComputeName      *string       `json:"computeName,omitempty"`
	Namespace        *string       `json:"namespace,omitempty"`
	NumReplicas      *int64        `json:"numReplicas,omitempty"`
	AutoScaler       AutoScaler    `json:"autoScaler,omitzero"`
	ScoringTimeoutMS *int64        `json:"scoringTimeoutMs,omitempty"`
	MaxConcurrent    *int64        `json:"maxConcurrentRequestsPerContainer,omitempty"`
	MaxQueueWaitMS   *int64        `json:"maxQueueWaitMs,omitempty"`
	LivenessProbe    LivenessProbe `json:"livenessProbeRequirements,omitzero"`
}

// Service is a deployed model as GET returns it. Secrets (keys, registry passwords,
// TLS keys) are never returned by the API.
type Service struct {
	ServiceSpec
	ID               string            `json:"id"`
	OperationID      string            `json:"operationId"` // the latest asynchronous operation
	ImageID          *string           `json:"imageId"`     // of an older way to deploy, which has no Image
	State            ServiceState      `json:"state"`
	CreatedTime      Timestamp         `json:"createdTime"`
	UpdatedTime      Timestamp         `json:"updatedTime"` // zero if absent
	CreatedBy        Creator           `json:"createdBy"`
	Error            *ServiceError     `json:"error"`
	ScoringURI       *string           `json:"scoringUri"`
	SwaggerURI       *string           `json:"swaggerUri"`
	Models           []ServiceModel    `json:"models"`           // with expand=true
	PublicIP         *string           `json:"publicIp"`         // ACI
	PublicFQDN       *string           `json:"publicFqdn"`       // ACI
	DeploymentStatus *DeploymentStatus `json:"deploymentStatus"` // AKS

	document json.RawMessage // as GET returned it
}

// Creator is who made a service.
type Creator struct {
	UserName *string `json:"userName"` // as the API names them; nil: it does not say
}

// ServiceModel is one model of an expanded service.
type ServiceModel struct {
	ID string `json:"id"` // name:version
}

// DeploymentStatus counts the replicas of an AKS service.
type DeploymentStatus struct {
	DesiredReplicas   *int64        `json:"desiredReplicas"`
	UpdatedReplicas   *int64        `json:"updatedReplicas"`
	AvailableReplicas *int64        `json:"availableReplicas"`
	Error             *ServiceError `json:"error"`
}

// DataCollection switches the collection of model data and telemetry.
type DataCollection struct {
	StorageEnabled  *bool `json:"storageEnabled,omitempty"`
	EventHubEnabled *bool `json:"eventHubEnabled,omitempty"`
}

// Resources are what one replica requests, and on AKS its limits. Memory is in
// gigabytes, CPU in cores.
type Resources struct {
	CPU           *float64 `json:"cpu,omitempty"`
	CPULimit      *float64 `json:"cpuLimit,omitempty"`
	MemoryGB      *float64 `json:"memoryInGB,omitempty"`
	MemoryGBLimit *float64 `json:"memoryInGBLimit,omitempty"`
	GPU           *int64   `json:"gpu,omitempty"`
	FPGA          *int64   `json:"fpga,omitempty"` // of old AKS services; never sent
}

// AutoScaler is the AKS autoscaler; all but Enabled are nil when it is off.
type AutoScaler struct {
	Enabled            *bool  `json:"autoscaleEnabled,omitempty"`
	MinReplicas        *int64 `json:"minReplicas,omitempty"`
	MaxReplicas        *int64 `json:"maxReplicas,omitempty"`
	TargetUtilization  *int64 `json:"targetUtilization,omitempty"`      // percent
	RefreshPeriodInSec *int64 `json:"refreshPeriodInSeconds,omitempty"` // seconds
}

// LivenessProbe is the Kubernetes probe of an AKS service; times in seconds.
type LivenessProbe struct {
	PeriodSeconds       *int64 `json:"periodSeconds,omitempty"`
	InitialDelaySeconds *int64 `json:"initialDelaySeconds,omitempty"`
	TimeoutSeconds      *int64 `json:"timeoutSeconds,omitempty"`
	SuccessThreshold    *int64 `json:"successThreshold,omitempty"`
	FailureThreshold    *int64 `json:"failureThreshold,omitempty"`
}

// VNetConfiguration places an ACI service in a virtual network.
type VNetConfiguration struct {
	VNetName   string `json:"vnetName"`
	SubnetName string `json:"subnetName"`
}

// EncryptionProperties encrypts an ACI service with a customer-managed key.
type EncryptionProperties struct {
	VaultBaseURL string `json:"vaultBaseUrl"`
	KeyName      string `json:"keyName"`
	KeyVersion   string `json:"keyVersion"`
}

// EnvironmentImage is what is deployed: models, and unless the deployment is
// no-code, the code and the environment to run them in.
type EnvironmentImage struct {
	DriverProgram string       `json:"driverProgram,omitempty"`
	Assets        []ImageAsset `json:"assets,omitempty"`
	ModelIDs      []string     `json:"modelIds"`
	// Environment is a full environment definition, as registered or inline.
	Environment          json.RawMessage       `json:"environment,omitempty"`
	EnvironmentReference *EnvironmentReference `json:"environmentReference,omitempty"`
	// Document is the whole object of a reply, with the members that this type does
	// not name. A request sends it as it is, if it is set, in place of the fields.
	Document json.RawMessage `json:"-"`
}

// plainImage has the fields of an image, without its methods.
type plainImage EnvironmentImage

// UnmarshalJSON implements json.Unmarshaler: it keeps the whole document.
func (i *EnvironmentImage) UnmarshalJSON(document []byte) error {
	if err := json.Unmarshal(document, (*plainImage)(i)); err != nil {
		return err
	}
	i.Document = bytes.Clone(document)
	return nil
}

// MarshalJSON implements json.Marshaler.
func (i EnvironmentImage) MarshalJSON() ([]byte, error) {
	if i.Document != nil {
		return i.Document, nil
	}
	return json.Marshal(plainImage(i))
}

// ImageAsset is a file, or an archive to unpack, of the deployed code.
type ImageAsset struct {
	ID       string `json:"id"`
	URL      string `json:"url"` // aml://artifact/…, aml://storage/…, https://…
	MimeType string `json:"mimeType"`
	Unpack   bool   `json:"unpack,omitempty"`
}

// EnvironmentReference names a registered environment.
type EnvironmentReference struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// CreateServiceRequest is the body of a create, or with Overwrite of a
// replacement of an existing service.
type CreateServiceRequest struct {
	ServiceSpec
	Overwrite      bool    `json:"overwrite,omitempty"`
	SSLCertificate *string `json:"sslCertificate,omitempty"` // PEM text
	SSLKey         *string `json:"sslKey,omitempty"`         // PEM text, secret

	document map[string]json.RawMessage // of a redeployment: see Over
}

// PatchOperation is one operation of a JSON Patch (RFC 6902).
type PatchOperation struct {
	Op    string `json:"op"`   // "replace", or "add" for a property
	Path  string `json:"path"` // JSON Pointer; escape a key with PointerToken
	Value any    `json:"value"`
}
