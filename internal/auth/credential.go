// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/mlws/terraform-provider-mlws/internal/redact"
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
// GetToken. The Azure CLI is the last method, so if it is not on the PATH there is
// no credential at all. Both fail with *Error.
func New(s Settings, o Options) (azcore.TokenCredential, error) {
	method, err := Choose(s)
	if err != nil {
		return nil, err
	}
	s, err = s.readFiles()
	if err != nil {
		return nil, err
	}
	if err := s.checkIDs(); err != nil {
		return nil, err
	}
	if _, err := exec.LookPath("az"); err != nil && method == AzureCLI {
		return nil, &Error{Summary: noCredential, Detail: s.withoutAzureCLI(noAzureCLI)}
	}
	credential, err := build(method, s, o)
	if err != nil {
		return nil, unusable(method, s.secrets(), err)
	}
	return &explained{method: method, settings: s, inner: credential, hidden: s.secrets()}, nil
}

func unusable(method Method, hidden redact.Secrets, err error) error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	// azidentity checks only the forms of ids and the authority's scheme at once;
	// its texts name these and no secret.
	return &Error{
		Summary: "The credential for Azure cannot be used",
		Detail:  "The " + string(method) + " is not usable: " + strings.TrimSuffix(hidden.Line(err.Error(), maxQuote), ".") + ". Correct the provider's credential arguments or the ARM_* variables.",
		Err:     err,
	}
}

func build(method Method, s Settings, o Options) (azcore.TokenCredential, error) {
	client := clientOptions(method, o)
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
	case OIDCToken, OIDCTokenFile, WorkloadIdentity, OIDCRequest, AzureDevOps:
		assertion, err := s.assertion(method, o)
		if err != nil {
			return nil, err
		}
		return azidentity.NewClientAssertionCredential(s.TenantID, s.ClientID, assertion, &azidentity.ClientAssertionCredentialOptions{
			ClientOptions: client, AdditionallyAllowedTenants: aux, DisableInstanceDiscovery: noDiscovery,
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

func clientOptions(method Method, o Options) azcore.ClientOptions {
	options := azcore.ClientOptions{Cloud: cloud.AzurePublic}
	if o.Authority != "" {
		options.Cloud = cloud.Configuration{ActiveDirectoryAuthorityHost: o.Authority, Services: map[cloud.ServiceName]cloud.ServiceConfiguration{}}
	}
	to := sentOnlyTo(options.Cloud.ActiveDirectoryAuthorityHost)
	if method == ManagedIdentity {
		to = nil // the machine names the endpoint, and no credential is sent to it
	}
	options.Transport = newClient(o.HTTP, to)
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
	content, err := readBounded(path)
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

// maxFile bounds what is read of a file, in bytes: a secret, a token and a
// certificate have some thousand.
const maxFile = 1 << 20

func readBounded(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(content) > maxFile {
		err = errors.New("it is larger than 1 MiB")
	}
	return content, err
}

// GetToken of explained is in explain.go.
type explained struct {
	method   Method
	settings Settings
	inner    azcore.TokenCredential
	hidden   redact.Secrets
}

// secrets are the values that no message may show.
func (s Settings) secrets() redact.Secrets {
	return redact.Of(s.ClientSecret, s.ClientCertificate, s.ClientCertificatePassword, s.OIDCToken, s.OIDCRequestToken)
}

// unknown is a credential with settings that are not known yet.
type unknown struct{ arguments []string }

// NotYetKnown returns the credential of a configuration of which these arguments
// are not known yet, as in a plan that is to create what they come from. Work
// that needs no token goes on; GetToken fails and names them.
func NotYetKnown(arguments ...string) azcore.TokenCredential { return unknown{arguments} }
