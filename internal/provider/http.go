// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/reach"
)

// httpClient is the one client of a provider configuration, for sign-in and API
// calls. It bounds connecting and waiting for the headers of a reply; how long a
// whole call may take is up to its context. caFile adds authorities to the
// system's.
func httpClient(caFile string) (*http.Client, error) {
	tlsConfig := &tls.Config{MinVersion: tls.VersionTLS12}
	if caFile != "" {
		pem, err := os.ReadFile(caFile)
		if err != nil {
			return nil, fmt.Errorf("The file %s, which endpoints.ca_certificate_file (%s) names, cannot be read: %w. Correct the path. "+ //nolint:staticcheck // it is a whole message
				"If it was the emulator's, and the emulator was started again, run the export lines that it prints", caFile, caFileVariable, cause(err))
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("The file %s, which endpoints.ca_certificate_file (%s) names, holds no PEM certificate. Name the file of the authority that signs the endpoint's certificate", caFile, caFileVariable) //nolint:staticcheck // as above
		}
		tlsConfig.RootCAs = pool
	}
	return &http.Client{Transport: &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		OnProxyConnectResponse: reach.CheckProxy,
		DialContext:            (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    10,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  2 * time.Minute,
		ExpectContinueTimeout:  time.Second,
		TLSClientConfig:        tlsConfig,
	}}, nil
}

// cause is an error of a file without the path, which the message has already.
func cause(err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
