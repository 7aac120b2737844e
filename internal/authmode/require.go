// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package authmode

import (
	"fmt"
	"strings"
)

// DependsOnAdvice is for errors of data sources: Terraform may read them during
// the plan of the apply that is about to switch the mode, and then the live
// service is still in the old one.
const DependsOnAdvice = "If this same apply is to switch the mode of the service, add depends_on with the service " +
	"resource to this block: it is then read after the switch instead of during the plan."

// TargetAdvice is the same for ephemeral resources: Terraform opens them during
// the plan whatever they depend on, as long as their arguments are known.
const TargetAdvice = "If this same apply is to switch the mode of the service, switch it first (terraform apply -target=<the service resource>), " +
	"then apply the rest: Terraform opens this block during the plan already, when the service is still in its old mode."

// RequireKeyAuth checks that a live service has keys to read or regenerate.
// It returns nil where key auth is on. The service is named in the rule as given.
func RequireKeyAuth(c Compute, auth, token bool, service string) *Violation {
	if auth {
		return nil
	}
	v := &Violation{
		Attribute: AttributeAuth,
		Summary:   "Key auth is off",
		Rule:      fmt.Sprintf("Service %q has %s, and only a service with key auth has keys.", service, Mode{Token: token && c != ACI}),
		Fix:       "Set auth_enabled = true on the service.",
	}
	if token && c != ACI {
		v.Fix = "Set auth_enabled = true and token_auth_enabled = false on the service, or read a token (mlws_service_token) instead of a key."
	}
	return v
}

// RequireTokenAuth checks that a live service issues tokens. It returns nil if
// token auth is on. On ACI it never is.
func RequireTokenAuth(c Compute, auth, token bool, service string) *Violation {
	if c == ACI {
		return &Violation{
			Attribute: AttributeToken,
			Summary:   "Token auth is not available on ACI",
			Rule:      fmt.Sprintf("Service %q runs on Azure Container Instances, and only services on AKS issue tokens.", service),
			Fix:       "Use a key (mlws_service_key) for this service, or deploy it as mlws_aks_service with token_auth_enabled = true.",
		}
	}
	if token {
		return nil
	}
	v := &Violation{
		Attribute: AttributeToken,
		Summary:   "Token auth is off",
		Rule:      fmt.Sprintf("Service %q has %s, and only a service with token auth issues tokens.", service, Mode{Auth: auth}),
		Fix:       "Set token_auth_enabled = true on the service.",
	}
	if auth {
		v.Fix = "Set token_auth_enabled = true and auth_enabled = false (or leave it out) on the service, or use a key (mlws_service_key) instead of a token."
	}
	return v
}

// RegionAdvice returns a warning if a service with token auth is on a cluster
// outside the workspace's region, and nil if both are in one region or either
// is not known. "West Europe" and "westeurope" are the same region:
// Azure returns both spellings.
func RegionAdvice(workspaceRegion, clusterRegion string) *Violation {
	workspace, cluster := normalizeRegion(workspaceRegion), normalizeRegion(clusterRegion)
	if workspace == "" || cluster == "" || workspace == cluster {
		return nil
	}
	return &Violation{
		Attribute: AttributeToken,
		Summary:   "Tokens come from another region",
		Rule: fmt.Sprintf("Tokens are issued in the workspace's region (%s), and the AKS cluster is in %s: "+
			"the further away, the slower the tokens, and while %s is down there are none.", workspace, cluster, workspace),
		Fix:      "Use a cluster in the workspace's region, or key auth (auth_enabled = true), which does not depend on it.",
		Severity: Warning,
	}
}

func normalizeRegion(region string) string {
	return strings.ToLower(strings.Join(strings.Fields(region), ""))
}
