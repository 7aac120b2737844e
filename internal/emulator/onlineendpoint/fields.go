// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"math"
	"regexp"
	"strconv"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// The tables of requests, from Azure's types of api-version 2026-05-01. Members that
// the types call read-only are ignored, as Resource Manager does, so that the body of
// a GET can be sent back.

func optional(k api.Field) *api.Field { return &k }

var (
	someText  = api.Field{Kind: api.Text}
	flag      = api.Field{Kind: api.Boolean}
	integer   = api.Field{Kind: api.Integer}
	userTexts = api.Field{Kind: api.StringMap}
	ignored   = api.Field{Kind: api.Ignored}
	required  = api.Field{Kind: api.Text, Required: true}
	duration  = api.Field{Kind: api.Text, Rule: isDuration}
	percent   = api.Field{Kind: api.Map, Values: optional(api.Field{Kind: api.Integer, Rule: isPercent})}
	onOff     = oneOf("Enabled", "Disabled")
	// nameText has a letter, a digit or an underscore in it, as the types ask of paths
	// and scripts.
	nameText = api.Field{Kind: api.Text, Required: true, Rule: hasName}
)

func oneOf(values ...string) api.Field { return api.Field{Kind: api.Text, Enum: values} }

func object(f api.Fields) api.Field { return api.Field{Kind: api.Object, Fields: f} }

func must(f api.Field) api.Field {
	f.Required = true
	return f
}

var nameCharacter = regexp.MustCompile(`[a-zA-Z0-9_]`)

func hasName(value any) string {
	if text, _ := value.(string); nameCharacter.MatchString(text) {
		return ""
	}
	return "must have a letter, a digit or an underscore in it"
}

func isPercent(value any) string {
	if n, _ := value.(float64); n >= 0 && n <= 100 {
		return ""
	}
	return "must be a percentage from 0 to 100"
}

var isoDuration = regexp.MustCompile(`^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$`)

func isDuration(value any) string {
	if text, _ := value.(string); len(text) > 2 && text[len(text)-1] != 'T' && isoDuration.MatchString(text) {
		return ""
	}
	return "must be a duration in ISO 8601, such as PT5S"
}

// durationOf reads a duration of a document that has passed isDuration.
func durationOf(object map[string]any, name string, otherwise time.Duration) time.Duration {
	parts := isoDuration.FindStringSubmatch(text(object, name))
	if parts == nil {
		return otherwise
	}
	var total float64
	for i, seconds := range []float64{24 * 3600, 3600, 60, 1} {
		n, _ := strconv.ParseFloat("0"+parts[i+1], 64)
		total += n * seconds
	}
	return time.Duration(min(total, math.MaxInt32) * float64(time.Second))
}

var (
	assigned = api.Fields{"id": ignored, "type": ignored, "apiVersion": ignored, "systemData": ignored, "name": someText}

	identityFields = api.Fields{
		"principalId": ignored, "tenantId": ignored, "type": must(oneOf("None", "SystemAssigned", "UserAssigned", "SystemAssigned,UserAssigned")),
		"userAssignedIdentities": {Kind: api.Map, Values: optional(object(api.Fields{"principalId": ignored, "clientId": ignored}))},
	}
	skuFields = api.Fields{
		"name": required, "tier": oneOf("Free", "Basic", "Standard", "Premium"), "size": someText, "family": someText, "capacity": integer,
	}
	trackedFields = assigned.Merge(api.Fields{
		"location": required, "kind": someText, "tags": userTexts, "identity": object(identityFields), "sku": object(skuFields),
	})

	endpointFields = trackedFields.Merge(api.Fields{"properties": must(object(api.Fields{
		"authMode": must(oneOf("AMLToken", "Key", "AADToken")), "compute": someText, "description": someText,
		"keys":    object(api.Fields{"primaryKey": someText, "secondaryKey": someText}),
		"traffic": percent, "mirrorTraffic": percent, "publicNetworkAccess": onOff, "properties": userTexts,
		"provisioningState": ignored, "scoringUri": ignored, "swaggerUri": ignored,
	}))})

	regenerateFields = api.Fields{"keyType": must(oneOf("Primary", "Secondary")), "keyValue": someText}

	// Versions of what deployments are made of.
	versionProperties = api.Fields{
		"description": someText, "properties": userTexts, "tags": userTexts, "isAnonymous": flag, "isArchived": flag, "provisioningState": ignored,
	}
	codeProperties      = versionProperties.Merge(api.Fields{"codeUri": someText})
	containerProperties = api.Fields{
		"description": someText, "properties": userTexts, "tags": userTexts, "isArchived": flag,
		"provisioningState": ignored, "latestVersion": ignored, "nextVersion": ignored,
	}
	modelProperties = versionProperties.Merge(api.Fields{
		"flavors": {Kind: api.Map, Values: optional(object(api.Fields{"data": {Kind: api.Free}}))},
		"jobName": someText, "modelType": someText, "modelUri": someText, "stage": someText,
		"datasets": {Kind: api.List, Fields: api.Fields{"name": someText, "id": someText}},
	})
	routeFields           = api.Fields{"path": nameText, "port": must(integer)}
	environmentProperties = versionProperties.Merge(api.Fields{
		"autoRebuild": oneOf("Disabled", "OnBaseImageUpdate"), "build": object(api.Fields{"contextUri": nameText, "dockerfilePath": someText}),
		"condaFile": someText, "environmentType": ignored, "image": someText, "osType": oneOf("Linux", "Windows"), "stage": someText,
		"inferenceConfig": object(api.Fields{
			"livenessRoute": object(routeFields), "readinessRoute": object(routeFields), "scoringRoute": object(routeFields), "startupRoute": object(routeFields),
		}),
	})
)

// ofProperties is the table of an object that has properties, and is otherwise assigned.
func ofProperties(f api.Fields) api.Fields {
	return assigned.Merge(api.Fields{"properties": must(object(f))})
}
