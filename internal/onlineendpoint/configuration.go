// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"fmt"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
)

// configuration writes the resources of azapi in the order in which they are made. Keys
// never are in it: an ephemeral resource reads them in the apply.
func (m *mapper) configuration(resources []*resource, endpoint *resource) string {
	var out strings.Builder
	head := []string{fmt.Sprintf("The v2 endpoint that service %q (%s) becomes. It needs Terraform 1.11 and azapi 2.11 or later.", m.Service.Name, m.Service.ComputeType)}
	for _, f := range m.result.Blockers {
		head = append(head, "", "BLOCKER "+string(f.Code)+": "+f.Message, "  "+f.Action)
	}
	for _, f := range m.result.Warnings {
		head = append(head, "", "Warning "+string(f.Code)+": "+f.Message, "  "+f.Action)
	}
	out.WriteString(comment(head...))
	for _, v := range m.variables {
		arguments := object{{"type", expression{hcl: "string"}}, {"description", v.description}}
		if v.sensitive {
			arguments = arguments.with("sensitive", true).with("ephemeral", true)
		}
		out.WriteString(block(`variable `+literal(v.name), attributes(arguments, 1)))
	}
	keys := m.label
	if m.carriesKeys() {
		out.WriteString("\n" + comment("The keys of v1, so that clients keep theirs. Set copy_keys = false and write this configuration again before you delete the v1 service."))
		out.WriteString(strings.TrimPrefix(block(`ephemeral "mlws_service_keys" `+literal(keys), attributes(object{{"service_id", m.Workspace.Service(m.Service.Name).String()}}, 1)), "\n"))
	}
	for _, r := range resources {
		var secret, versions object
		switch {
		case r == endpoint && m.carriesKeys():
			at := "ephemeral.mlws_service_keys." + keys
			secret = object{{"properties", object{{"keys", object{{"primaryKey", expression{hcl: at + ".primary_key"}}, {"secondaryKey", expression{hcl: at + ".secondary_key"}}}}}}}
			versions = object{{"properties.keys.primaryKey", "1"}, {"properties.keys.secondaryKey", "1"}}
		case len(r.secrets) > 0:
			secret = object{{"properties", object{{"environmentVariables", r.secrets}}}}
		}
		if r.kind == codes && len(m.notes) > 0 {
			out.WriteString("\n" + comment(m.notes...))
			out.WriteString(strings.TrimPrefix(r.hcl(secret, versions), "\n"))
			continue
		}
		out.WriteString(r.hcl(secret, versions))
	}
	out.WriteString(m.trafficAction(endpoint, resources[len(resources)-1]))
	return out.String()
}

func (m *mapper) carriesKeys() bool { return !m.KeepKeys && m.credential() == authmode.KeyCredential }

// hcl writes a resource of azapi.
func (r *resource) hcl(secret, versions object) string {
	var body strings.Builder
	arguments := object{{"type", r.kind + "@" + APIVersion}, {"parent_id", r.parent}, {"name", r.name}}
	if r.location != "" {
		arguments = arguments.with("location", r.location)
	}
	body.WriteString(attributes(arguments, 1))
	if len(r.tags) > 0 {
		body.WriteString("\n" + attributes(object{{"tags", r.tags}}, 1))
	}
	if r.identity {
		body.WriteString("\n  identity {\n" + attributes(object{{"type", systemAssigned}}, 2) + "  }\n")
	}
	body.WriteString("\n" + attributes(object{{"body", r.body}}, 1))
	if len(secret) > 0 {
		body.WriteString("\n" + attributes(object{{"sensitive_body", secret}}, 1))
	}
	if len(versions) > 0 {
		body.WriteString("\n" + attributes(object{{"sensitive_body_version", versions}}, 1))
	}
	if r.kind == endpoints {
		// Without it, azapi takes the traffic for an output of this resource, and finds its
		// own plan inconsistent once the action below has changed it.
		body.WriteString("\n" + attributes(object{{"response_export_values", expression{hcl: `["properties.scoringUri", "properties.swaggerUri"]`}}}, 1))
	}
	if r.slow {
		body.WriteString("\n  timeouts {\n" + attributes(object{{"create", "90m"}, {"update", "90m"}}, 2) + "  }\n")
	}
	return block(`resource "azapi_resource" `+literal(r.label), body.String())
}

// trafficAction sends the endpoint again, with all traffic to the deployment. A later
// change of the endpoint sends it without traffic, so it has to be sent once more.
func (m *mapper) trafficAction(endpoint, deployment *resource) string {
	at := "azapi_resource." + endpoint.label
	request := object{{"location", expression{hcl: at + ".location"}}, {"identity", object{{"type", systemAssigned}}}}
	if len(endpoint.tags) > 0 {
		request = request.with("tags", expression{hcl: at + ".tags"})
	}
	request = request.with("properties", expression{hcl: fmt.Sprintf("merge(%s.body.properties, { traffic = { %s = 100 } })", at, deploymentName)})
	arguments := attributes(object{{"type", endpoint.kind + "@" + APIVersion}, {"resource_id", expression{hcl: at + ".id"}}, {"method", "PUT"}}, 1) +
		"\n" + attributes(object{{"body", request}}, 1) +
		"\n" + attributes(object{{"depends_on", expression{hcl: "[azapi_resource." + deployment.label + "]"}}}, 1) +
		"\n  lifecycle {\n" + attributes(object{{"replace_triggered_by", expression{hcl: "[" + at + "]"}}}, 2) + "  }\n"
	return "\n" + comment("All traffic goes to the deployment, once that exists.") +
		strings.TrimPrefix(block(`resource "azapi_resource_action" `+literal(m.label+"_traffic"), arguments), "\n")
}

func block(head, body string) string { return "\n" + head + " {\n" + body + "}\n" }
