// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package faults

import (
	"bytes"
	"cmp"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// Instead gives the answer of a fault that keeps the call from being handled.
// now is the reply's Date, so that a Retry-After date is that far ahead of it.
func (f *Fault) Instead(now time.Time) (result *api.Reply, replaced bool, err error) {
	failure := f.refusal()
	if failure == nil {
		if page := f.page(); page != nil {
			return page, true, nil
		}
		return nil, false, nil
	}
	if f.Status != 0 {
		failure.Status = f.Status
	}
	f.speak(failure)
	if f.Kind == Throttle || f.RetryAfter > 0 {
		failure.Header = http.Header{}
		failure.Header.Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Round(time.Second).Seconds())))
		if f.RetryAfterDate {
			failure.Header.Set("Retry-After", now.Add(f.RetryAfter).UTC().Format(http.TimeFormat))
		}
	}
	return nil, true, failure
}

func (f *Fault) refusal() *api.Error {
	switch f.Kind {
	case Throttle:
		return &api.Error{Status: http.StatusTooManyRequests, Code: "TooManyRequests", Message: "The request was throttled. Retry after the time in the Retry-After header."}
	case InternalError:
		return &api.Error{Status: http.StatusInternalServerError, Code: "InternalServerError", Message: "An internal server error occurred. Please try again. If the problem persists, contact support."}
	case Unavailable:
		return &api.Error{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Message: "The service is temporarily unavailable."}
	case TokenOutage:
		return &api.Error{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Message: "The region of the workspace is unavailable."}
	case Error:
		return &api.Error{Status: http.StatusBadRequest, Code: "BadRequest", Message: "The request is invalid."}
	case OperationRefused:
		return f.refusedPoll()
	case Busy:
		return api.Conflict("OperationInProgress", "The service has an operation in progress. Wait until it has ended, then try again.")
	case Exists:
		return api.Conflict("ServiceExists", "The region already contains an ACI Container Group with name %s.", cmp.Or(f.Service, "of this service"))
	case Capacity:
		return api.Conflict("ServiceUnavailable", "The requested resource is not available in the location at this moment. Please retry with a different resource request or in another location.")
	}
	return nil
}

// page is what a gateway in front of the API answers with.
func (f *Fault) page() *api.Reply {
	html := func(status int, title string) *api.Reply {
		page := "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title + "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
		return &api.Reply{Status: status, ContentType: "text/html", Body: page}
	}
	switch f.Kind {
	case BadGateway:
		return html(http.StatusBadGateway, "502 Bad Gateway")
	case GatewayTimeout:
		return html(http.StatusGatewayTimeout, "504 Gateway Time-out")
	case NotFoundHTML:
		return html(http.StatusNotFound, "404 Not Found")
	case NotFoundText:
		return &api.Reply{Status: http.StatusNotFound, ContentType: "text/plain; charset=utf-8", Body: "default backend - 404"}
	case NotFoundEmpty:
		return &api.Reply{Status: http.StatusNotFound}
	case NotFoundJSON:
		return &api.Reply{Status: http.StatusNotFound, Body: map[string]any{"message": "no Route matched with those values"}}
	}
	return nil
}

// SendSpoilt writes an answer that the connection spoils, or reports that the
// fault is not of that kind. It stops when the caller is gone.
func (f *Fault) SendSpoilt(w http.ResponseWriter, r *http.Request, out api.Response) bool {
	half := len(out.Body) / 2
	switch f.Kind {
	case ResetAfter:
		Cut(w)
	case TruncatedJSON:
		w.WriteHeader(out.Status)
		_, _ = w.Write(out.Body[:half])
	case SlowBody:
		w.WriteHeader(out.Status)
		_, _ = w.Write(out.Body[:half])
		_ = http.NewResponseController(w).Flush()
		if f.Hold(r) {
			_, _ = w.Write(out.Body[half:])
		}
	case LargeReply:
		w.WriteHeader(out.Status)
		f.sendLarge(w, out.Body)
	default:
		return false
	}
	return true
}

// Hold waits for Delay, and reports whether the caller is still there.
func (f *Fault) Hold(r *http.Request) bool {
	wait := time.NewTimer(f.Delay)
	defer wait.Stop()
	select {
	case <-wait.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// sendLarge writes a body with spaces behind its first byte. JSON stays the same
// value, and can be read only by somebody who reads all of it.
func (f *Fault) sendLarge(w io.Writer, body []byte) {
	size := f.Size
	if size == 0 {
		size = largeReply
	}
	first := min(1, len(body))
	_, _ = w.Write(body[:first])
	spaces := bytes.Repeat([]byte(" "), 64<<10)
	for missing := size - len(body); missing > 0; {
		n, err := w.Write(spaces[:min(missing, len(spaces))])
		if err != nil {
			return
		}
		missing -= n
	}
	_, _ = w.Write(body[first:])
}

// refusedPoll is the answer to a poll of an operation that cannot be looked at.
// The call that starts the operation is answered as ever.
func (f *Fault) refusedPoll() *api.Error {
	if f.OperationID == "" {
		return nil
	}
	switch f.Status {
	case http.StatusUnauthorized:
		return &api.Error{Code: "Unauthorized", Message: "The access token is invalid or has expired."}
	case http.StatusForbidden:
		return &api.Error{Code: "Forbidden", Message: "The client does not have authorization to read operation " + f.OperationID + "."}
	case http.StatusNotFound:
		return api.NotFound("Operation %s was not found.", f.OperationID)
	}
	return api.BadRequest(api.Detail{Code: "InvalidOperationId", Message: "Operation " + f.OperationID + " cannot be read."})
}

// Cut resets the connection: no FIN, so that the client reads an error.
func Cut(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, isTCP := connection.(*net.TCPConn); isTCP {
		_ = tcp.SetLinger(0)
	}
	_ = connection.Close()
}
