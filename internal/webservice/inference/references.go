// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// References are the models and the environment that a deployment names in its
// workspace. Azure says that one is missing 10 to 30 minutes after the start.
type References struct {
	Plan  Config
	State Config // zero for a service that is to be created
}

// Problem is a reference that leads nowhere.
type Problem struct {
	at           path.Path
	summary, why string
	fix          string
}

// Warning is the problem at plan: the same apply may solve it.
func (p Problem) Warning() diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(p.at, p.summary, p.why+" Unless this apply changes that, it will fail. "+p.fix)
}

// Error is the problem at apply.
func (p Problem) Error() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(p.at, p.summary, p.why+" Nothing was sent. "+p.fix)
}

// Check looks up what the plan names and the state does not. A look-up that fails is
// no problem: Azure decides then.
func (r References) Check(ctx context.Context, api *azureml.Workspace, answers *framework.Answers) []Problem {
	if api == nil {
		return nil
	}
	l := lookup{api: api, answers: answers}
	before := values.StringSlice(r.State.ModelIDs)
	var problems []Problem
	for _, element := range r.Plan.ModelIDs.Elements() {
		id, _ := element.(types.String)
		if values.IsSet(id) && !slices.Contains(before, id.ValueString()) {
			problems = append(problems, l.model(ctx, id.ValueString(), r.Plan.Object.IsNull())...)
		}
	}
	planned, deployed := environmentOf(ctx, r.Plan), environmentOf(ctx, r.State)
	if planned == nil || !planned.registered() || !values.IsSet(planned.Name) {
		return problems
	}
	if deployed == nil || !deployed.registered() || !planned.Name.Equal(deployed.Name) || planned.deployedVersion() != deployed.deployedVersion() {
		problems = append(problems, l.environment(ctx, planned.Name.ValueString(), planned.deployedVersion())...)
	}
	return problems
}

// lookup asks a workspace.
type lookup struct {
	api     *azureml.Workspace
	answers *framework.Answers
}

func ask[T any](l lookup, question string, of func() (T, error)) (T, error) {
	return framework.Ask(l.answers, l.api.ID().String()+" "+question, of)
}

// noCodeFrameworks are those of models that Azure deploys without code. [contract §8]
var noCodeFrameworks = []string{"Onnx", "ScikitLearn", "TensorFlow", "Multi"}

func (l lookup) model(ctx context.Context, id string, noCode bool) []Problem {
	at := path.Root("model_ids")
	model, err := ask(l, "model "+id, func() (*azureml.Model, error) { return l.api.GetModel(ctx, id) })
	switch {
	case azureml.IsNotFound(err):
		return []Problem{{
			at: at, summary: "The model does not exist", why: fmt.Sprintf("The workspace has no model %q. %s", id, l.otherModels(ctx, id)),
			fix: "Register it, for example with mlws_model, or correct model_ids.",
		}}
	case err != nil || !noCode || model.Framework == "" || slices.ContainsFunc(noCodeFrameworks, func(f string) bool { return strings.EqualFold(f, model.Framework) }):
		return nil
	}
	return []Problem{{
		at: at, summary: "The model needs code", why: fmt.Sprintf("Model %q is registered with framework %s, and inference_config is not set. Without code, Azure deploys models of the frameworks %s only.", id, model.Framework, strings.Join(noCodeFrameworks, ", ")),
		fix: "Set inference_config with the code that scores, or register the model with its framework.",
	}}
}

// otherModels says which models an id that does not exist may mean.
func (l lookup) otherModels(ctx context.Context, id string) string {
	name, _, _ := strings.Cut(id, ":")
	versions, err := ask(l, "versions of model "+name, func() ([]string, error) {
		return namesOf(l.api.ListModels(ctx, name), func(m *azureml.Model) string { return fmt.Sprint(m.Version) })
	})
	switch {
	case err != nil:
		return "Its versions could not be looked up."
	case len(versions) > 0:
		return fmt.Sprintf("It has %s in %s.", name, listed("version", versions))
	}
	all, err := ask(l, "models", func() ([]string, error) {
		return namesOf(l.api.ListModels(ctx, ""), func(m *azureml.Model) string { return m.Name })
	})
	return similar(name, all, err)
}

// definition returns the definition of a registered environment.
func (l lookup) definition(ctx context.Context, name, version string) (json.RawMessage, error) {
	return ask(l, "environment "+name+" "+version, func() (json.RawMessage, error) { return l.api.GetEnvironment(ctx, name, version) })
}

func (l lookup) environment(ctx context.Context, name, version string) []Problem {
	if _, err := l.definition(ctx, name, version); !azureml.IsNotFound(err) {
		return nil
	}
	why, fix := missingEnvironment(name, version)
	hint := ""
	if version != "" {
		if latest, err := l.definition(ctx, name, ""); err == nil {
			_, found := azureml.EnvironmentIdentity(latest)
			hint = fmt.Sprintf(" Its latest version is %q.", found)
		}
	}
	if hint == "" {
		all, err := ask(l, "environments", func() ([]string, error) { return l.api.EnvironmentNames(ctx) })
		hint = " " + similar(name, all, err)
	}
	return []Problem{{at: environmentPath, summary: noEnvironment, why: why + hint, fix: fix}}
}

// maxListed bounds how many objects are read for a hint.
const maxListed = 1000

// namesOf returns the different names of the first objects of a list.
func namesOf[T any](list iter.Seq2[T, error], name func(T) string) ([]string, error) {
	var names []string
	read := 0
	for object, err := range list {
		if err != nil {
			return nil, err
		}
		if !slices.Contains(names, name(object)) {
			names = append(names, name(object))
		}
		if read++; read == maxListed {
			break
		}
	}
	return names, nil
}

// similar names the objects that a name may mean.
func similar(name string, all []string, err error) string {
	if err != nil {
		return "Other names could not be looked up."
	}
	distance := func(other string) int {
		return levenshtein.Distance(strings.ToLower(name), strings.ToLower(other), nil)
	}
	near := slices.DeleteFunc(slices.Clone(all), func(other string) bool {
		return distance(other) > max(2, len(name)/3) && !strings.HasPrefix(other, name)
	})
	slices.SortStableFunc(near, func(a, b string) int { return cmp.Compare(distance(a), distance(b)) })
	if len(near) == 0 {
		return "It has none of a similar name."
	}
	return fmt.Sprintf("It has the similar %s.", listed("name", near))
}

// maxShown is how many names a message shows.
const maxShown = 5

// listed returns "version 1", or "versions 1, 2 and others".
func listed(what string, names []string) string {
	if len(names) == 1 {
		return what + " " + names[0]
	}
	text := strings.Join(names[:min(maxShown, len(names))], ", ")
	if len(names) > maxShown {
		text += " and others"
	}
	return what + "s " + text
}
