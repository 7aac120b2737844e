// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"encoding/json"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// maxMirror is the largest share of requests that Azure mirrors.
const maxMirror = 50

// checkTraffic holds the rules of Azure's documentation: shares are given to existing
// deployments, and come to 0 or 100 together; one deployment mirrors at most 50.
func checkTraffic(e *state.OnlineEndpoint, p map[string]any) error {
	for _, member := range []string{"traffic", "mirrorTraffic"} {
		shares, _ := p[member].(map[string]any)
		sum, used := 0, 0
		for _, name := range state.SortedKeys(shares) {
			if e == nil || e.Deployment(name) == nil {
				return api.Invalid("DeploymentNotFound", "properties."+member+"."+name, "'%s' names %s, and the endpoint has no such deployment.", member, name)
			}
			if share := whole(shares[name]); share > 0 {
				sum, used = sum+share, used+1
			}
		}
		if member == "traffic" && sum != 0 && sum != 100 {
			return api.Invalid("InvalidTraffic", "properties.traffic", "The shares of traffic come to %d. Together they have to be 0 or 100.", sum)
		}
		if member == "mirrorTraffic" && (used > 1 || sum > maxMirror) {
			return api.Invalid("InvalidTraffic", "properties.mirrorTraffic", "Mirrored traffic goes to one deployment, and is at most %d percent.", maxMirror)
		}
	}
	return nil
}

// whole reads an integer of a document, which is a float64 in a request and a
// json.Number in a state file.
func whole(value any) int {
	switch n := value.(type) {
	case float64:
		return int(n)
	case json.Number:
		i, _ := n.Int64()
		return int(i)
	}
	return 0
}

// routed is the deployment that the next call goes to; nil if none has traffic. The
// shares are exact in each hundred calls, and mixed: 61 has no factor in common with
// 100.
func routed(e *state.OnlineEndpoint) *state.OnlineDeployment {
	shares, _ := properties(e.Live)["traffic"].(map[string]any)
	ticket := e.Scored * 61 % 100
	e.Scored++
	for _, name := range state.SortedKeys(shares) {
		if ticket -= whole(shares[name]); ticket < 0 {
			return e.Deployment(strings.ToLower(name))
		}
	}
	return nil
}
