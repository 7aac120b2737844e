// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package storage

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// BlobHost is the form of the content URIs that the artifact API hands out.
type BlobHost string

const (
	// BlobPlain is the emulator's plain http address: any client can follow it. The default.
	BlobPlain BlobHost = "plain"
	// BlobAzure is https://{account}.blob.localhost:{port}/..., the shape of
	// Azure's own, over TLS with the emulator's CA. It needs a resolver that
	// knows *.localhost.
	BlobAzure BlobHost = "azure"
	// BlobUserinfo is https://{account}.blob.local@127.0.0.1:{port}/...: the
	// Python SDK takes the dots of the user name for those of the host, and
	// nothing has to be resolved.
	BlobUserinfo BlobHost = "userinfo"
)

// Valid refuses a form that there is not. Empty is BlobPlain.
func (form BlobHost) Valid() error {
	switch form {
	case "", BlobPlain, BlobAzure, BlobUserinfo:
		return nil
	}
	return fmt.Errorf("the blob host form %q is unknown; use plain, azure or userinfo", form)
}

const (
	blobContainer = "azureml-blobstore-" // the workspace's id follows
	sasLifetime   = 24 * time.Hour
)

// ContentURI is the address at which a blob can be written and read, with the signature
// that stands in for a credential.
func (l *Layer) ContentURI(w *state.Workspace, blob string) string {
	account, path := "st"+state.Fingerprint(w.ID), "/"+blobContainer+w.GUID+"/"+blob
	expiry := l.Now().Add(sasLifetime).Format(time.RFC3339)
	query := url.Values{"sv": {"2021-08-06"}, "sr": {"b"}, "sp": {"rcw"}, "se": {expiry}, "sig": {l.signature(path, expiry)}}
	base, secure := l.BaseURL(), l.SecureURL()
	port := secure[strings.LastIndex(secure, ":")+1:]
	switch l.Host {
	case BlobAzure:
		base = "https://" + account + ".blob.localhost:" + port + l.PathPrefix
	case BlobUserinfo:
		base = "https://" + account + ".blob.local@127.0.0.1:" + port + l.PathPrefix
	}
	return base + path + "?" + query.Encode()
}

func (l *Layer) signature(path, expiry string) string {
	mac := hmac.New(sha256.New, []byte(l.Secret()))
	_, _ = io.WriteString(mac, path+"\n"+expiry)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Operations are the operations of the storage account.
var Operations = []string{"PutBlob", "PutBlock", "PutBlockList", "GetBlob", "HeadBlob"}

// BlobCall is one request to the storage account. It needs no lock of the emulator's:
// an upload of minutes keeps nobody waiting.
type BlobCall struct {
	Operation string

	layer     *Layer
	request   *http.Request
	body      io.Reader
	container string
	blob      string
}

// BlobCall returns the call if a request is one to the storage account, and nil
// otherwise.
func (l *Layer) BlobCall(w http.ResponseWriter, r *http.Request) *BlobCall {
	segments := api.Split(strings.TrimPrefix(r.URL.EscapedPath(), l.PathPrefix))
	if len(segments) != 2 || !strings.HasPrefix(segments[0], blobContainer) {
		return nil
	}
	return &BlobCall{
		Operation: blobOperation(r), layer: l, request: r, body: http.MaxBytesReader(w, r.Body, maxBlobSize),
		container: segments[0], blob: segments[1],
	}
}

func blobOperation(r *http.Request) string {
	switch comp := r.URL.Query().Get("comp"); {
	case r.Method == http.MethodPut && comp == "block":
		return "PutBlock"
	case r.Method == http.MethodPut && comp == "blocklist":
		return "PutBlockList"
	case r.Method == http.MethodPut && comp == "":
		return "PutBlob"
	case r.Method == http.MethodGet && comp == "":
		return "GetBlob"
	case r.Method == http.MethodHead && comp == "":
		return "HeadBlob"
	}
	return "UnservedBlob"
}

// Path is what the log shows: the signature is a credential.
func (c *BlobCall) Path() string {
	q := c.request.URL.Query()
	if q.Has("sig") {
		q.Set("sig", "masked")
	}
	return c.request.URL.EscapedPath() + "?" + q.Encode()
}

// Do handles the call. The body of the reply to a read is a *Blob.
func (c *BlobCall) Do() (*api.Reply, error) {
	if err := c.authorize(); err != nil {
		return nil, err
	}
	switch c.Operation {
	case "PutBlob":
		return c.putBlob()
	case "PutBlock":
		return c.putBlock()
	case "PutBlockList":
		return c.putBlockList()
	case "GetBlob", "HeadBlob":
		return c.getBlob()
	}
	return nil, &api.Error{Status: http.StatusMethodNotAllowed, Code: "UnsupportedHttpVerb", Message: "The resource doesn't support the specified HTTP verb."}
}

func (c *BlobCall) authorize() error {
	q := c.request.URL.Query()
	expiry, err := time.Parse(time.RFC3339, q.Get("se"))
	want := c.layer.signature("/"+c.container+"/"+c.blob, q.Get("se"))
	if err != nil || !hmac.Equal([]byte(q.Get("sig")), []byte(want)) || !c.layer.Now().Before(expiry) {
		return &api.Error{
			Status: http.StatusForbidden, Code: "AuthenticationFailed",
			Message: "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.",
		}
	}
	return nil
}

// creating reads from the headers how a blob is to be written. It refuses early what
// would be refused after the bytes have come.
func (c *BlobCall) creating() (writing, error) {
	how := writing{
		onlyNew:  c.request.Header.Get("If-None-Match") == "*",
		checksum: c.request.Header.Get("Content-MD5"), md5: c.request.Header.Get("x-ms-blob-content-md5"),
	}
	if how.onlyNew && c.layer.Files.exists(c.blob) {
		return how, blobExists()
	}
	return how, nil
}

func blobExists() error {
	return &api.Error{Status: http.StatusConflict, Code: "BlobAlreadyExists", Message: "The specified blob already exists."}
}

func (c *BlobCall) putBlob() (*api.Reply, error) {
	if kind := c.request.Header.Get("x-ms-blob-type"); kind != "BlockBlob" {
		return nil, &api.Error{Status: http.StatusBadRequest, Code: "MissingRequiredHeader", Message: "x-ms-blob-type must be BlockBlob."}
	}
	how, err := c.creating()
	if err != nil {
		return nil, err
	}
	how.ownMD5 = true
	return c.store(c.blob, how)
}

func (c *BlobCall) putBlock() (*api.Reply, error) {
	block := c.request.URL.Query().Get("blockid")
	if _, err := base64.StdEncoding.DecodeString(block); err != nil || block == "" {
		return nil, &api.Error{Status: http.StatusBadRequest, Code: "InvalidQueryParameterValue", Message: "blockid must be base64 text."}
	}
	return c.store(blockID(c.blob, block), writing{checksum: c.request.Header.Get("Content-MD5")})
}

// store writes the body, and checks its MD5 if the client sent one. A reply must be 201,
// and its Content-MD5 the body's own.
func (c *BlobCall) store(id string, how writing) (*api.Reply, error) {
	sum, p, err := c.layer.Files.write(id, c.body, how)
	if err != nil {
		return nil, refusedWrite(err)
	}
	return c.created(p).With("Content-MD5", sum), nil
}

func (c *BlobCall) created(p properties) *api.Reply {
	return (&api.Reply{Status: http.StatusCreated}).With("ETag", p.ETag).With("Last-Modified", c.layer.Now().Format(http.TimeFormat))
}

func refusedWrite(err error) error {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return &api.Error{Status: http.StatusRequestEntityTooLarge, Code: "RequestBodyTooLarge", Message: "The request body is too large and exceeds the maximum permissible limit."}
	case errors.Is(err, errExists):
		return blobExists()
	}
	return err
}

func (c *BlobCall) putBlockList() (*api.Reply, error) {
	how, err := c.creating()
	if err != nil {
		return nil, err
	}
	how.checksum = "" // that of the list
	var blocks struct {
		XMLName xml.Name `xml:"BlockList"`
		Entries []struct {
			XMLName xml.Name
			ID      string `xml:",chardata"`
		} `xml:",any"`
	}
	if err := xml.NewDecoder(io.LimitReader(c.body, 8<<20)).Decode(&blocks); err != nil {
		return nil, &api.Error{Status: http.StatusBadRequest, Code: "InvalidXmlDocument", Message: "XML specified is not syntactically valid."}
	}
	var ids []string
	for _, entry := range blocks.Entries {
		ids = append(ids, strings.TrimSpace(entry.ID))
	}
	p, err := c.layer.Files.commit(c.blob, ids, how)
	if err != nil {
		return nil, refusedWrite(err)
	}
	return c.created(p), nil
}

func (c *BlobCall) getBlob() (*api.Reply, error) {
	found, err := c.layer.Files.blob(c.blob)
	if err != nil {
		return nil, &api.Error{Status: http.StatusNotFound, Code: "BlobNotFound", Message: "The specified blob does not exist."}
	}
	result := (&api.Reply{Status: http.StatusOK, Body: found}).With("x-ms-blob-type", "BlockBlob").With("Content-Type", "application/octet-stream").
		With("Accept-Ranges", "bytes").With("ETag", found.ETag).With("x-ms-request-id", uuid.NewString())
	if found.MD5 == "" {
		return result, nil
	}
	if c.request.Header.Get("Range") != "" || c.request.Header.Get("x-ms-range") != "" {
		return result.With("x-ms-blob-content-md5", found.MD5), nil // Content-MD5 would be that of the range
	}
	return result.With("Content-MD5", found.MD5), nil
}

// Refusal is the storage account's form of an error: a header names it, and the body
// is XML.
func Refusal(err error) *api.Reply {
	var refusal *api.Error
	if !errors.As(err, &refusal) {
		refusal = &api.Error{Status: http.StatusInternalServerError, Code: "InternalError", Message: "Server encountered an internal error. Please try again after some time."}
	}
	var message strings.Builder
	_ = xml.EscapeText(&message, []byte(refusal.Message))
	body := `<?xml version="1.0" encoding="utf-8"?><Error><Code>` + refusal.Code + `</Code><Message>` + message.String() + `</Message></Error>`
	result := &api.Reply{Status: refusal.Status, ContentType: "application/xml", Body: body, Header: refusal.Header.Clone()}
	return result.With("x-ms-error-code", refusal.Code)
}
