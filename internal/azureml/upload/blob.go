// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // the checksum of the protocol
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
	storage "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blockblob"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// blob is a file in the workspace's storage account. The signature in its
// address is all the credential there is: no token is ever sent there.
type blob struct {
	store   *Store
	client  *blockblob.Client
	address url.URL // without the query, for errors
	secrets []string
}

func (s *Store) newBlob(target location) (*blob, error) {
	u, err := url.Parse(target.uri)
	if err != nil || u.Host == "" {
		return nil, errors.New("the address that the service gives for the content is not an absolute URL")
	}
	if !wire.IsSecure(u) {
		return nil, &wire.InsecureEndpointError{Endpoint: u.Scheme + "://" + u.Host}
	}
	u.User = nil // would become an Authorization header
	b := &blob{store: s, address: url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}, secrets: []string{u.RawQuery, u.Query().Get("sig")}}
	options := &blockblob.ClientOptions{ClientOptions: s.client.StorageOptions()}
	if b.client, err = blockblob.NewClientWithNoCredential(u.String(), options); err != nil {
		// Its text has the address, signature included.
		return nil, fmt.Errorf("the address at %s that the service gives for the content cannot be used", b.address.Host)
	}
	return b, nil
}

// notThere makes a write fail if there is a file already.
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
		_, err := b.client.Upload(wire.WithBody(ctx, content), streaming.NopCloser(bytes.NewReader(content)), &blockblob.UploadOptions{
			HTTPHeaders: blobHeaders(sum), AccessConditions: notThere(), TransactionalValidation: storage.TransferValidationTypeMD5(sum),
		})
		return err
	})
}

// stage writes a block, which is not part of the file before commit.
func (b *blob) stage(ctx context.Context, id string, content []byte) error {
	sum := md5.Sum(content) //nolint:gosec // the checksum of the protocol
	return b.try(ctx, http.MethodPut, func(ctx context.Context) error {
		_, err := b.client.StageBlock(wire.WithBody(ctx, content), id, streaming.NopCloser(bytes.NewReader(content)), &blockblob.StageBlockOptions{
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

// properties reads the size and, if the storage account tells it, the MD5 of the file.
func (b *blob) properties(ctx context.Context) (Content, error) {
	var content Content
	err := b.try(ctx, http.MethodHead, func(ctx context.Context) error {
		found, err := b.client.GetProperties(ctx, nil)
		if err == nil && found.ContentLength != nil {
			content = Content{Size: *found.ContentLength, MD5: found.ContentMD5}
		}
		return err
	})
	return content, err
}

// try sends a request that azblob makes.
func (b *blob) try(ctx context.Context, method string, request func(context.Context) error) error {
	return b.store.client.SendStorage(ctx, wire.StorageRequest{Method: method, Address: b.address, Secrets: b.secrets}, request)
}
