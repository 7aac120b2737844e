// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

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

// WithBlobHost chooses the form of content URIs. Default BlobPlain.
func WithBlobHost(form BlobHost) Option { return func(c *config) { c.blobHost = form } }

func (form BlobHost) valid() error {
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

// contentURI is where a blob can be written and read, with the signature that
// stands in for a credential.
func (e *Emulator) contentURI(w *state.Workspace, blob string) string {
	account, path := "st"+state.Fingerprint(w.ID), "/"+blobContainer+w.GUID+"/"+blob
	expiry := e.Now().Add(sasLifetime).Format(time.RFC3339)
	query := url.Values{"sv": {"2021-08-06"}, "sr": {"b"}, "sp": {"rcw"}, "se": {expiry}, "sig": {e.blobSignature(path, expiry)}}
	base := e.plainBase
	port := e.tlsBase[strings.LastIndex(e.tlsBase, ":")+1:]
	switch e.blobHost {
	case BlobAzure:
		base = "https://" + account + ".blob.localhost:" + port + e.pathPrefix
	case BlobUserinfo:
		base = "https://" + account + ".blob.local@127.0.0.1:" + port + e.pathPrefix
	}
	return base + path + "?" + query.Encode()
}

func (e *Emulator) blobSignature(path, expiry string) string {
	mac := hmac.New(sha256.New, []byte(e.sasSecret))
	_, _ = io.WriteString(mac, path+"\n"+expiry)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// blobOperations are the operations of the storage account.
var blobOperations = []string{"PutBlob", "PutBlock", "PutBlockList", "GetBlob", "HeadBlob"}

// blobCall is one request to the storage account.
type blobCall struct {
	*Emulator
	request   *http.Request
	body      io.Reader
	blob      string
	operation string
}

// serveBlob answers a request to the storage account, and reports whether it
// was one. Bodies are streamed, and the lock is not held: an upload of minutes
// keeps nobody waiting.
func (e *Emulator) serveBlob(w http.ResponseWriter, r *http.Request) bool {
	segments := api.Split(strings.TrimPrefix(r.URL.EscapedPath(), e.pathPrefix))
	if len(segments) != 2 || !strings.HasPrefix(segments[0], blobContainer) {
		return false
	}
	c := &blobCall{Emulator: e, request: r, blob: segments[1], operation: blobOperation(r), body: http.MaxBytesReader(w, r.Body, maxBlobSize)}
	entry := Request{Method: r.Method, Path: withoutSignature(r.URL), Operation: c.operation, Time: e.Now()}
	e.mu.Lock()
	fault := e.takeFault(faultTarget{operation: c.operation})
	e.mu.Unlock()
	if fault != nil {
		entry.Fault = string(fault.Kind)
		if fault.Kind == FaultResetBefore {
			e.log.Add(entry)
			cut(w)
			return true
		}
	}
	date := e.Now()
	result, held, err := c.answer(segments[0], fault, date)
	file, isFile := (*blobFile)(nil), false
	if err == nil {
		file, isFile = result.Body.(*blobFile)
	}
	if isFile && fault == nil {
		defer func() { _ = file.Close() }()
		entry.Status = http.StatusOK
		e.log.Add(entry)
		for name, values := range result.Header {
			w.Header()[name] = values
		}
		w.Header().Set("Date", date.Format(http.TimeFormat))
		http.ServeContent(w, r, "", file.modified, file.File)
		return true
	}
	if isFile {
		defer func() { _ = file.Close() }()
		result.Body, err = io.ReadAll(file)
		result.ContentType = "application/octet-stream"
	}
	if err != nil {
		result = blobRefusal(err)
	}
	out := api.Render(api.PlaneData, result, nil)
	out.Date, out.Held = date, held
	entry.Status = out.Status
	e.log.Add(entry)
	e.send(w, r, out, fault)
	return true
}

func (c *blobCall) answer(container string, fault *Fault, date time.Time) (result *api.Reply, held bool, err error) {
	if fault != nil {
		if result, replaced, err := fault.instead(date); replaced {
			return result, true, err
		}
	}
	if err = c.authorize(container); err == nil {
		result, err = c.perform()
	}
	return result, false, err
}

func (c *blobCall) perform() (*api.Reply, error) {
	switch c.operation {
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

// withoutSignature is what the log shows: the signature is a credential.
func withoutSignature(u *url.URL) string {
	q := u.Query()
	if q.Has("sig") {
		q.Set("sig", "masked")
	}
	return u.EscapedPath() + "?" + q.Encode()
}

func (c *blobCall) authorize(container string) error {
	q := c.request.URL.Query()
	expiry, err := time.Parse(time.RFC3339, q.Get("se"))
	want := c.blobSignature("/"+container+"/"+c.blob, q.Get("se"))
	if err != nil || !hmac.Equal([]byte(q.Get("sig")), []byte(want)) || !c.Now().Before(expiry) {
		return &api.Error{
			Status: http.StatusForbidden, Code: "AuthenticationFailed",
			Message: "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.",
		}
	}
	return nil
}

func (c *blobCall) mayCreate() error {
	if c.request.Header.Get("If-None-Match") == "*" && c.blobs.exists(c.blob) {
		return &api.Error{Status: http.StatusConflict, Code: "BlobAlreadyExists", Message: "The specified blob already exists."}
	}
	return nil
}

func (c *blobCall) putBlob() (*api.Reply, error) {
	if kind := c.request.Header.Get("x-ms-blob-type"); kind != "BlockBlob" {
		return nil, &api.Error{Status: http.StatusBadRequest, Code: "MissingRequiredHeader", Message: "x-ms-blob-type must be BlockBlob."}
	}
	if err := c.mayCreate(); err != nil {
		return nil, err
	}
	return c.store(c.blob)
}

func (c *blobCall) putBlock() (*api.Reply, error) {
	block := c.request.URL.Query().Get("blockid")
	if _, err := base64.StdEncoding.DecodeString(block); err != nil || block == "" {
		return nil, &api.Error{Status: http.StatusBadRequest, Code: "InvalidQueryParameterValue", Message: "blockid must be base64 text."}
	}
	return c.store(blockID(c.blob, block))
}

// store writes the body and checks its MD5 if the client sent one. A reply
// must be 201, and its Content-MD5 the body's own.
func (c *blobCall) store(id string) (*api.Reply, error) {
	want := c.request.Header.Get("Content-MD5")
	// A blob that does not fit its checksum must not appear under its name.
	target := id
	if want != "" {
		target = id + ".unchecked-" + strings.ToLower(state.RandomText(8))
	}
	sum, err := c.blobs.write(target, c.body)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, &api.Error{Status: http.StatusRequestEntityTooLarge, Code: "RequestBodyTooLarge", Message: "The request body is too large and exceeds the maximum permissible limit."}
	}
	if err != nil {
		return nil, err
	}
	if want != "" {
		if want != base64MD5(sum) {
			c.blobs.drop(target)
			return nil, &api.Error{Status: http.StatusBadRequest, Code: "Md5Mismatch", Message: "The MD5 value specified in the request did not match with the MD5 value calculated by the server."}
		}
		if err := c.blobs.rename(target, id); err != nil {
			return nil, err
		}
	}
	return (&api.Reply{Status: http.StatusCreated}).With("Content-MD5", base64MD5(sum)).
		With("ETag", `"0x`+strings.ToUpper(state.Fingerprint(id+base64MD5(sum)))+`"`).
		With("Last-Modified", c.Now().Format(http.TimeFormat)), nil
}

func (c *blobCall) putBlockList() (*api.Reply, error) {
	if err := c.mayCreate(); err != nil {
		return nil, err
	}
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
	sum, err := c.blobs.commit(c.blob, ids)
	if err != nil {
		return nil, err
	}
	return (&api.Reply{Status: http.StatusCreated}).With("ETag", `"0x`+strings.ToUpper(state.Fingerprint(c.blob+base64MD5(sum)))+`"`).
		With("Last-Modified", c.Now().Format(http.TimeFormat)), nil
}

func (c *blobCall) getBlob() (*api.Reply, error) {
	file, err := c.blobs.openFile(c.blob)
	if err != nil {
		return nil, &api.Error{Status: http.StatusNotFound, Code: "BlobNotFound", Message: "The specified blob does not exist."}
	}
	return (&api.Reply{Status: http.StatusOK, Body: file}).With("x-ms-blob-type", "BlockBlob").With("Content-Type", "application/octet-stream").
		With("Accept-Ranges", "bytes").With("x-ms-request-id", uuid.NewString()), nil
}

// blobRefusal is the storage account's error: a header names it, and the body
// is XML.
func blobRefusal(err error) *api.Reply {
	var refusal *api.Error
	if !errors.As(err, &refusal) {
		refusal = &api.Error{Status: http.StatusInternalServerError, Code: "InternalError", Message: "Server encountered an internal error. Please try again after some time."}
	}
	body := `<?xml version="1.0" encoding="utf-8"?><Error><Code>` + refusal.Code + `</Code><Message>` + refusal.Message + `</Message></Error>`
	result := &api.Reply{Status: refusal.Status, ContentType: "application/xml", Body: body, Header: refusal.Header.Clone()}
	return result.With("x-ms-error-code", refusal.Code)
}
