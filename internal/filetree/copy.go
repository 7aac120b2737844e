// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package filetree

import (
	"context"
	"fmt"
	"io"
	"os"
)

// Copy writes the bytes of a file until the context ends. A file that does not
// have the size that it was listed with is an error. The buffer is to copy through.
func (f File) Copy(ctx context.Context, to io.Writer, buffer []byte) error {
	opened, err := os.Open(f.At)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	copied, err := io.CopyBuffer(to, reader{ctx, io.LimitReader(opened, f.Size)}, buffer)
	if err != nil {
		return err
	}
	// One byte more than there should be tells a file that has grown.
	if grown, _ := opened.Read(make([]byte, 1)); copied != f.Size || grown > 0 {
		return fmt.Errorf("%s was changed while it was read: try again", f.Name)
	}
	return nil
}

// reader reads until the context ends.
type reader struct {
	ctx  context.Context
	from io.Reader
}

// Read implements io.Reader.
func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}
