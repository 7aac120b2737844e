// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package services

import (
	"regexp"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

var (
	namePattern      = regexp.MustCompile(`^[a-z]([-a-z0-9]*[a-z0-9])?$`)
	namespacePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	regionPattern    = regexp.MustCompile(`^[a-z0-9]+$`)
	dnsLabelPattern  = regexp.MustCompile(`^[A-Za-z]([-A-Za-z0-9]*[A-Za-z0-9])?$`)
)

// ValidName tells whether a service can have the name.
func ValidName(name string) bool {
	return namePattern.MatchString(name) && len(name) >= 3 && len(name) <= 32
}

// serviceRules checks a service's document, as a create would store it or a PATCH
// would leave it, and returns the first rule that it breaks.
func serviceRules(svc *state.Service, doc map[string]any) error {
	if svc.Kind == "ACI" {
		return aciRules(svc, doc)
	}
	return aksRules(doc)
}

func aciRules(svc *state.Service, doc map[string]any) error {
	if err := resourceRules(doc); err != nil {
		return err
	}
	cname, _ := doc["cname"].(string)
	if doc["sslEnabled"] == true && (!svc.HasCertificate || !svc.HasTLSKey || cname == "") {
		return api.Invalid("InvalidSslConfiguration", "sslEnabled", "SSL is enabled, you must provide a SSL certificate, key, and cname.")
	}
	if vnet, given := doc["vnetConfiguration"].(map[string]any); given && (blank(vnet, "vnetName") || blank(vnet, "subnetName")) {
		return api.Invalid("InvalidVnetConfiguration", "vnetConfiguration", "Both vnetName and subnetName must be provided.")
	}
	if cmk, given := doc["encryptionProperties"].(map[string]any); given && (blank(cmk, "vaultBaseUrl") || blank(cmk, "keyName") || blank(cmk, "keyVersion")) {
		return api.Invalid("InvalidEncryptionProperties", "encryptionProperties", "vaultBaseUrl, keyName and keyVersion must all be provided.")
	}
	if !regionPattern.MatchString(state.Region(doc)) {
		return api.Invalid("InvalidLocation", "location", "'%s' is not a region.", state.Region(doc))
	}
	return nil
}

func aksRules(doc map[string]any) error {
	if doc["authEnabled"] == true && doc["aadAuthEnabled"] == true {
		return api.Invalid("InvalidAuthenticationConfiguration", "aadAuthEnabled",
			"Key authentication (authEnabled) and token authentication (aadAuthEnabled) cannot both be enabled.")
	}
	if err := resourceRules(doc); err != nil {
		return err
	}
	if namespace, _ := doc["namespace"].(string); !namespacePattern.MatchString(namespace) {
		return api.Invalid("InvalidNamespace", "namespace", "namespace must be a valid Kubernetes namespace.")
	}
	if err := replicaRules(doc); err != nil {
		return err
	}
	for name, least := range map[string]float64{"scoringTimeoutMs": 1, "maxConcurrentRequestsPerContainer": 1, "maxQueueWaitMs": 0} {
		if n, _ := doc[name].(float64); n < least {
			return api.Invalid("InvalidValue", name, "'%s' must be at least %v.", name, least)
		}
	}
	probe, _ := doc["livenessProbeRequirements"].(map[string]any)
	for name := range probeFields {
		least := 1.0
		if name == "initialDelaySeconds" {
			least = 0
		}
		if n, isNumber := probe[name].(float64); isNumber && n < least {
			return api.Invalid("InvalidValue", "livenessProbeRequirements."+name, "'livenessProbeRequirements.%s' must be at least %v.", name, least)
		}
	}
	if percentile, given := doc["trafficPercentile"].(float64); given && (percentile < 0 || percentile > 100) {
		return api.Invalid("InvalidValue", "trafficPercentile", "traffic_percentile cannot be negative or greater than 100.")
	}
	return nil
}

// replicaRules: a fixed number of replicas and the autoscaler exclude each other.
func replicaRules(doc map[string]any) error {
	scaler, _ := doc["autoScaler"].(map[string]any)
	replicas, fixed := doc["numReplicas"].(float64)
	enabled := scaler["autoscaleEnabled"] == true
	switch {
	case enabled && fixed:
		return api.Invalid("InvalidScaling", "numReplicas", "autoscale enabled and num_replicas provided.")
	case !enabled && !fixed:
		return api.Invalid("InvalidScaling", "numReplicas", "autoscale disabled but num_replicas not provided.")
	case fixed && replicas < 1:
		return api.Invalid("InvalidValue", "numReplicas", "'numReplicas' must be at least 1.")
	}
	for _, name := range []string{"minReplicas", "maxReplicas", "targetUtilization", "refreshPeriodInSeconds"} {
		n, given := scaler[name].(float64)
		if given && !enabled {
			return api.Invalid("InvalidScaling", "autoScaler."+name, "%s provided without enabling autoscaling.", name)
		}
		if given && n < 1 || name == "targetUtilization" && n > 100 {
			return api.Invalid("InvalidValue", "autoScaler."+name, "'autoScaler.%s' is out of range.", name)
		}
	}
	least, _ := scaler["minReplicas"].(float64)
	most, _ := scaler["maxReplicas"].(float64)
	if enabled && least > most {
		return api.Invalid("InvalidScaling", "autoScaler.minReplicas", "autoscale_min_replicas cannot be greater than autoscale_max_replicas.")
	}
	return nil
}

func resourceRules(doc map[string]any) error {
	const path = "containerResourceRequirements."
	needs, _ := doc["containerResourceRequirements"].(map[string]any)
	for _, name := range []string{"cpu", "memoryInGB"} {
		request, _ := needs[name].(float64)
		if request <= 0 {
			return api.Invalid("InvalidValue", path+name, "'%s%s' must be greater than zero.", path, name)
		}
		if limit, given := needs[name+"Limit"].(float64); given && limit < request {
			return api.Invalid("InvalidValue", path+name+"Limit", "'%s%sLimit' must be greater than or equal to '%s'.", path, name, name)
		}
	}
	if gpu, given := needs["gpu"].(float64); given && gpu < 0 {
		return api.Invalid("InvalidValue", path+"gpu", "'%sgpu' must be greater than or equal to zero.", path)
	}
	if fpga, given := needs["fpga"].(float64); given && (fpga < 0 || int(fpga)%2 != 0) {
		return api.Invalid("InvalidValue", path+"fpga", "'%sfpga' must be a multiple of 2.", path)
	}
	return nil
}

// imageRules checks what is to be deployed: registered models, and either an
// environment or exactly one model of a framework that needs none.
func imageRules(w *state.Workspace, doc map[string]any) error {
	const path = "environmentImageRequest"
	request, given := doc[path].(map[string]any)
	if !given {
		if image, _ := doc["imageId"].(string); image != "" {
			return nil
		}
		return api.Invalid("MissingField", path, "One of environmentImageRequest and imageId must be provided.")
	}
	ids, hasIDs := request["modelIds"].([]any)
	inline, hasInline := request["models"].([]any)
	if !hasIDs && !hasInline || len(ids) > 0 && len(inline) > 0 {
		return api.Invalid("ServiceModelConflict", path+".modelIds", "Exactly one of the ModelIds or Models must be specified for a service.")
	}
	var models []*state.Model
	for _, id := range state.ModelIDs(doc) {
		m := w.Model(id)
		if m == nil {
			return api.Invalid("ModelNotFound", path+".modelIds", "Model %s was not found in workspace %s.", id, w.Name)
		}
		models = append(models, m)
	}
	_, inlineEnvironment := request["environment"].(map[string]any)
	reference, byReference := request["environmentReference"].(map[string]any)
	switch {
	case inlineEnvironment && byReference:
		return api.Invalid("EnvironmentConflict", path+".environment", "Only one of environment and environmentReference may be provided.")
	case byReference:
		name, _ := reference["name"].(string)
		version, _ := reference["version"].(string)
		if w.Environment(name, version) == nil {
			return api.Invalid("EnvironmentNotFound", path+".environmentReference", "Environment %s:%s was not found in workspace %s.", name, version, w.Name)
		}
	case !inlineEnvironment:
		if len(models) != 1 || len(inline) > 0 || !noCodeFrameworks[models[0].Framework] {
			return api.Invalid("EnvironmentRequired", path+".environment",
				"An environment is required, except for exactly one model of the framework Onnx, ScikitLearn, TensorFlow or Multi.")
		}
	}
	return assetRules(request)
}

func assetRules(request map[string]any) error {
	driver, _ := request["driverProgram"].(string)
	assets, _ := request["assets"].([]any)
	found := driver == ""
	for _, item := range assets {
		asset, _ := item.(map[string]any)
		url, _ := asset["url"].(string)
		scheme, _, _ := strings.Cut(url, "://")
		switch scheme {
		case "aml", "http", "https", "wasb", "wasbs":
		default:
			return api.Invalid("InvalidAssetUrl", "environmentImageRequest.assets", "The asset %v has no usable URL.", asset["id"])
		}
		found = found || asset["id"] == driver
	}
	if !found {
		return api.Invalid("DriverProgramNotFound", "environmentImageRequest.driverProgram", "driverProgram %s is not among the assets.", driver)
	}
	return nil
}

func blank(object map[string]any, name string) bool {
	value, _ := object[name].(string)
	return value == ""
}
