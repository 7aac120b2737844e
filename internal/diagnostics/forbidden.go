// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/permissions"
)

var actionPattern = regexp.MustCompile(`(?i)Microsoft\.[a-z]+(?:/[a-z*]+)*/(?:read|write|delete|action)\b`)

func explainForbidden(e *azureml.ResponseError) string {
	action := actionPattern.FindString(e.Message)
	for i := 0; action == "" && i < len(e.Details); i++ {
		action = actionPattern.FindString(e.Details[i].Message)
	}
	needed, known := operationOf(e.Method, e.Path)
	roles := needed.Roles
	switch {
	case action != "":
		roles = permissions.RolesWith(action)
	case known && (needed.AKS[0].Source == permissions.Documented || namesActions(e.Path)):
		action = needed.Text()
	default:
		// No source names the actions of models and what they are made of.
		advice := "Ask an owner of the workspace for a role that allows it"
		if known {
			advice += " (" + roleText(roles) + ")"
		}
		return join("the caller is not allowed to do this (403).", reason(e.ServiceError), advice+", and check that the workspace's network rules let this machine in.")
	}
	return fmt.Sprintf("the caller lacks the permission %s on the workspace (403). "+
		"Assign it a role that has this action (%s) on the workspace, its resource group or the subscription; "+
		"a new role assignment takes a few minutes to apply.", action, roleText(roles))
}

// namesActions reports whether the actions of what a path is about follow documented
// ones so closely that they are worth naming.
func namesActions(path string) bool {
	lower := strings.ToLower(path)
	return strings.Contains(lower, "/services") || strings.Contains(lower, "/onlineendpoints/")
}

// operationOf returns what a request does in a workspace, for a refusal that does not
// name the action.
func operationOf(method, path string) (operation permissions.Operation, known bool) {
	lower, reads := strings.ToLower(path), method == http.MethodGet
	in := func(part string) bool { return strings.Contains(lower, part) }
	of := func(reading, deleting, writing permissions.Operation) permissions.Operation {
		switch method {
		case http.MethodGet:
			return reading
		case http.MethodDelete:
			return deleting
		}
		return writing
	}
	switch {
	case in("/onlineendpoints/") && strings.HasSuffix(lower, "/listkeys"):
		return permissions.ListV2Keys, true
	case in("/onlineendpoints/") && strings.HasSuffix(lower, "/regeneratekeys"):
		return permissions.RegenerateV2Keys, true
	case strings.HasSuffix(lower, "/token"):
		return permissions.FetchToken, true
	case strings.HasSuffix(lower, "/listkeys"):
		return permissions.ListKeys, true
	case strings.HasSuffix(lower, "/regeneratekeys"):
		return permissions.RegenerateKeys, true
	case in("/services"):
		return of(permissions.ReadServices, permissions.DeleteService, permissions.WriteService), true
	case in("/models"), in("/assets"):
		return of(permissions.ReadModels, permissions.DeleteModels, permissions.WriteModels), true
	case in("/artifacts"):
		return of(permissions.ReadArtifacts, permissions.WriteArtifacts, permissions.WriteArtifacts), true
	case in("/environments"):
		return permissions.ReadEnvironments, reads
	case in("/computes"):
		return permissions.ReadComputes, reads
	}
	return permissions.ReadWorkspace, reads
}

func roleText(roles []permissions.Role) string {
	if roles[0] == permissions.Reader {
		return "Reader is enough"
	}
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = string(role)
	}
	return strings.Join(names, " or ")
}
