// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // the checksum of the protocol
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
	storage "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blockblob"
)

// blob is a file in the workspace's storage account. The signature in its
// address is all the credential there is: no token is ever sent there.
type blob struct {
	client  *blockblob.Client
	address url.URL // without the query, for errors
	secrets []string
}

func (w *Workspace) newBlob(target contentInformation) (*blob, error) {
	u, err := url.Parse(target.uri)
	if err != nil || u.Host == "" {
		return nil, errors.New("the address that the service gives for the content is not an absolute URL")
	}
	if !isSecure(u) {
		return nil, &InsecureEndpointError{Endpoint: u.Scheme + "://" + u.Host}
	}
	u.User = nil // would become an Authorization header
	b := &blob{address: url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}, secrets: []string{u.RawQuery, u.Query().Get("sig")}}
	config, timing := w.client.config, w.client.timing
	options := &blockblob.ClientOptions{ClientOptions: azcore.ClientOptions{
		Logging:          policy.LogOptions{IncludeBody: false},
		Telemetry:        policy.TelemetryOptions{Disabled: true},
		Transport:        newTransport(config.Transport),
		Retry:            retries(timing),
		PerCallPolicies:  []policy.Policy{userAgentPolicy(config.UserAgent)},
		PerRetryPolicies: []policy.Policy{lastErrorPolicy{}, securePolicy{}, bodyPolicy{}},
	}}
	if b.client, err = blockblob.NewClientWithNoCredential(u.String(), options); err != nil {
		return nil, fmt.Errorf("a client of %s cannot be made: %w", b.address.Host, b.withoutQuery(err))
	}
	return b, nil
}

// notThere makes a write fail where there is a file already.
func notThere() *storage.AccessConditions {
	whatever := azcore.ETagAny
	return &storage.AccessConditions{ModifiedAccessConditions: &storage.ModifiedAccessConditions{IfNoneMatch: &whatever}}
}

func blobHeaders(sum []byte) *storage.HTTPHeaders {
	contentType := "application/octet-stream"
	return &storage.HTTPHeaders{BlobContentType: &contentType, BlobContentMD5: sum}
}

// put writes a file in one request.
func (b *blob) put(ctx context.Context, content, sum []byte) error {
	return b.try(ctx, http.MethodPut, func(ctx context.Context) error {
		_, err := b.client.Upload(withBody(ctx, content), streaming.NopCloser(bytes.NewReader(content)), &blockblob.UploadOptions{
			HTTPHeaders: blobHeaders(sum), AccessConditions: notThere(), TransactionalValidation: storage.TransferValidationTypeMD5(sum),
		})
		return err
	})
}

// stage writes a block, which is not part of the file before commit.
func (b *blob) stage(ctx context.Context, id string, content []byte) error {
	sum := md5.Sum(content) //nolint:gosec // the checksum of the protocol
	return b.try(ctx, http.MethodPut, func(ctx context.Context) error {
		_, err := b.client.StageBlock(withBody(ctx, content), id, streaming.NopCloser(bytes.NewReader(content)), &blockblob.StageBlockOptions{
			TransactionalValidation: storage.TransferValidationTypeMD5(sum[:]),
		})
		return err
	})
}

// commit makes a file of its blocks.
func (b *blob) commit(ctx context.Context, ids []string, sum []byte) error {
	return b.try(ctx, http.MethodPut, func(ctx context.Context) error {
		_, err := b.client.CommitBlockList(ctx, ids, &blockblob.CommitBlockListOptions{HTTPHeaders: blobHeaders(sum), AccessConditions: notThere()})
		return err
	})
}

// properties reads the size and, where it is told, the MD5 of the file.
func (b *blob) properties(ctx context.Context) (ArtifactContent, error) {
	var content ArtifactContent
	err := b.try(ctx, http.MethodHead, func(ctx context.Context) error {
		found, err := b.client.GetProperties(ctx, nil)
		if err == nil && found.ContentLength != nil {
			content = ArtifactContent{Size: *found.ContentLength, MD5: found.ContentMD5}
		}
		return err
	})
	return content, err
}

// try types the error of a request, and takes the signature out of it.
func (b *blob) try(ctx context.Context, method string, request func(context.Context) error) error {
	tryCtx, last := withLastError(ctx)
	err := request(tryCtx)
	if err == nil {
		return nil
	}
	req := &http.Request{Method: method, URL: &b.address}
	if ctx.Err() != nil {
		// Only a refusal of this very request: deeper down there may be the error of
		// another file, for which the context was cancelled.
		if before, refused := (*last).(*ResponseError); refused { //nolint:errorlint // see above
			before.scrub(b.secrets)
		}
		return interrupted(ctx, req, *last)
	}
	var refused *azcore.ResponseError
	if errors.As(err, &refused) && refused.RawResponse != nil {
		body, _ := runtime.Payload(refused.RawResponse)
		refusal := newResponseError(refused.RawResponse, body, b.secrets)
		if refusal.Code == "" {
			refusal.Code = oneLine(refused.ErrorCode, maxCode) // the reply to a HEAD has no body
		}
		return refusal
	}
	return newTransportError(req, b.withoutQuery(err))
}

// withoutQuery takes the signature out of an error's text. What the error is
// stays known to errors.As.
func (b *blob) withoutQuery(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	text := scrubText(err.Error(), b.secrets)
	if text == err.Error() {
		return err
	}
	return &scrubbedError{text: text, err: err}
}

// scrubbedError is an error without the secrets in its text.
type scrubbedError struct {
	text string
	err  error
}

// Error implements error.
func (e *scrubbedError) Error() string { return e.text }

// Unwrap implements error.
func (e *scrubbedError) Unwrap() error { return e.err }
