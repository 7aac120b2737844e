// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package azureml is a client of the Azure Machine Learning v1
// model-management API. It knows nothing of Terraform.
package azureml

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

var errStub = errors.New("stub")

// Timestamp is a time on the wire (ISO 8601, UTC).
type Timestamp struct{ time.Time }

// Config configures a Client.
type Config struct {
	Credential              azcore.TokenCredential
	ResourceManagerEndpoint string // e.g. https://management.azure.com
	TokenScope              string // e.g. https://management.azure.com/.default
	ModelManagementEndpoint string // optional: instead of discovery's modelmanagement
	UserAgent               string
	Transport               policy.Transporter // optional
}

// Client is the API client; safe for concurrent use.
type Client struct{}

// NewClient makes a client; it sends nothing.
func NewClient(cfg Config) (*Client, error) { return nil, errStub }

// Workspace returns the (cached) client of one workspace; it sends nothing.
func (c *Client) Workspace(id resourceid.Workspace) *Workspace { return nil }

// Workspace is the API of one workspace. Its first call looks the workspace up
// and discovers its hosts, once per Client.
type Workspace struct{}

// WorkspaceInfo is what Resource Manager knows of a workspace.
type WorkspaceInfo struct {
	ID, Name, Location, WorkspaceID, DiscoveryURL string
}

func (w *Workspace) Info(ctx context.Context) (*WorkspaceInfo, error) { return nil, errStub }
func (w *Workspace) GetService(ctx context.Context, name string) (*Service, error) {
	return nil, errStub
}
func (w *Workspace) ListServices(ctx context.Context, o ListServicesOptions) iter.Seq2[*Service, error] {
	return nil
}

// ListServicesOptions filters a listing; zero values do not filter.
type ListServicesOptions struct {
	Name, ModelName, ModelID, ComputeType string
	Tags, Properties                      map[string]string
	PageSize                              int
}

// CreateService starts a create; with Overwrite a redeployment. See OperationRef.
func (w *Workspace) CreateService(ctx context.Context, r CreateServiceRequest) (OperationRef, error) {
	return OperationRef{}, errStub
}
func (w *Workspace) PatchService(ctx context.Context, name string, ops []PatchOperation) (OperationRef, error) {
	return OperationRef{}, errStub
}
func (w *Workspace) DeleteService(ctx context.Context, name string) (OperationRef, error) {
	return OperationRef{}, errStub
}

// OperationRef refers to an asynchronous operation; zero: it was done at once.
type OperationRef struct{ ID string }

// Operation is the status of an asynchronous operation.
type Operation struct {
	ID, OperationType, State, SubOperationType, SubOperationState string
	Error                                                         *ServiceError
}

// WaitOperation polls until the operation has ended. A zero ref returns at once.
// It fails with *OperationError where the operation did not succeed, and with
// *WaitTimeoutError (which carries the last server error) where ctx ended first.
func (w *Workspace) WaitOperation(ctx context.Context, ref OperationRef) error { return errStub }

// WaitHealthy polls the service until it is Healthy, or Failed (*DeploymentError).
func (w *Workspace) WaitHealthy(ctx context.Context, name string) (*Service, error) {
	return nil, errStub
}

// WaitDeleted polls until the service is gone.
func (w *Workspace) WaitDeleted(ctx context.Context, name string) error { return errStub }

// KeyType is a key slot.
type KeyType string

const (
	KeyPrimary   KeyType = "Primary"
	KeySecondary KeyType = "Secondary"
)

// Keys are the two keys of a service. They print masked.
type Keys struct{ Primary, Secondary string }

func (w *Workspace) ListKeys(ctx context.Context, service string) (Keys, error) {
	return Keys{}, errStub
}

// RegenerateKey regenerates one slot exactly once, waits for the operation, and
// returns the keys as they are afterwards (never the old key of that slot).
// value, where not empty, chooses the new key.
func (w *Workspace) RegenerateKey(ctx context.Context, service string, slot KeyType, value string) (Keys, error) {
	return Keys{}, errStub
}

// Token is a short-lived token of an AKS service. It prints masked.
type Token struct {
	AccessToken, TokenType string
	RefreshAfter, ExpiryOn time.Time
}

func (w *Workspace) CreateToken(ctx context.Context, service string) (Token, error) {
	return Token{}, errStub
}

// ServiceLogs returns the tail of the container log.
func (w *Workspace) ServiceLogs(ctx context.Context, service string, tail int) (string, error) {
	return "", errStub
}

// GetEnvironment returns the definition of a registered environment, as JSON.
func (w *Workspace) GetEnvironment(ctx context.Context, name, version string) ([]byte, error) {
	return nil, errStub
}

// Compute is an AKS cluster attached to the workspace.
type Compute struct{ Name, ComputeType, Location, ProvisioningState string }

func (w *Workspace) GetCompute(ctx context.Context, name string) (*Compute, error) {
	return nil, errStub
}

// ServiceError is the flat error object of the API.
type ServiceError struct {
	Code       string               `json:"code"`
	StatusCode int                  `json:"statusCode"`
	Message    string               `json:"message"`
	Details    []ServiceErrorDetail `json:"details"`
}

// ServiceErrorDetail is one cause of a ServiceError.
type ServiceErrorDetail struct {
	Code, Message, Target string
}

// ResponseError is a refused request: status, and what the body said.
type ResponseError struct {
	Method, Path string // no host, no query
	StatusCode   int
	ServiceError
}

func (e *ResponseError) Error() string { return "" }

// OperationError is an operation that ended without success.
type OperationError struct{ Operation Operation }

func (e *OperationError) Error() string { return "" }

// DeploymentError is a service that ended Failed.
type DeploymentError struct {
	Service string
	State   ServiceState
	Cause   *ServiceError
}

func (e *DeploymentError) Error() string { return "" }

// WaitTimeoutError is a wait that ctx ended; Unwrap gives the last server error, if any, and ctx's.
type WaitTimeoutError struct {
	What    string // e.g. operation 1234 of service x
	Last    string // last state seen
	LastErr error
}

func (e *WaitTimeoutError) Error() string { return "" }

// ExistsError: a create found a service of that name that it did not make.
type ExistsError struct{ Existing *Service }

func (e *ExistsError) Error() string { return "" }

// UnknownOutcomeError: a request that must not be replayed got no usable reply,
// and looking afterwards did not show that it was carried out.
type UnknownOutcomeError struct {
	What string
	Err  error
}

func (e *UnknownOutcomeError) Error() string { return "" }

// IsNotFound reports a 404 for the object asked for.
func IsNotFound(err error) bool { return false }

// PointerToken escapes one reference token of a JSON Pointer (RFC 6901).
func PointerToken(s string) string { return s }
