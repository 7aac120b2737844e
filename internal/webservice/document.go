// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

// expander makes the body of a create or of an overwrite.
type expander struct {
	ctx     context.Context
	secrets secrets
	request azureml.CreateServiceRequest
}

// expand returns the body of a create or, with overwrite, of a redeployment of the image.
func expand(ctx context.Context, plan deployment, s secrets, image *azureml.EnvironmentImage, overwrite bool) azureml.CreateServiceRequest {
	e := expander{ctx: ctx, secrets: s}
	e.request.ComputeType, e.request.Image, e.request.Overwrite = plan.compute, image, overwrite
	for _, a := range layouts[plan.compute]().attributes {
		if a.expand != nil {
			a.expand(&e, &plan)
		}
	}
	return e.request
}

// flatten returns the state of a service as the API describes it. See attribute.flatten.
func flatten(ctx context.Context, service *azureml.Service, workspace resourceid.Workspace, prior deployment) deployment {
	d := prior
	d.WorkspaceID = values.Same(workspace.String(), prior.WorkspaceID, strings.EqualFold)
	if owner, err := resourceid.ParseWorkspace(d.WorkspaceID.ValueString()); err == nil {
		workspace = owner
	}
	d.ID = types.StringValue(workspace.Service(service.Name).String())
	for _, a := range attributesOf(prior.compute) {
		if a.flatten != nil {
			a.flatten(ctx, service, &prior, &d)
		}
	}
	return d
}

// patcher collects the operations of one JSON Patch. Unknown values are not sent.
type patcher struct {
	ctx        context.Context
	secrets    secrets
	image      *azureml.EnvironmentImage
	operations []azureml.PatchOperation
}

func (p *patcher) replace(path string, value any) {
	p.operations = append(p.operations, azureml.PatchOperation{Op: "replace", Path: path, Value: value})
}

// patch returns the JSON Patch that turns the service from state to plan, without changes
// that the API cannot patch; nil if there is nothing to send. The image is sent if it changes.
func patch(ctx context.Context, plan, state deployment, s secrets, image *azureml.EnvironmentImage) []azureml.PatchOperation {
	p := patcher{ctx: ctx, secrets: s, image: image}
	for _, a := range layouts[plan.compute]().attributes {
		if a.patch != nil && a.change(plan.compute) == inPlace {
			a.patch(&p, &plan, &state)
		}
	}
	return p.operations
}

// secrets are the values of a configuration that are sent and shown nowhere.
type secrets struct {
	tlsKey           string
	registryPassword string
	keys             []string // the service's own keys, if they were read
	// The container's environment may be secret: Terraform does not tell providers which values are
	// sensitive.
	variables map[string]string
	earlier   map[string]string // those of the container that a rollback deploys
}

// secretsOf reads the secrets of a configuration. All its values must be known.
func secretsOf(ctx context.Context, config deployment) secrets {
	ssl := values.OrZero(values.Decode[sslModel](ctx, config.SSL))
	s := secrets{tlsKey: cmp.Or(ssl.KeyPEMWO.ValueString(), ssl.KeyPEM.ValueString())}
	s.registryPassword, s.variables = inference.Secrets(ctx, config.image())
	return s
}

// redactor returns the secrets in the form that removes them from texts.
func (s secrets) redactor() redact.Secrets {
	hidden := redact.Of(append(slices.Clone(s.keys), s.registryPassword, s.tlsKey)...)
	for _, variables := range []map[string]string{s.variables, s.earlier} {
		for name, value := range variables {
			hidden.AddSetting(name, value)
		}
	}
	return hidden
}

// redact removes the secrets from text that others wrote.
func (s secrets) redact(text string) string { return s.redactor().Text(text) }
