// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// Defaults of v1 (contract §4.2), which those of v2 differ from. They are written out,
// on ACI as well: it has no such settings, and those of v2 are stricter.
const (
	scoringTimeoutMS   = 60_000
	maxConcurrent      = 1
	maxQueueWaitMS     = 500
	probePeriod        = 10
	probeInitialDelay  = 310
	probeTimeout       = 2
	probeSuccess       = 1
	probeFailure       = 3
	minReplicas        = 1
	maxReplicas        = 10
	targetUtilization  = 70
	refreshPeriod      = 1
	maxManagedTimeout  = 180_000 // ms; Azure refuses more on a managed endpoint
	defaultSKU         = "Default"
	entryScriptMissing = "score.py"
)

// iso writes milliseconds as an ISO 8601 duration.
func iso(milliseconds int64) string { return "PT" + number(float64(milliseconds)/1000) + "S" }

func seconds(value int64) string { return "PT" + fmt.Sprint(value) + "S" }

// deploymentResource maps what belongs to the container: models, code, environment and
// machines.
func (m *mapper) deploymentResource(endpoint *resource, model any, code *resource, environment environmentOf) *resource {
	s := m.Service
	target := m.result.Target
	properties := object{{"endpointComputeType", string(target)}, {"model", model}, {"environmentId", environment.id}}
	if code != nil {
		properties = properties.with("codeConfiguration", object{{"codeId", code.reference()}, {"scoringScript", m.entryScript(environment)}})
	}
	open, hidden := m.environmentVariables(environment)
	if len(open) > 0 {
		properties = properties.with("environmentVariables", open)
	}
	properties = properties.with("requestSettings", m.requestSettings()).with("livenessProbe", m.probe())
	properties = properties.with("appInsightsEnabled", s.AppInsights != nil && *s.AppInsights)
	if collects(s.DataCollection.StorageEnabled) || collects(s.DataCollection.EventHubEnabled) {
		collection := object{{"dataCollectionMode", "Enabled"}}
		properties = properties.with("dataCollector", object{{"collections", object{{"request", collection}, {"response", collection}}}})
		m.warn(DataCollection, "The service collects data by calls in its code. v2 collects requests and responses itself, into other folders, and its library for code has another name.",
			"Take the collector of v1 out of the code, and point what reads the data at the new folders.")
	}
	if s.Resources.FPGA != nil && *s.Resources.FPGA > 0 {
		m.block(FPGA, fmt.Sprintf("The service uses %d FPGAs, and v2 has none.", *s.Resources.FPGA), "Deploy a model that runs on CPUs or GPUs.")
	}
	capacity := m.instances()
	if target == Managed {
		m.chooseInstance()
		if m.result.InstanceType != "" {
			properties = properties.with("instanceType", m.result.InstanceType)
		}
	} else {
		properties = properties.with("containerResourceRequirements", m.containerResources())
	}
	properties = properties.with("scaleSettings", m.scaleSettings())
	var body object
	if !m.scales() || target == Managed {
		body = object{{"sku", object{{"name", defaultSKU}, {"capacity", capacity}}}}
	}
	return &resource{
		label: m.label + "_deployment", kind: deployments, name: deploymentName,
		parent: endpoint.reference(), parentID: endpoint.id(), location: m.Location,
		body: append(body, member{"properties", properties}), secrets: hidden, slow: true,
	}
}

func collects(flag *bool) bool { return flag != nil && *flag }

func (m *mapper) requestSettings() object {
	s := m.Service
	timeout := positive(s.ScoringTimeoutMS, scoringTimeoutMS)
	if m.result.Target == Managed && timeout > maxManagedTimeout {
		m.block(RequestTimeout, fmt.Sprintf("A request may run for %s s, and on a managed endpoint for at most 180 s. The mapping has 180 s.", number(float64(timeout)/1000)),
			`Make requests shorter, or set target = "Kubernetes".`)
		timeout = maxManagedTimeout
	}
	if s.ComputeType == azureml.ComputeACI {
		m.warn(Concurrency, "ACI has no setting for how many requests run at once, and lets others wait. The deployment takes one request for each instance at a time. For more than that, clients get 429.",
			"Raise maxConcurrentRequestsPerInstance if run() can serve several requests at once, and let clients try again after a 429.")
	}
	return object{
		{"requestTimeout", iso(timeout)},
		{"maxConcurrentRequestsPerInstance", positive(s.MaxConcurrent, maxConcurrent)},
		{"maxQueueWait", iso(positive(s.MaxQueueWaitMS, maxQueueWaitMS))},
	}
}

func (m *mapper) probe() object {
	p := m.Service.LivenessProbe
	return object{
		{"initialDelay", seconds(positive(p.InitialDelaySeconds, probeInitialDelay))},
		{"period", seconds(positive(p.PeriodSeconds, probePeriod))},
		{"timeout", seconds(positive(p.TimeoutSeconds, probeTimeout))},
		{"successThreshold", positive(p.SuccessThreshold, probeSuccess)},
		{"failureThreshold", positive(p.FailureThreshold, probeFailure)},
	}
}

// scales reports whether v1 decides how many replicas there are: on AKS by default,
// unless their number is given.
func (m *mapper) scales() bool {
	s := m.Service
	if s.ComputeType != azureml.ComputeAKS {
		return false
	}
	if s.AutoScaler.Enabled != nil {
		return *s.AutoScaler.Enabled
	}
	return s.NumReplicas == nil
}

// instances is how many instances there are at first: as many as there are replicas now.
func (m *mapper) instances() int64 {
	s := m.Service
	if !m.scales() {
		return positive(s.NumReplicas, 1)
	}
	least, most := positive(s.AutoScaler.MinReplicas, minReplicas), positive(s.AutoScaler.MaxReplicas, maxReplicas)
	now := least
	if s.DeploymentStatus != nil {
		now = positive(s.DeploymentStatus.DesiredReplicas, least)
	}
	return max(least, min(now, most))
}

func (m *mapper) scaleSettings() object {
	fixed := object{{"scaleType", "Default"}}
	if !m.scales() {
		return fixed
	}
	a := m.Service.AutoScaler
	least, most := positive(a.MinReplicas, minReplicas), positive(a.MaxReplicas, maxReplicas)
	target := positive(a.TargetUtilization, targetUtilization)
	if m.result.Target == Managed {
		m.warn(Autoscale, fmt.Sprintf("The service scales between %d and %d replicas, at %d %% of the requests that they can serve at once. A managed endpoint scales by rules of Azure Monitor, on CPU or on requests for each minute. The mapping has %d instances, as many as run now.",
			least, most, target, m.instances()),
			"Write an autoscale setting for the deployment, and check the quota for its largest number of instances.")
		return fixed
	}
	return object{
		{"scaleType", "TargetUtilization"},
		{"minInstances", least},
		{"maxInstances", most},
		{"targetUtilizationPercentage", target},
		{"pollingInterval", seconds(positive(a.RefreshPeriodInSec, refreshPeriod))},
	}
}

// containerResources are the requests of v1, and its limits if it has any.
func (m *mapper) containerResources() object {
	r := m.Service.Resources
	requests := object{{"cpu", number(positive(r.CPU, 0.1))}, {"memory", number(positive(r.MemoryGB, 0.5)) + "Gi"}}
	limits := object{}
	if cpu := positive(r.CPULimit, 0); cpu > 0 {
		limits = limits.with("cpu", number(cpu))
	}
	if memory := positive(r.MemoryGBLimit, 0); memory > 0 {
		limits = limits.with("memory", number(memory)+"Gi")
	}
	if gpu := positive(r.GPU, 0); gpu > 0 { // Kubernetes wants both to be the same
		requests, limits = requests.with("gpu", fmt.Sprint(gpu)), limits.with("gpu", fmt.Sprint(gpu))
	}
	result := object{{"containerResourceRequests", requests}}
	if len(limits) > 0 {
		result = result.with("containerResourceLimits", limits)
	}
	return result
}

var secretName = regexp.MustCompile(`(?i)token|passw|pwd|secret|credential|key|connection|sas`)

// environmentVariables returns the variables of the container: those that can be shown,
// and those that look like secrets as variables of the configuration.
func (m *mapper) environmentVariables(environment environmentOf) (open, hidden object) {
	var named []string
	for _, name := range slices.Sorted(maps.Keys(environment.variables)) {
		value := environment.variables[name]
		assignment := name + "=" + value
		if !secretName.MatchString(name) && redact.Text(assignment) == assignment {
			open = open.with(name, value)
			continue
		}
		input := strings.ToLower(m.label + "_" + strings.Trim(noLabel.ReplaceAllString(name, "_"), "_"))
		for slices.ContainsFunc(m.variables, func(v variable) bool { return v.name == input }) {
			input += "_"
		}
		m.variables = append(m.variables, variable{input, "The value of the environment variable " + quoted(name) + ".", true})
		hidden = hidden.with(name, expression{"var." + input, nil})
		named = append(named, quoted(name))
	}
	if len(named) > 0 {
		m.warn(SecretVariables, "Environment variables look like secrets, so their values are in neither output: "+strings.Join(named, ", ")+".",
			"Give their values to the variables of the configuration, from a vault.")
	}
	return open, hidden
}
