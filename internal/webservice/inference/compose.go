// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

const (
	environmentMember = "environment"
	referenceMember   = "environmentReference"
)

// environment sets the definition of the environment.
func (c *composer) environment(ctx context.Context) diag.Diagnostics {
	planned, before := values.OrZero(environmentOf(ctx, c.Plan)), values.OrZero(environmentOf(ctx, c.State))
	definition := c.document.section(environmentMember)
	fresh := definition == nil
	switch {
	case !planned.registered():
		definition = c.inlineBase(planned, before, definition)
		fresh = definition == nil
		inline, err := c.inline(ctx, planned, before, definition)
		if err != nil {
			return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(environmentPath.AtName("conda_dependencies"), "Invalid conda_dependencies", err.Error())}
		}
		definition = inline
		if err := definition.replaceVariables(values.Strings(planned.EnvironmentVariables)); err != nil {
			return diag.Diagnostics{c.undeployable(planned, err)}
		}
	case c.keepsRegistered(planned, before) && (!fresh || c.keepsCode()):
		c.kept = true
		if fresh {
			return nil // it is deployed by reference
		}
	default:
		registered, diags := readEnvironment(ctx, c.API, planned)
		if diags.HasError() {
			return diags
		}
		c.registered, fresh = registered, true
		parsed, err := parseDocument(registered)
		if err != nil {
			return diag.Diagnostics{c.undeployable(planned, err)}
		}
		definition = parsed
		if err := planned.overlay(definition); err != nil {
			return diag.Diagnostics{c.undeployable(planned, err)}
		}
	}
	if fresh || !c.keepsCode() {
		if err := definition.setVariables(codeVariables(*c.plan)); err != nil {
			return diag.Diagnostics{c.undeployable(planned, err)}
		}
	}
	c.document.set(environmentMember, definition)
	c.document.remove(referenceMember)
	return nil
}

func (c *composer) undeployable(planned environmentModel, err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(environmentPath, "The environment cannot be deployed",
		fmt.Sprintf("Environment %q: the definition cannot be used: %s.", planned.Name.ValueString(), err))
}

// keepsRegistered reports whether the registered environment that is deployed stays:
// the definition of a deployment may differ from the registered one on purpose.
func (c *composer) keepsRegistered(planned, before environmentModel) bool {
	if c.live == nil || !before.DriftedMembers.IsNull() || !planned.sameOverlay(before) ||
		!planned.Name.Equal(before.Name) || planned.deployedVersion() != before.deployedVersion() {
		return false
	}
	deployed := definitionOf(c.live)
	return deployed != nil && deployed.Name == planned.Name.ValueString() &&
		(deployed.Version == "" || deployed.Version == planned.deployedVersion())
}

// inlineBase returns the deployed definition to change; nil for another environment.
func (c *composer) inlineBase(planned, before environmentModel, deployed document) document {
	renamed := !planned.Name.Equal(before.Name)
	if deployed == nil || before.registered() && renamed {
		return nil
	}
	if renamed || before.registered() {
		deployed.remove("version")
		deployed.remove("assetId")
	}
	c.restore(deployed, before)
	return deployed
}

// inline lays the attributes of an inline definition over another one; nil for none. A
// member that says already what the plan says keeps its bytes. One that no attribute
// asks for stays, unless the plan or somebody else has removed the attribute.
func (c *composer) inline(ctx context.Context, planned, before environmentModel, base document) (document, error) {
	definition, fresh := base, base == nil
	var running environmentModel
	if fresh {
		definition = document{}
	} else {
		running = values.OrZero(values.Decode[environmentModel](ctx, c.running.Environment))
	}
	for _, text := range []struct {
		path                     string
		planned, before, running types.String
	}{
		{"name", planned.Name, before.Name, running.Name},
		{"docker.baseImage", planned.BaseImage, before.BaseImage, running.BaseImage},
		{"docker.baseDockerfile", planned.BaseDockerfile, before.BaseDockerfile, running.BaseDockerfile},
		{stackPath, planned.InferencingStackVersion, before.InferencingStackVersion, running.InferencingStackVersion},
	} {
		asked := !text.before.IsNull() || !text.running.IsNull() || !text.planned.IsNull()
		if asked && textOf(definition.at(text.path)) != text.planned.ValueString() {
			definition.setText(text.path, text.planned.ValueString())
		}
	}
	switch {
	case values.IsSet(planned.CondaDependencies):
		conda, err := condaToJSON(planned.CondaDependencies.ValueString())
		if err != nil {
			return nil, err
		}
		if !sameJSON(definition.at(condaPath), conda) {
			definition.set(condaPath, conda)
		}
	case !running.CondaDependencies.IsNull():
		definition.remove(condaPath)
	}
	asked := fresh || definition.section("python") != nil || !planned.UserManagedDependencies.Equal(before.UserManagedDependencies)
	if managed := string(definition.at(userManagedPath)) == "true"; asked && (fresh || managed != planned.managesPackages()) {
		definition.set(userManagedPath, planned.managesPackages())
	}
	c.registry(ctx, planned, before, definition)
	return definition, nil
}

// registry sets the private registry. Azure never returns its credentials, so they
// are sent again each time, and never as empty values.
func (c *composer) registry(ctx context.Context, planned, before environmentModel, definition document) {
	wanted := values.Decode[registryModel](ctx, planned.BaseImageRegistry)
	if wanted == nil {
		if !before.BaseImageRegistry.IsNull() {
			definition.remove(registryPath)
		}
		return
	}
	registry := definition.section("docker").section("baseImageRegistry")
	if registry == nil {
		registry = document{}
	}
	if address := wanted.Address.ValueString(); !strings.EqualFold(textOf(registry["address"]), address) {
		registry.set("address", address)
	}
	for member, value := range map[string]string{"username": wanted.Username.ValueString(), "password": c.RegistryPassword} {
		if value != "" || string(registry[member]) == `""` {
			registry.setText(member, value)
		}
	}
	definition.set(registryPath, registry)
}

// restore takes back what somebody else has changed in members that no attribute
// shows. A member with an unknown earlier value stays as it is.
func (c *composer) restore(definition document, before environmentModel) {
	for _, path := range values.StringSlice(before.DriftedMembers) {
		earlier, remembered := c.Last.Rest[path]
		switch {
		case remembered:
			definition.set(path, earlier)
		case c.Last.Deployed[path] == "":
			definition.remove(path)
		}
	}
}

// variables returns the environment variables of a definition.
func (d document) variables() (document, error) {
	if d.at(variablesPath) == nil {
		return document{}, nil
	}
	variables := d.section(variablesPath)
	if variables == nil {
		return nil, errors.New("its environmentVariables are not an object")
	}
	return variables, nil
}

// setVariables replaces the provider's variables, and keeps the user's own.
func (d document) setVariables(added map[string]string) error {
	variables, err := d.variables()
	if err != nil {
		return err
	}
	variables = ownVariables(variables)
	for name, value := range added {
		variables[name] = encodeText(value)
	}
	d.set(variablesPath, variables)
	return nil
}

// replaceVariables replaces the user's own variables, and keeps those of the provider.
func (d document) replaceVariables(wanted map[string]string) error {
	variables, err := d.variables()
	if err != nil {
		return err
	}
	for name := range ownVariables(variables) {
		if _, stays := wanted[name]; !stays {
			delete(variables, name)
		}
	}
	for name, value := range wanted {
		// A variable that is null reads as an empty one.
		if deployed, exists := variables[name]; !exists || textOf(deployed) != value {
			variables[name] = encodeText(value)
		}
	}
	if len(variables) > 0 || d.at(variablesPath) != nil {
		d.set(variablesPath, variables)
	}
	return nil
}
