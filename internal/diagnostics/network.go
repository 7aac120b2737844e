// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics

import (
	"errors"
	"io"
	"net"
	"net/url"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/reach"
)

// explainNetwork says why no answer was received; empty for other errors.
func explainNetwork(err error) string {
	where := host(err)
	if where == unnamedHost && (isContextEnd(err) || errors.Is(err, io.ErrUnexpectedEOF)) {
		return "" // of no request
	}
	why := reach.Why(err, where)
	var dns *net.DNSError
	if why != "" && errors.As(err, &dns) {
		why += "; a workspace with a private endpoint resolves only inside its virtual network"
	}
	if why == "" {
		return ""
	}
	return sentence(why)
}

const unnamedHost = "the host"

// host names the host of a failed request, without path and query, which may
// carry a signature.
func host(err error) string {
	var connection *azureml.ConnectionError
	if errors.As(err, &connection) && connection.Host != "" {
		return connection.Host
	}
	var request *url.Error
	if errors.As(err, &request) {
		if u, parseErr := url.Parse(request.URL); parseErr == nil && u.Host != "" {
			return u.Host
		}
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Addr != nil {
		return op.Addr.String()
	}
	return unnamedHost
}

// explainNoToken is for a token that was not obtained for a reason which is not
// the sign-in's own *auth.Error.
func explainNoToken(err error) string {
	var authentication *azureml.AuthenticationError
	if !errors.As(err, &authentication) {
		return ""
	}
	if text := explainNetwork(err); text != "" {
		return "no access token could be obtained: " + text
	}
	return join(sentence(authentication.Error()), "Check the credential of the provider block and the ARM_ variables of the environment.")
}
