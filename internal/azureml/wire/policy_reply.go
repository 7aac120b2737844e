// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"encoding/json"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// replyPolicy turns a success into an error if its body is not the JSON that every
// operation of this API answers with (cut off, or a proxy's page). So requests that
// may be repeated are.
type replyPolicy struct{}

// Do implements policy.Policy.
func (replyPolicy) Do(req *policy.Request) (*http.Response, error) {
	resp, err := req.Next()
	if err != nil || resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusCreated {
		return resp, err
	}
	body, err := runtime.Payload(resp)
	if err != nil {
		return nil, err
	}
	if len(body) > 0 && !json.Valid(body) {
		return nil, &InvalidReplyError{
			Method: req.Raw().Method, Path: req.Raw().URL.Path,
			Problem: "its body is " + DescribeBody(body) + " instead of JSON",
		}
	}
	return resp, nil
}
