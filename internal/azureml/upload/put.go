// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // the checksum that the blob protocol uses
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

const (
	// blockSize is how the Python SDK cuts large files, too. A file that is
	// shorter is sent in one request.
	blockSize = 4 << 20
	// blocksAtOnce bounds what an upload holds in memory, over all its files.
	blocksAtOnce = 8
)

// upload is one upload of files. Its memory is a fixed number of blocks, which
// all the files share.
type upload struct {
	store  *Store
	blocks chan []byte

	mu     sync.Mutex
	sent   int64 // bytes
	total  int64 // -1 if it is not known beforehand
	report func(string)
}

func (s *Store) newUpload(files []File, report func(string)) *upload {
	u := &upload{store: s, blocks: make(chan []byte, blocksAtOnce), report: report}
	for _, file := range files {
		if file.Size < 0 {
			u.total = -1
			break
		}
		u.total += file.Size
	}
	for range blocksAtOnce {
		u.blocks <- nil // made when it is needed
	}
	return u
}

// block waits for a block of memory of at least one byte, and at most
// blockSize.
func (u *upload) block(ctx context.Context, size int) ([]byte, error) {
	select {
	case block := <-u.blocks:
		if cap(block) < size {
			block = make([]byte, size)
		}
		return block[:size], nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (u *upload) release(block []byte) { u.blocks <- block }

// arrived reports what share of the upload is done, in tenths.
func (u *upload) arrived(n int) {
	const mebibyte = 1 << 20
	u.mu.Lock()
	defer u.mu.Unlock()
	u.sent += int64(n)
	if u.total > 0 {
		u.report(fmt.Sprintf("%d%% of %.1f MiB", u.sent*10/u.total*10, float64(u.total)/mebibyte))
	} else if u.total < 0 {
		u.report(fmt.Sprintf("%d MiB", u.sent/(64*mebibyte)*64))
	}
}

// blockSizeOf is the memory that a file needs at a time: one byte more than it
// has, so that its end is seen in the first read.
func (f File) blockSizeOf() int {
	if f.Size >= 0 && f.Size < blockSize {
		return int(f.Size) + 1
	}
	return blockSize
}

// put uploads one file.
func (u *upload) put(ctx context.Context, file File, target location) error {
	blob, err := u.store.newBlob(target)
	if err != nil {
		return err
	}
	content, err := file.Open()
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	staging, staged := errgroup.WithContext(ctx)
	put := &blobPut{upload: u, file: file, blob: blob, prefix: uuid.New(), staging: staging}
	err = put.read(staged, content)
	// Wait until nothing is being sent, since the blocks are reused then.
	if stageErr := staging.Wait(); stageErr != nil && (err == nil || staged.Err() != nil && errors.Is(err, staged.Err())) {
		err = stageErr
	}
	if err == nil && !put.whole {
		err = put.keep(ctx, blob.commit(ctx, put.ids, put.sum))
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		var timeout *wire.WaitTimeoutError
		if !errors.As(err, &timeout) {
			err = &wire.WaitTimeoutError{What: "the upload", Cause: ctx.Err()}
		}
	}
	return err
}

// blobPut is the way of one file's bytes.
type blobPut struct {
	upload  *upload
	file    File
	blob    *blob
	prefix  uuid.UUID
	staging *errgroup.Group
	ids     []string
	size    int64
	sum     []byte
	whole   bool // it was sent in one request
}

// read sends the file block by block; a short one in one request.
func (p *blobPut) read(ctx context.Context, content io.Reader) error {
	hash := md5.New() //nolint:gosec // as above
	for ended := false; !ended; {
		block, err := p.upload.block(ctx, p.file.blockSizeOf())
		if err != nil {
			return err
		}
		n, err := io.ReadFull(content, block)
		ended = errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !ended {
			p.upload.release(block)
			return fmt.Errorf("it cannot be read: %w", err)
		}
		_, _ = hash.Write(block[:n])
		p.size += int64(n)
		if p.file.Size >= 0 && (p.size > p.file.Size || ended && p.size < p.file.Size) {
			p.upload.release(block)
			return errors.New("its size changed while it was read")
		}
		p.sum = hash.Sum(nil)
		switch {
		case ended && len(p.ids) == 0:
			p.whole = true
			if err = p.keep(ctx, p.blob.put(ctx, block[:n], p.sum)); err == nil {
				p.upload.arrived(n)
			}
			p.upload.release(block)
			return err
		case n == 0:
			p.upload.release(block)
		default:
			id := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s-%08d", p.prefix, len(p.ids)))
			p.ids = append(p.ids, id)
			p.staging.Go(func() error {
				defer p.upload.release(block)
				err := p.blob.stage(ctx, id, block[:n])
				if err == nil {
					p.upload.arrived(n)
				}
				return err
			})
		}
	}
	return nil
}

// keep decides what it means if a request is refused because the file exists
// already: a request is sent again if its reply was lost, and finds its own file.
func (p *blobPut) keep(ctx context.Context, err error) error {
	var refused *wire.ResponseError
	if !errors.As(err, &refused) || !refused.HasDetail("BlobAlreadyExists") {
		return err
	}
	there, lookErr := p.blob.properties(ctx)
	if lookErr != nil {
		return lookErr
	}
	if there.Size != p.size || there.MD5 != nil && !bytes.Equal(there.MD5, p.sum) {
		return &ExistsError{Path: p.file.Path, Size: there.Size}
	}
	return nil
}

// Error is a file that was not uploaded.
type Error struct {
	Path string
	Err  error
}

// Error names the file, and says why.
func (e *Error) Error() string {
	return fmt.Sprintf("the file %q was not uploaded: %v", e.Path, e.Err)
}

// Unwrap gives the reason.
func (e *Error) Unwrap() error { return e.Err }

// ExistsError is an upload to a path that has another content already.
type ExistsError struct {
	Path string
	Size int64
}

// Error names the file.
func (e *ExistsError) Error() string {
	return fmt.Sprintf("a file of another content (%d bytes) was uploaded as %q before, and is not overwritten", e.Size, e.Path)
}
