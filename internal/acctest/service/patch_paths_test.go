// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// The paths that the API can patch, as the Python SDK sends them. Only /imageId is
// missing: it belongs to an older way to deploy, and has no attribute.
var (
	commonPaths = []string{"/environmentImageRequest", "/kvTags", "/properties/", "/description", "/authEnabled", "/appInsightsEnabled"}
	aciPaths    = []string{"/sslEnabled", "/sslCertificate", "/sslKey", "/cname"}
	aksPaths    = []string{
		"/aadAuthEnabled", "/autoScaler/autoscaleEnabled", "/autoScaler/minReplicas", "/autoScaler/maxReplicas", "/autoScaler/refreshPeriodInSeconds", "/autoScaler/targetUtilization",
		"/dataCollection/storageEnabled", "/containerResourceRequirements/cpu", "/containerResourceRequirements/cpuLimit", "/containerResourceRequirements/memoryInGB",
		"/containerResourceRequirements/memoryInGBLimit", "/containerResourceRequirements/gpu", "/scoringTimeoutMs", "/maxConcurrentRequestsPerContainer", "/maxQueueWaitMs", "/numReplicas",
		"/livenessProbeRequirements/periodSeconds", "/livenessProbeRequirements/initialDelaySeconds", "/livenessProbeRequirements/timeoutSeconds",
		"/livenessProbeRequirements/successThreshold", "/livenessProbeRequirements/failureThreshold", "/namespace",
	}
)

// Every path that the API can patch is in a PATCH that TestAccServiceUpdatesInPlace
// expects, to the letter, of a real terraform; and no other path is.
func TestEveryPatchPathIsExercised(t *testing.T) {
	t.Parallel()
	for typeName, test := range map[string]struct {
		own   []change
		paths []string
	}{
		aciType: {slices.Concat(aciChanges, aciMadeUp), slices.Concat(commonPaths, aciPaths)},
		aksType: {slices.Concat(aksChanges, aksMadeUp), slices.Concat(commonPaths, aksPaths)},
	} {
		exercised := map[string]bool{}
		for _, c := range slices.Concat(test.own, commonChanges, commonMadeUp) {
			var operations []struct{ Path string }
			if err := json.Unmarshal([]byte(c.patch), &operations); err != nil {
				t.Fatalf("%s: %v", c.label, err)
			}
			for _, operation := range operations {
				if strings.HasPrefix(operation.Path, "/properties/") {
					operation.Path = "/properties/"
				}
				exercised[operation.Path] = true
			}
		}
		got, want := slices.Sorted(maps.Keys(exercised)), slices.Sorted(slices.Values(test.paths))
		if !slices.Equal(got, want) {
			t.Errorf("%s: patched are\n%v, want\n%v", typeName, got, want)
		}
	}
}
