// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"io"
	"net/http"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/faults"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/storage"
)

// BlobHost is the form of the content URIs that the artifact API hands out.
type BlobHost = storage.BlobHost

// The forms of content URIs.
const (
	BlobPlain    = storage.BlobPlain
	BlobAzure    = storage.BlobAzure
	BlobUserinfo = storage.BlobUserinfo
)

// WithBlobHost chooses the form of content URIs. Default BlobPlain.
func WithBlobHost(form BlobHost) Option { return func(c *config) { c.blobHost = form } }

// serveBlob answers a request to the storage account, and reports whether it
// was one. Bodies are streamed, and the lock is not held.
func (e *Emulator) serveBlob(w http.ResponseWriter, r *http.Request) bool {
	c := e.storage.BlobCall(w, r)
	if c == nil {
		return false
	}
	entry := Request{Method: r.Method, Path: c.Path(), Operation: c.Operation, Time: e.Now()}
	e.mu.Lock()
	fault := e.faults.Take(faults.Target{Operation: c.Operation})
	e.mu.Unlock()
	if fault != nil {
		entry.Fault = string(fault.Kind)
		if fault.Kind == faults.ResetBefore {
			e.log.Add(entry)
			faults.Cut(w)
			return true
		}
	}
	date := e.Now()
	result, held, err := answerBlob(c, fault, date)
	blob, isBlob := (*storage.Blob)(nil), false
	if err == nil {
		blob, isBlob = result.Body.(*storage.Blob)
	}
	if isBlob {
		defer func() { _ = blob.Close() }()
	}
	if isBlob && fault == nil {
		entry.Status = http.StatusOK
		e.log.Add(entry)
		for name, values := range result.Header {
			w.Header()[name] = values
		}
		w.Header().Set("Date", date.Format(http.TimeFormat))
		http.ServeContent(w, r, "", blob.Modified, blob.File)
		return true
	}
	if isBlob {
		result.Body, err = io.ReadAll(blob)
		result.ContentType = "application/octet-stream"
	}
	if err != nil {
		result = storage.Refusal(err)
	}
	out := api.Render(api.PlaneData, result, nil)
	out.Date, out.Held = date, held
	entry.Status = out.Status
	e.log.Add(entry)
	e.send(w, r, out, fault)
	return true
}

// answerBlob handles a call, unless a fault answers it.
func answerBlob(c *storage.BlobCall, fault *faults.Fault, date time.Time) (result *api.Reply, held bool, err error) {
	if fault != nil {
		if result, replaced, err := fault.Instead(date); replaced {
			return result, true, err
		}
	}
	result, err = c.Do()
	return result, false, err
}
