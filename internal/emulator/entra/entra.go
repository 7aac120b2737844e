// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package entra

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// accessTokenLifetime is Entra's usual hour, less the second that it shows.
const accessTokenLifetime = 3599 * time.Second

// oauthError is an error of the token endpoint; description starts with its AADSTS code.
type oauthError struct {
	status      int
	code        string
	number      int
	description string
}

func (e *oauthError) Error() string { return e.description }

// Reply is the error in the form of the token endpoint.
func (e *oauthError) Reply() *api.Reply { return &api.Reply{Status: e.status, Body: e.body()} }

func (e *oauthError) body() map[string]any {
	trace, correlation, now := uuid.NewString(), uuid.NewString(), time.Now().UTC().Format("2006-01-02 15:04:05Z")
	return map[string]any{
		"error": e.code, "error_codes": []int{e.number}, "timestamp": now, "trace_id": trace, "correlation_id": correlation,
		"error_description": fmt.Sprintf("AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s", e.number, e.description, trace, correlation, now),
	}
}

func refuse(status int, code string, number int, format string, args ...any) *oauthError {
	return &oauthError{status: status, code: code, number: number, description: fmt.Sprintf(format, args...)}
}

// OnPremises is the tenant of an authority that is no public one. Microsoft's
// login library sends a client that names it straight to that authority, and
// any other first to login.microsoftonline.com, to ask whether the host may be
// trusted. It is how the Python SDK's service principals sign in here.
const OnPremises = "adfs"

func (l *Layer) checkTenant(c *api.Call) error {
	if tenant := c.Param("tenant"); !strings.EqualFold(tenant, l.State().Tenant) && tenant != OnPremises {
		return refuse(http.StatusBadRequest, "invalid_tenant", 90002,
			"Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.", tenant)
	}
	return nil
}

func (l *Layer) openIDConfiguration(c *api.Call) (*api.Reply, error) {
	if err := l.checkTenant(c); err != nil {
		return nil, err
	}
	base := l.AuthorityURL() + "/" + strings.ToLower(c.Param("tenant"))
	return api.OK(map[string]any{
		"issuer": base + "/v2.0", "token_endpoint": base + "/oauth2/v2.0/token",
		"authorization_endpoint": base + "/oauth2/v2.0/authorize", "device_authorization_endpoint": base + "/oauth2/v2.0/devicecode",
		"jwks_uri":                              base + "/discovery/v2.0/keys",
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt", "client_secret_basic"},
		"response_types_supported":              []string{"code"}, "subject_types_supported": []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
	}), nil
}

func (l *Layer) instanceDiscovery(*api.Call) (*api.Reply, error) {
	return api.OK(map[string]any{
		"tenant_discovery_endpoint": l.AuthorityURL() + "/" + l.State().Tenant + "/v2.0/.well-known/openid-configuration",
		"api-version":               "1.1", "metadata": []any{},
	}), nil
}

// entraToken grants client credentials: by secret, or by an assertion that the
// application's certificate or a federated issuer signed.
func (l *Layer) entraToken(c *api.Call) (*api.Reply, error) {
	if err := l.checkTenant(c); err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(c.Body))
	if err != nil || form.Get("grant_type") == "" {
		return nil, refuse(http.StatusBadRequest, "invalid_request", 900144, "The request body must contain the following parameter: 'grant_type'.")
	}
	if form.Get("grant_type") != "client_credentials" {
		return nil, refuse(http.StatusBadRequest, "unsupported_grant_type", 70003, "The app requested an unsupported grant type '%s'.", form.Get("grant_type"))
	}
	id := form.Get("client_id")
	p := l.State().Principal(func(p *state.Principal) bool { return strings.EqualFold(p.ClientID, id) })
	if p == nil {
		return nil, refuse(http.StatusBadRequest, "unauthorized_client", 700016,
			"Application with identifier '%s' was not found in the directory '%s'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.", id, l.State().Tenant)
	}
	c.Principal = p
	switch {
	case form.Get("client_assertion") != "":
		err = l.checkAssertion(p, form)
	case form.Get("client_secret") == "":
		err = refuse(http.StatusUnauthorized, "invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")
	case p.ClientSecret == "" || subtle.ConstantTimeCompare([]byte(form.Get("client_secret")), []byte(p.ClientSecret)) != 1:
		err = refuse(http.StatusUnauthorized, "invalid_client", 7000215,
			"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'.", id)
	}
	if err != nil {
		return nil, err
	}
	// MSAL asks every grant for these as well; Entra ignores them in this one.
	scopes := slices.DeleteFunc(strings.Fields(form.Get("scope")), func(scope string) bool {
		return scope == "openid" || scope == "profile" || scope == "offline_access"
	})
	resource, isDefault := strings.CutSuffix(strings.Join(scopes, " "), "/.default")
	if !isDefault {
		return nil, refuse(http.StatusBadRequest, "invalid_scope", 1002012, "The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).", form.Get("scope"))
	}
	if !l.issuedFor(resource) {
		return nil, refuse(http.StatusBadRequest, "invalid_resource", 500011, "The resource principal named %s was not found in the tenant named %s.", resource, l.State().Tenant)
	}
	token, err := l.accessToken(p, resource)
	if err != nil {
		return nil, err
	}
	return api.OK(map[string]any{
		"token_type": "Bearer", "expires_in": int(accessTokenLifetime.Seconds()), "ext_expires_in": int(accessTokenLifetime.Seconds()), "access_token": token,
	}), nil
}

// managementAudiences are the names that Resource Manager's tokens go by in the three clouds.
var managementAudiences = []string{
	"https://management.azure.com", "https://management.core.windows.net",
	"https://management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn",
	"https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net",
}

func (l *Layer) knownAudience(resource string) bool {
	resource = strings.TrimRight(resource, "/")
	return slices.Contains(managementAudiences, resource) || resource == l.BaseURL()
}

// accessToken issues what Entra would, with the claims that clients look at.
func (l *Layer) accessToken(p *state.Principal, audience string) (string, error) {
	now := l.Now()
	return l.Sign(jwt.MapClaims{
		"aud": audience, "iss": l.entraIssuer(), "iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(accessTokenLifetime).Unix(),
		"appid": p.ClientID, "azp": p.ClientID, "oid": p.ObjectID, "sub": p.ObjectID, "tid": l.State().Tenant,
		"idtyp": "app", "appidacr": "1", "ver": "1.0", "uti": state.RandomText(22),
	})
}

func (l *Layer) entraIssuer() string { return "https://sts.windows.net/" + l.State().Tenant + "/" }

// AccessToken is a Resource Manager token of a principal; "" if there is none of this
// client id.
func (l *Layer) AccessToken(clientID string) string {
	p := l.State().Principal(func(p *state.Principal) bool { return p.ClientID == clientID })
	if p == nil {
		return ""
	}
	token, err := l.accessToken(p, managementAudiences[0])
	if err != nil {
		return ""
	}
	return token
}

// Author is a caller as a service and a model show their maker. What the emulator knows
// nothing of is left out.
func (l *Layer) Author(p *state.Principal) map[string]any {
	return map[string]any{"userObjectId": p.ObjectID, "userIss": l.entraIssuer(), "userTenantId": l.State().Tenant, "userName": p.DisplayName}
}

// Authenticate finds the principal of a call's bearer token. Its errors are refusals with
// status 401, in the form of the plane.
func (l *Layer) Authenticate(r *http.Request, on api.Plane) (*state.Principal, error) {
	code := "Unauthorized" // the flat API's own 401 is not described anywhere
	if on == api.PlaneARM {
		code = "AuthenticationFailed"
	}
	unauthorized := func(message string) error {
		header := http.Header{}
		header.Set("WWW-Authenticate", fmt.Sprintf(`Bearer authorization_uri="%s/%s", error="invalid_token"`, l.AuthorityURL(), l.State().Tenant))
		return &api.Error{Status: http.StatusUnauthorized, Code: code, Message: message, Header: header}
	}
	token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !isBearer || token == "" {
		return nil, unauthorized("Authentication failed. The 'Authorization' header is missing or is not a bearer token.")
	}
	claims, err := l.Verify(token, l.entraIssuer())
	if err != nil {
		return nil, unauthorized("The access token is invalid or has expired.")
	}
	if audiences, _ := claims.GetAudience(); !slices.ContainsFunc(audiences, l.knownAudience) {
		return nil, unauthorized("The access token has been obtained for the wrong audience.")
	}
	p := l.State().Principal(func(p *state.Principal) bool { return p.ClientID == claims["appid"] })
	if p == nil {
		return nil, unauthorized("The access token's application is not in this directory.")
	}
	return p, nil
}
