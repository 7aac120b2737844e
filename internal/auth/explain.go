// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// GetToken implements azcore.TokenCredential.
func (unknown unknown) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	verb, value := "is", "value"
	if len(unknown.arguments) > 1 {
		verb, value = "are", "values"
	}
	return azcore.AccessToken{}, &Error{
		Summary: "The provider's credential is not known yet",
		Detail: fmt.Sprintf("%s of the provider block %s not known before apply, and Azure has to be asked now. "+
			"Create what the %s comes from first (terraform apply -target=…), or give the provider a known %s.",
			list(unknown.arguments), verb, value, value),
		Argument: unknown.arguments[0],
	}
}

// GetToken implements azcore.TokenCredential. It fails with *Error.
func (c *explained) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	a := &attempt{}
	token, err := c.inner.GetToken(context.WithValue(ctx, attemptKey{}, a), options)
	if err == nil {
		return token, nil
	}
	host, below := a.last()
	if ctxErr := ctx.Err(); ctxErr != nil {
		// azidentity keeps the text of this error only.
		switch {
		case errors.Is(ctxErr, context.Canceled):
			return token, fmt.Errorf("sign-in to Azure was interrupted: %w", ctxErr)
		case below == nil || isContextError(below):
			return token, c.hanging(host)
		}
	}
	return token, c.explain(err, below)
}

// hanging is the error of a sign-in that was still waiting for an answer when
// its context ended. It does not wrap the context's error: the client would take
// that for the end of its own wait, which says nothing of the sign-in.
func (c *explained) hanging(host string) error {
	if host == "" {
		host = "the " + string(c.method)
	}
	return &Error{
		Summary: signInFailed,
		Detail:  fmt.Sprintf("The time ran out while the sign-in with the %s waited for an answer of %s. Check the endpoint, and proxies and firewalls on the way.", c.method, host),
	}
}

func isContextError(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// explain makes one paragraph of what azidentity reports.
func (c *explained) explain(err, below error) error {
	var own *Error
	if errors.As(below, &own) {
		return own
	}
	explained := &Error{Summary: signInFailed, Err: errors.Join(err, below)}
	var failed *azidentity.AuthenticationFailedError
	switch {
	case errors.As(err, &failed) && failed.RawResponse != nil:
		explained.Detail = c.refused(failed.RawResponse) + c.settings.passedOver(c.method)
	case c.method == AzureCLI:
		explained.Detail = c.azureCLI(err)
	case below != nil && c.method == ManagedIdentity:
		explained.Detail = "The managed identity endpoint " + hostOf(below) + " gave no token: " + unreached(below) +
			". A managed identity exists inside Azure only; elsewhere, set use_msi to false and use another method."
	case below != nil:
		explained.Detail = "No token could be asked for at " + hostOf(below) + ": " + unreached(below) + "."
	default:
		explained.Detail = fmt.Sprintf("Sign-in with the %s gave no token, without a reason. Check tenant_id, client_id and the credential.", c.method)
	}
	return explained
}

// entraReply is the error of the token endpoint.
type entraReply struct {
	Codes       []int  `json:"error_codes"`
	Description string `json:"error_description"`
}

var entraCode = regexp.MustCompile(`^AADSTS(\d+)`)

// wrongSecret is the code of a client secret that the application does not have.
const wrongSecret = "7000215"

// Reasons returns why Microsoft Entra ID refuses a sign-in, and what to do, by AADSTS
// code without its letters.
func Reasons() map[string]string { return maps.Clone(reasons) }

// reasons of Microsoft Entra ID by AADSTS code: why, and what to do.
var reasons = map[string]string{
	"90002":     "the tenant does not exist. Check tenant_id (ARM_TENANT_ID), and that environment names the right cloud",
	"900023":    "the tenant id is neither a UUID nor a domain name. Check tenant_id (ARM_TENANT_ID)",
	"700016":    "the tenant has no application of this client id. Check client_id (ARM_CLIENT_ID) and tenant_id (ARM_TENANT_ID)",
	wrongSecret: "the client secret is wrong. Set client_secret (ARM_CLIENT_SECRET) to the value of a current secret of the application, not to the secret's id",
	"7000222":   "the client secret has expired. Make a new secret for the application, and set client_secret (ARM_CLIENT_SECRET) to its value",
	"7000112":   "the application is disabled. Enable its service principal in the tenant, or use another one",
	"700027":    "the certificate is not registered on the application, or does not match its key. Upload the certificate's public part to the application",
	"700024":    "the OIDC token has expired or is not valid yet. A run that takes longer than the token lives (minutes, in GitHub Actions) has to ask for new ones: set oidc_request_url and oidc_request_token, or oidc_token_file_path, instead of oidc_token. If the run is short, check the clock of this machine",
	"70021":     "no federated credential of the application matches the OIDC token. Compare its issuer, subject and audience",
	"700211":    "no federated credential of the application has the issuer of the OIDC token. Compare the issuer",
	"700212":    "no federated credential of the application has the audience of the OIDC token. It should be api://AzureADTokenExchange",
	"700213":    "no federated credential of the application has the subject of the OIDC token. Compare the subject (repository, branch or environment; service account)",
	"50027":     "the OIDC token is malformed. Check oidc_token or its file",
	"500011":    "the tenant does not know the resource that the token is for. Check environment and endpoints.audience",
	"53003":     "a Conditional Access policy blocks the sign-in. Ask an administrator of the tenant",
}

// refused explains an error reply of the token endpoint, or of a managed identity's.
func (c *explained) refused(response *http.Response) string {
	var reply entraReply
	if body, err := runtime.Payload(response); err == nil {
		_ = json.Unmarshal(body, &reply) // a proxy's page says nothing; the status remains
	}
	code := ""
	if m := entraCode.FindStringSubmatch(reply.Description); m != nil {
		code = m[1]
	} else if len(reply.Codes) > 0 {
		code = fmt.Sprint(reply.Codes[0])
	}
	who := "Microsoft Entra ID refused the " + string(c.method)
	if c.method == ManagedIdentity {
		who = "The managed identity endpoint gave no token"
	}
	if c.settings.ClientID != "" {
		who += " of client id " + c.settings.ClientID
	}
	if c.settings.TenantID != "" {
		who += " in tenant " + c.settings.TenantID
	}
	if code != "" {
		who += " (AADSTS" + code + ")"
	}
	if reason, ok := reasons[code]; ok && c.method != ManagedIdentity {
		text := who + ": " + reason + "."
		if code == wrongSecret {
			text += c.settings.whiteSpace()
		}
		return text
	}
	reason := c.quote(strings.TrimPrefix(reply.Description, "AADSTS"+code+":"))
	if reason == "" {
		reason = fmt.Sprintf("it answered with HTTP status %d", response.StatusCode)
	}
	advice := "Check tenant_id, client_id and the credential."
	if c.method == ManagedIdentity {
		advice = "Check that the identity is assigned to this machine; a user-assigned one is named by client_id."
	}
	return who + ": " + strings.TrimSuffix(reason, ".") + ". " + advice
}

// azureCLI explains a failure of az.
func (c *explained) azureCLI(err error) string {
	text := err.Error()
	detail := ""
	switch {
	case strings.Contains(text, "executable not found"):
		detail = noAzureCLI
	case strings.Contains(text, "az login"):
		detail = "The Azure CLI is not signed in, or its sign-in has expired. Run az login" + c.tenantFlag() + ", or configure another method."
	default:
		_, message, _ := strings.Cut(text, ": ")
		detail = "The Azure CLI gave no token: " + strings.TrimSuffix(c.quote(message), ".") + ". Run az account get-access-token to see it by itself."
	}
	return c.settings.withoutAzureCLI(detail)
}

const noAzureCLI = "The Azure CLI (az) is not on PATH. Install it and run az login, or configure another method."

// withoutAzureCLI says why the last method gives no token, and what was considered before it.
func (s Settings) withoutAzureCLI(detail string) string {
	return strings.TrimSpace(s.empty()+" "+detail) + " Considered before it: " + s.skipped(rules[:len(rules)-1]) + "."
}

func (c *explained) tenantFlag() string {
	if c.settings.TenantID == "" {
		return ""
	}
	return " --tenant " + c.settings.TenantID
}

var tracing = regexp.MustCompile(`\s*(Trace ID|Correlation ID|Timestamp|To troubleshoot, visit).*$`)

// maxQuote bounds what is quoted of another program's message, in bytes.
const maxQuote = 300

// quote makes one short sentence of a message; it is empty for JSON and HTML.
func (c *explained) quote(text string) string {
	// Spaces are joined first, because what tracing removes is the end of the line.
	return c.hidden.Prose(tracing.ReplaceAllString(strings.Join(strings.Fields(c.hidden.Text(text)), " "), ""), maxQuote)
}
