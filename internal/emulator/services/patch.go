// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package services

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/registry"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// The paths that a patch of each compute type can have.
var (
	aciPatchFields = aciFields.Patchable("/")
	aksPatchFields = aksFields.Patchable("/")
)

// patch is one PATCH on its way: the document that it makes, and what it touched.
type patch struct {
	svc     *state.Service // a copy: nothing is stored before the whole array has passed
	fields  api.Fields
	touched map[string]bool
}

// patchService applies an RFC 6902 array as a whole. Rules are judged at its
// end, so that one array can switch a service from keys to tokens.
func (l *Layer) patchService(c *api.Call) (*api.Reply, error) {
	svc, err := l.ownService(c)
	if err != nil {
		return nil, err
	}
	operations, err := c.PatchOperations()
	if err != nil {
		return nil, err
	}
	draft := *svc
	draft.Doc = api.Clone(svc.Doc)
	p := &patch{svc: &draft, fields: aciPatchFields, touched: map[string]bool{}}
	if svc.Kind == "AKS" {
		p.fields = aksPatchFields
	}
	for i, operation := range operations {
		if err := p.apply(operation, i); err != nil {
			return nil, err
		}
	}
	if err := p.finish(c.Workspace); err != nil {
		return nil, err
	}
	if err := refuseBusy(svc); err != nil {
		return nil, err
	}
	svc.Doc, svc.Updated = draft.Doc, l.Now()
	svc.HasCertificate, svc.HasTLSKey = draft.HasCertificate, draft.HasTLSKey
	ensureKeys(svc)
	former := svc.Operation
	op := l.begin(svc, true, state.Effect{})
	if c.Fault == api.FaultOlderOperation {
		body := l.Render(svc, false)
		delete(body, "operationId")
		if former != nil {
			body["operationId"] = former.ID
		}
		return api.OK(body), nil
	}
	if l.Behavior().PatchStatus == http.StatusOK {
		l.Engine.EndNow(Operation{op, l})
		return api.OK(l.Render(svc, false)), nil
	}
	return l.accepted(op), nil
}

func (p *patch) apply(operation map[string]any, i int) error {
	target := fmt.Sprintf("[%d].path", i)
	op, path := operation["op"].(string), operation["path"].(string)
	refuse := func(why string) error {
		return api.Invalid("InvalidPatchOperation", target, "The operation '%s' on path '%s' is not supported for %s services: %s.", op, path, p.svc.Kind, why)
	}
	tokens, valid := api.Pointer(path)
	if !valid {
		return refuse("the path is not a JSON pointer")
	}
	if tokens[0] == "properties" && len(tokens) > 1 {
		return p.addProperty(op, strings.Join(tokens[1:], "/"), operation["value"], refuse)
	}
	name := "/" + strings.Join(tokens, "/")
	f, known := p.fields[name]
	if !known {
		return refuse("the path cannot be updated")
	}
	value, present := operation["value"]
	switch {
	case op == "remove" && p.fields[name].Nullable:
		value = nil
	case op != "replace" && op != "add":
		return refuse("use replace")
	case !present:
		return api.MissingValue(i, path)
	case value == nil && !p.fields[name].Nullable:
		return api.Invalid("InvalidType", name, "'%s' must be %s.", name, f.Kind)
	}
	if value != nil {
		value = f.Tidy(value)
		if found := f.Check(value, name); len(found) > 0 {
			return api.BadRequest(found...)
		}
	} else if name == "/kvTags" {
		value = map[string]any{}
	}
	p.set(name, tokens, value)
	return nil
}

// set stores a checked value.
func (p *patch) set(name string, tokens []string, value any) {
	p.touched[name] = true
	switch name {
	case "/sslCertificate":
		p.svc.HasCertificate = value != ""
		return
	case "/sslKey":
		p.svc.HasTLSKey = value != ""
		return
	case "/environmentImageRequest":
		value = registry.WithoutRegistryPassword(value.(map[string]any))
	}
	if len(tokens) == 1 {
		p.svc.Doc[tokens[0]] = value
		return
	}
	member, _ := p.svc.Doc[tokens[0]].(map[string]any)
	if member == nil {
		member = map[string]any{}
	}
	member[tokens[1]] = value
	p.svc.Doc[tokens[0]] = member
}

// addProperty: properties can be added and never changed. The SDK does not
// escape a slash in a key, so what follows /properties/ is the key either way.
func (p *patch) addProperty(op, key string, value any, refuse func(string) error) error {
	given, isText := value.(string)
	properties := p.svc.Doc["properties"].(map[string]any)
	old, there := properties[key]
	switch {
	case op != "add":
		return refuse("properties can only be added")
	case !isText:
		return api.Invalid("InvalidType", "/properties/"+key, "'/properties/%s' must be a string.", key)
	case there && old != given:
		return refuse("the property has another value already, and properties are immutable")
	}
	properties[key] = given
	return nil
}

// finish applies the consequences of all operations together, and judges the result.
func (p *patch) finish(w *state.Workspace) error {
	doc := p.svc.Doc
	if p.svc.Kind == "AKS" && p.touched["/autoScaler/autoscaleEnabled"] {
		scaler := doc["autoScaler"].(map[string]any)
		if scaler["autoscaleEnabled"] == true {
			doc["autoScaler"] = api.WithDefaults(api.Fields(nil).Tidy(scaler), autoScalerDefaults())
			if !p.touched["/numReplicas"] {
				doc["numReplicas"] = nil // the autoscaler takes over
			}
		} else {
			for name := range autoScalerFields {
				if name != "autoscaleEnabled" && !p.touched["/autoScaler/"+name] {
					scaler[name] = nil
				}
			}
		}
	}
	if (p.touched["/sslCertificate"] || p.touched["/sslKey"]) && doc["sslEnabled"] != true {
		return api.Invalid("InvalidSslConfiguration", "sslEnabled", "SSL must be enabled in order to update SSL cert/key.")
	}
	if p.touched["/sslEnabled"] {
		properties := doc["properties"].(map[string]any)
		properties["hasHttps"] = map[bool]string{true: "True", false: "False"}[doc["sslEnabled"] == true]
	}
	if p.touched["/environmentImageRequest"] || p.touched["/imageId"] {
		if err := imageRules(w, doc); err != nil {
			return err
		}
	}
	return serviceRules(p.svc, doc)
}
