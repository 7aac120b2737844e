// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// LastDeployed is the key of the Record of a service.
const LastDeployed framework.Key[Record] = "environment"

// Record is what the provider remembers of the environment that it last deployed or adopted,
// as Azure describes it. A state of an earlier version has none: the zero value.
type Record struct {
	// Deployed has the digest of each member of the deployed definition.
	Deployed map[string]string `json:"deployed,omitempty"`
	// Registered has those of the registered definition that was deployed.
	Registered map[string]string `json:"registered,omitempty"`
	// Rest are the members of an inline definition that no attribute shows, to undo a drift.
	Rest map[string]json.RawMessage `json:"rest,omitempty"`
	// Adopted: the service was imported, and its image was not deployed since, so that the
	// provider has never been given its credentials.
	Adopted bool `json:"adopted,omitempty"`
	// Salt makes digests differ from service to service.
	Salt []byte `json:"salt,omitempty"`
}

// Remember records the environment that an apply has deployed, as Azure describes it now.
func (i Image) Remember(ctx context.Context, service *azureml.Service, state Config, to framework.PrivateWriter) diag.Diagnostics {
	r := newRecord(ctx, service, state, i.last.Salt)
	if i.kept {
		r.Registered = i.last.Registered
	}
	if registered, err := parseDocument(i.registered); err == nil {
		r.Registered = r.digests(registered.members())
	}
	return LastDeployed.Set(ctx, to, r)
}

// RememberFailed is Remember for an apply that failed. If the service still runs the
// definition of before, the record of that stays, and with it what is known of a drift.
func (i Image) RememberFailed(ctx context.Context, service *azureml.Service, state Config, to framework.PrivateWriter) diag.Diagnostics {
	if i.before != nil && maps.Equal(i.last.digests(deployedMembers(service)), i.last.digests(deployedMembers(i.before))) {
		return nil
	}
	return i.Remember(ctx, service, state, to)
}

// Stays records a service without a record after an apply that did not deploy the image.
func (r Record) Stays(ctx context.Context, service *azureml.Service, state Config, to framework.PrivateWriter) diag.Diagnostics {
	if r.known() || service == nil {
		return nil
	}
	return LastDeployed.Set(ctx, to, newRecord(ctx, service, state, nil))
}

func (r Record) known() bool { return len(r.Salt) > 0 }

// newRecord makes the salt if there is none yet.
func newRecord(ctx context.Context, service *azureml.Service, state Config, salt []byte) Record {
	r := Record{Salt: salt}
	if len(salt) == 0 {
		r.Salt = make([]byte, sha256.Size)
		_, _ = rand.Read(r.Salt) // never fails
	}
	members := deployedMembers(service)
	r.Deployed = r.digests(members)
	environment := environmentOf(ctx, state)
	if environment == nil || environment.registered() {
		return r
	}
	r.Rest = members
	maps.DeleteFunc(r.Rest, func(path string, value json.RawMessage) bool {
		return environment.shows(path) || mayBeSecret(string(value))
	})
	return r
}

var secretNames = regexp.MustCompile(`(?i)token|passw|secret|credential|"[^"]*key[^"]*":`)

// mayBeSecret finds members that may contain credentials, such as the authToken of a package
// from GitHub: their values are not remembered.
func mayBeSecret(value string) bool {
	return secretNames.MatchString(value) || redact.Text(value) != value
}

// deployedMembers returns the members of the definition that a service runs.
func deployedMembers(service *azureml.Service) map[string]json.RawMessage {
	if service.Image == nil {
		return nil
	}
	definition, err := parseDocument(service.Image.Environment)
	if err != nil {
		return nil
	}
	return definition.members()
}

// digests are short: they tell that a member has changed, and identify nothing.
func (r Record) digests(members map[string]json.RawMessage) map[string]string {
	found := make(map[string]string, len(members))
	for path, value := range members {
		canonical, err := canonicalJSON(value)
		if err != nil {
			continue
		}
		mac := hmac.New(sha256.New, r.Salt)
		mac.Write(canonical)
		found[path] = hex.EncodeToString(mac.Sum(nil)[:12])
	}
	return found
}

// drift returns the members that somebody has changed since, and that no attribute shows.
func (r Record) drift(service *azureml.Service, environment environmentModel) []string {
	if !r.known() || service.Image == nil || len(service.Image.Environment) == 0 {
		return nil
	}
	return slices.DeleteFunc(differing(r.Deployed, r.digests(deployedMembers(service))), environment.shows)
}

// differing returns the names with another value in one than in the other, sorted.
func differing(a, b map[string]string) []string {
	var names []string
	for name := range a {
		if a[name] != b[name] {
			names = append(names, name)
		}
	}
	for name := range b {
		if _, both := a[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// shows reports whether an attribute of the environment shows the member at a path.
func (m environmentModel) shows(path string) bool {
	switch path {
	case "name", "version":
		return true
	case "docker.baseImage", "docker.baseDockerfile", condaPath, userManagedPath, variablesPath:
		return !m.registered()
	case registryPath:
		return !m.BaseImageRegistry.IsNull()
	case stackPath:
		return !m.InferencingStackVersion.IsNull()
	}
	return false
}

func environmentOf(ctx context.Context, config Config) *environmentModel {
	code := values.Decode[inferenceModel](ctx, config.Object)
	if code == nil {
		return nil
	}
	return values.Decode[environmentModel](ctx, code.Environment)
}
