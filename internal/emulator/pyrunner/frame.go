// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pyrunner

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// maxHeader and maxReply bound what the other side may announce.
const (
	maxHeader = 1 << 20
	maxReply  = 1 << 30
)

// request and answer are the headers of frames; see runner.py.
type request struct {
	ID uint64 `json:"id"`
	Request
}

type answer struct {
	Ready   bool              `json:"ready"` // init() has ended
	ID      uint64            `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Failed  string            `json:"failed"`  // the exception, in one line
	Refused *string           `json:"refused"` // why run() was not called
	Seconds float64           `json:"seconds"`

	body []byte
}

// writeFrame sends two big-endian lengths, the header and the body.
func writeFrame(w io.Writer, header request, body []byte) error {
	head, err := json.Marshal(header)
	if err != nil {
		return err
	}
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(head)))
	frame = binary.BigEndian.AppendUint32(frame, uint32(len(body)))
	if _, err := w.Write(append(frame, head...)); err != nil {
		return err
	}
	_, err = w.Write(body)
	return err
}

func readFrame(r io.Reader) (answer, error) {
	var lengths [8]byte
	if _, err := io.ReadFull(r, lengths[:]); err != nil {
		return answer{}, err
	}
	head, body := binary.BigEndian.Uint32(lengths[:4]), binary.BigEndian.Uint32(lengths[4:])
	if head > maxHeader || body > maxReply {
		return answer{}, fmt.Errorf("a frame of %d and %d bytes is too large", head, body)
	}
	raw := make([]byte, head+body)
	if _, err := io.ReadFull(r, raw); err != nil {
		return answer{}, err
	}
	var a answer
	err := json.Unmarshal(raw[:head], &a)
	a.body = raw[head:]
	return a, err
}
