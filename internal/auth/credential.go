// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"errors"
	"net/http"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// Options are what all methods share.
type Options struct {
	// Authority is the base URL of Microsoft Entra ID, always https (a rule of
	// azidentity); empty for the public cloud's. The Azure CLI has its own.
	Authority string
	// HTTP sends the requests for tokens; nil for azcore's default client.
	HTTP *http.Client
}

// New makes the credential of the method that Choose picks. It reads the files
// that the settings name, but sends nothing: a wrong secret shows at the first
// GetToken. Both fail with *Error.
func New(s Settings, o Options) (azcore.TokenCredential, error) {
	method, err := Choose(s)
	if err != nil {
		return nil, err
	}
	s, err = s.readFiles()
	if err != nil {
		return nil, err
	}
	credential, err := build(method, s, o)
	if err != nil {
		return nil, unusable(method, err)
	}
	return &explained{method: method, settings: s, inner: credential}, nil
}

func unusable(method Method, err error) error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	// What azidentity checks at once are the forms of ids and the authority's
	// scheme; its texts name these and no secret.
	return &Error{
		Summary: "The credential for Azure cannot be used",
		Detail:  "The " + string(method) + " is not usable: " + strings.TrimSuffix(err.Error(), ".") + ". Correct the provider's credential arguments or the ARM_* variables.",
		Err:     err,
	}
}

func build(method Method, s Settings, o Options) (azcore.TokenCredential, error) {
	client := clientOptions(o)
	noDiscovery := isTrue(s.DisableInstanceDiscovery)
	aux := s.AuxiliaryTenantIDs
	switch method {
	case ClientSecret:
		return azidentity.NewClientSecretCredential(s.TenantID, s.ClientID, s.ClientSecret, &azidentity.ClientSecretCredentialOptions{
			ClientOptions: client, AdditionallyAllowedTenants: aux, DisableInstanceDiscovery: noDiscovery,
		})
	case ClientCertificate:
		certificates, key, err := s.certificate()
		if err != nil {
			return nil, err
		}
		return azidentity.NewClientCertificateCredential(s.TenantID, s.ClientID, certificates, key, &azidentity.ClientCertificateCredentialOptions{
			ClientOptions: client, AdditionallyAllowedTenants: aux, DisableInstanceDiscovery: noDiscovery,
		})
	case OIDCToken, OIDCTokenFile, OIDCRequest, AzureDevOps:
		assertion, err := s.assertion(method, client)
		if err != nil {
			return nil, err
		}
		return azidentity.NewClientAssertionCredential(s.TenantID, s.ClientID, assertion, &azidentity.ClientAssertionCredentialOptions{
			ClientOptions: client, AdditionallyAllowedTenants: aux, DisableInstanceDiscovery: noDiscovery,
		})
	case WorkloadIdentity:
		return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			ClientOptions: client, AdditionallyAllowedTenants: aux, DisableInstanceDiscovery: noDiscovery,
			TenantID: s.TenantID, ClientID: s.ClientID, TokenFilePath: s.OIDCTokenFilePath,
		})
	case ManagedIdentity:
		options := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: client}
		if s.ClientID != "" {
			options.ID = azidentity.ClientID(s.ClientID)
		}
		return azidentity.NewManagedIdentityCredential(options)
	default:
		options := &azidentity.AzureCLICredentialOptions{TenantID: s.TenantID, AdditionallyAllowedTenants: aux}
		if s.TenantID == "" {
			// A user of several tenants gets the token of the subscription's.
			options.Subscription = s.SubscriptionID
		}
		return azidentity.NewAzureCLICredential(options)
	}
}

func clientOptions(o Options) azcore.ClientOptions {
	options := azcore.ClientOptions{Cloud: cloud.AzurePublic, Transport: observed(o.HTTP)}
	if o.Authority != "" {
		options.Cloud = cloud.Configuration{ActiveDirectoryAuthorityHost: o.Authority, Services: map[cloud.ServiceName]cloud.ServiceConfiguration{}}
	}
	return options
}

// readFiles replaces the client id and the client secret by what their files
// hold. A token file is read at every request instead: its owner renews it.
func (s Settings) readFiles() (Settings, error) {
	for _, f := range []struct {
		name, path string
		value      *string
	}{
		{"client_id", s.ClientIDFilePath, &s.ClientID},
		{"client_secret", s.ClientSecretFilePath, &s.ClientSecret},
	} {
		if f.path == "" {
			continue
		}
		content, err := readFile(f.name+"_file_path", f.path)
		if err != nil {
			return s, err
		}
		text := strings.TrimSpace(string(content))
		if *f.value != "" && *f.value != text {
			return s, &Error{
				Summary:  "Contradictory credential arguments",
				Detail:   "Both " + f.name + " and " + f.name + "_file_path are set, and the file holds another value. Keep one of the two.",
				Argument: f.name + "_file_path",
			}
		}
		*f.value = text
	}
	return s, nil
}

// readFile reads a file that an argument names; an empty one is an error.
func readFile(argument, path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err == nil && strings.TrimSpace(string(content)) != "" {
		return content, nil
	}
	reason := "it is empty"
	if err != nil {
		reason = fileReason(err)
	}
	return nil, &Error{
		Summary:  "Cannot read the file of " + argument,
		Detail:   "The file " + path + ", which " + named(argument) + " names, cannot be used: " + reason + ". Correct the path, or the file.",
		Argument: argument,
		Err:      err,
	}
}

// GetToken of explained is in explain.go.
type explained struct {
	method   Method
	settings Settings
	inner    azcore.TokenCredential
}

// unknown is a credential whose settings are not known yet.
type unknown struct{ arguments []string }

// NotYetKnown returns the credential of a configuration of which these arguments
// are not known yet, as in a plan that is to create what they come from. Work
// that needs no token goes on; GetToken fails and names them.
func NotYetKnown(arguments ...string) azcore.TokenCredential { return unknown{arguments} }
