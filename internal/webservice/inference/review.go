// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// Planned is a plan, and what it is compared with.
type Planned struct {
	Config, Plan Config
	// State is empty for a service that is to be created.
	State Config
	// Sends says that the apply deploys the image, whether it changes or not.
	Sends bool
	Last  Record
}

// Review reports what a plan does not show: missing credentials of a registry, members that a
// change drops, and an environment that was registered again. api is nil if not known yet.
func (p Planned) Review(ctx context.Context, api *azureml.Workspace, answers *framework.Answers) diag.Diagnostics {
	configured, planned, before := environmentOf(ctx, p.Config), environmentOf(ctx, p.Plan), environmentOf(ctx, p.State)
	var diags diag.Diagnostics
	if configured != nil && p.Sends {
		p.checkCredentials(values.Decode[registryModel](ctx, configured.BaseImageRegistry), &diags)
	}
	if before == nil {
		return diags
	}
	p.warnDropped(planned, *before, &diags)
	if planned != nil {
		p.warnKept(*before, &diags)
		p.warnRegistered(ctx, api, answers, *planned, *before, &diags)
	}
	return diags
}

// publicRegistries ask for no credentials.
var publicRegistries = []string{"mcr.microsoft.com", "docker.io", "index.docker.io", "registry-1.docker.io"}

// checkCredentials refuses to send an image without the credentials of its registry:
// Azure never returns them, and would take none for an empty value.
func (p Planned) checkCredentials(registry *registryModel, diags *diag.Diagnostics) {
	if registry == nil || !registry.PasswordWO.IsNull() {
		return
	}
	at := environmentPath.AtName("base_image_registry").AtName("password_wo")
	address := registry.Address.ValueString()
	switch {
	case registry.Username.ValueString() != "" && (p.Last.Adopted || !registry.PasswordWOVersion.IsNull()):
		diags.AddAttributeError(at, "The password of the registry is needed",
			fmt.Sprintf("This change deploys the image, which starts from registry %s, and base_image_registry.username is set without a password. Set base_image_registry.password_wo.", address))
	case registry.mayAskForCredentials(p.Last):
		diags.AddAttributeError(at, "The credentials of the registry are needed",
			fmt.Sprintf("This change deploys the image again, which starts from registry %s. The service was imported, and Azure does not return the credentials that it was deployed with. "+
				"Set base_image_registry.username and base_image_registry.password_wo. If the registry asks for none, set username = \"\".", address))
	}
}

// warnDropped names members of an inline definition that its replacement may not have.
func (p Planned) warnDropped(planned *environmentModel, before environmentModel, diags *diag.Diagnostics) {
	if len(p.Last.Rest) == 0 || before.registered() || planned != nil && !planned.registered() {
		return
	}
	diags.AddAttributeWarning(environmentPath, "The whole definition is replaced",
		fmt.Sprintf("The environment that is deployed has members that no attribute shows: %s. They go with it.", strings.Join(slices.Sorted(maps.Keys(p.Last.Rest)), ", ")))
}

// warnKept names drifted members of which the earlier value is not known.
func (p Planned) warnKept(before environmentModel, diags *diag.Diagnostics) {
	if before.registered() {
		return
	}
	var kept []string
	for _, path := range values.StringSlice(before.DriftedMembers) {
		if _, remembered := p.Last.Rest[path]; !remembered && p.Last.Deployed[path] != "" {
			kept = append(kept, path)
		}
	}
	if len(kept) > 0 {
		diags.AddAttributeWarning(environmentPath.AtName("drifted_members"), "A change cannot be taken back",
			fmt.Sprintf("Somebody has changed %s of the deployed environment, and Terraform does not keep the earlier value, because it may hold a secret. The apply leaves it as it is now.", strings.Join(kept, ", ")))
	}
}

// warnRegistered warns that the registered definition has changed since it was deployed, which
// is no difference. It does not warn if the look-up fails.
func (p Planned) warnRegistered(ctx context.Context, api *azureml.Workspace, answers *framework.Answers, planned, before environmentModel, diags *diag.Diagnostics) {
	version := planned.Version.ValueString()
	if api == nil || p.Last.Registered == nil || !planned.Name.Equal(before.Name) || version == "" || version != before.deployedVersion() {
		return
	}
	registered, err := lookup{api, answers}.definition(ctx, planned.Name.ValueString(), version)
	if err != nil {
		return
	}
	definition, err := parseDocument(registered)
	if err != nil {
		return
	}
	differences := differing(p.Last.Registered, p.Last.digests(definition.members()))
	if len(differences) == 0 {
		return
	}
	what := "The service keeps the definition that it was deployed with. To deploy the one of now, register it as another version, and name that in environment.version."
	if !before.DriftedMembers.IsNull() {
		what = "This apply deploys the definition of now, because what is deployed was changed as well."
	}
	diags.AddAttributeWarning(environmentPath, "The environment was registered again",
		fmt.Sprintf("Version %s of environment %q has been changed since it was deployed, in: %s. %s", version, planned.Name.ValueString(), strings.Join(differences, ", "), what))
}

// PasswordOf returns the password of the registry that the image of the state starts
// from: the one of the plan, if that is about the same registry. It is not known if the
// registry asks for one, and the plan has another or none: Azure does not return it.
func PasswordOf(ctx context.Context, state, plan Config, last Record, planned string) (password string, known bool) {
	was := registryOf(ctx, state)
	if was == nil {
		return "", true
	}
	if now := registryOf(ctx, plan); now != nil && planned != "" && strings.EqualFold(was.Address.ValueString(), now.Address.ValueString()) &&
		was.Username.Equal(now.Username) && was.PasswordWOVersion.Equal(now.PasswordWOVersion) {
		return planned, true
	}
	return "", was.Username.ValueString() == "" && !was.mayAskForCredentials(last)
}

func registryOf(ctx context.Context, config Config) *registryModel {
	environment := environmentOf(ctx, config)
	if environment == nil {
		return nil
	}
	return values.Decode[registryModel](ctx, environment.BaseImageRegistry)
}

// mayAskForCredentials reports whether a service that was imported may have been deployed
// with credentials that no attribute shows.
func (m registryModel) mayAskForCredentials(last Record) bool {
	return last.Adopted && m.Username.IsNull() && !slices.Contains(publicRegistries, strings.ToLower(m.Address.ValueString()))
}
