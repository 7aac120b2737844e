// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
)

// aliases are the hosts of Microsoft Entra ID that stand for each other, a group
// for each cloud. The source is the list of the Microsoft Authentication Library
// (GetKnownMetadata), which may name another host of the group as the token
// endpoint: for China it does.
var aliases = [][]string{
	{"login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"},
	{"login.partner.microsoftonline.cn", "login.chinacloudapi.cn"},
	{"login.microsoftonline.us", "login.usgovcloudapi.net"},
}

// regionVariable makes azidentity sign in at the host of one region.
const (
	regionVariable = "AZURE_REGIONAL_AUTHORITY_NAME"
	anyRegion      = "TryAutoDetect"
)

// sentOnlyTo returns a check of where a credential may be sent: to the authority,
// to an alias of it, and to its host in the region that AZURE_REGIONAL_AUTHORITY_NAME
// names. The authority itself says where its token endpoint is; it must not be
// believed if it, or what stands in between, names a host of somebody else.
func sentOnlyTo(authority string) func(*url.URL) error {
	configured := strings.ToLower(hostOfURL(authority))
	trusted := []string{configured}
	for _, group := range aliases {
		if slices.Contains(group, configured) {
			trusted = group
		}
	}
	region := os.Getenv(regionVariable)
	return func(u *url.URL) error {
		host := strings.ToLower(u.Host)
		if slices.Contains(trusted, host) {
			return nil
		}
		label, rest, _ := strings.Cut(host, ".")
		if region != "" && (region == label || region == anyRegion) && slices.Contains(trusted, rest) {
			return nil
		}
		return &Error{
			Summary: signInFailed,
			Detail: fmt.Sprintf("The authority %s names %s as the host of its token endpoint, which is not a host of that authority. The credential was not sent there. "+
				"Check endpoints.authority, environment, and proxies on the way.", configured, u.Host),
		}
	}
}

func hostOfURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Host
}
