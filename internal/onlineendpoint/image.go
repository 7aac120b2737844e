// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// hasImage reports whether the service says what it is made of. If not, that is one
// blocker, and nothing more is said about models, code and environment.
func (m *mapper) hasImage() bool { return m.Service.Image != nil }

var assetName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// model returns the id of the one model, which v2 uses as v1 has registered it.
func (m *mapper) model() any {
	if !m.hasImage() {
		why := "The service does not say which models and code it runs."
		if m.Service.ImageID != nil && *m.Service.ImageID != "" {
			why = "The service was deployed from the image " + quoted(*m.Service.ImageID) + ". A v2 deployment is made of a model, code and an environment."
		}
		m.block(Image, why, "Register the environment and upload the code that the image was built from, or deploy the image as a custom container.")
		return nil
	}
	ids := m.Service.Image.ModelIDs
	if len(ids) == 0 {
		for _, model := range m.Service.Models {
			ids = append(ids, model.ID)
		}
	}
	switch len(ids) {
	case 0:
		return nil
	case 1:
	default:
		m.block(SeveralModels, fmt.Sprintf("The service has %d models, and a v2 deployment takes one. The mapping has the first, %q.", len(ids), ids[0]),
			"Register one model with a folder that has all of them, and change the code to read them from there.")
	}
	at := strings.LastIndex(ids[0], ":")
	if at < 0 || !assetName.MatchString(ids[0][:at]) || !assetName.MatchString(ids[0][at+1:]) {
		m.block(ModelID, "The model "+quoted(ids[0])+" is not named by name:version.", "Write the id of the model by hand.")
		return nil
	}
	return m.Workspace.String() + "/models/" + ids[0][:at] + "/versions/" + ids[0][at+1:]
}

// code returns the code asset; nil without code. It is the one asset that v2 cannot use
// where it is: v1 keeps an archive, and v2 wants a folder.
func (m *mapper) code() *resource {
	if !m.hasImage() {
		return nil
	}
	source := m.codeAsset()
	if source == nil {
		m.block(NoCode, "The service runs its model without code. v2 does that for MLflow and Triton models only.",
			"Write a script with init() and run() and give the deployment an environment, or deploy a container of your own that serves the model.")
		return nil
	}
	uri := expression{json: nil}
	if m.CodeURI != "" {
		uri = expression{literal(m.CodeURI), m.CodeURI}
	} else {
		name := m.label + "_code_uri"
		m.variables = append(m.variables, variable{name: name, description: "The address of the folder with the code in blob storage: https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER."})
		uri.hcl = "var." + name
		m.codeNotes(source)
	}
	parent := m.Workspace.String() + "/codes/" + m.endpoint
	return &resource{
		label: m.label + "_code", kind: codes, name: "1", parent: expression{literal(parent), nil}, parentID: parent,
		body: object{{"properties", object{{"codeUri", uri}, {"isAnonymous", false}}}},
	}
}

// codeAsset is the asset that is no driver program.
func (m *mapper) codeAsset() *azureml.ImageAsset {
	image := m.Service.Image
	for i, asset := range image.Assets {
		if asset.ID != image.DriverProgram && asset.MimeType != "application/x-python" {
			return &image.Assets[i]
		}
	}
	return nil
}

// codeNotes says how the code moves. An address of another kind may have a signature,
// so only its path is shown.
func (m *mapper) codeNotes(asset *azureml.ImageAsset) {
	from, _, _ := strings.Cut(asset.URL, "?")
	from = redact.Text(from)
	note := "The code of v1 is " + quoted(from) + "."
	action := "Download it"
	if artifact, is := strings.CutPrefix(from, "aml://artifact/"); is && m.ContentInfo != "" && !strings.ContainsAny(artifact, " \"'`$\\\n") {
		command := `az rest --method get --resource "$(az cloud show --query endpoints.resourceManager --output tsv)" --url "` + m.ContentInfo + artifact + `" --query contentUri --output tsv`
		m.notes = append(m.notes, "This prints the address of the code, with a signature that ends soon:", "", "    "+command, "")
		action = "The configuration has a command that prints its address. Download it"
	}
	if asset.Unpack {
		action += ", unpack it"
	}
	m.notes = append([]string{note}, m.notes...)
	m.warn(CodeMoves, note+" v2 wants the folder with the files in the blob storage of the workspace.",
		action+", and upload the folder. Set code_uri, or the variable of the configuration, to the address of the folder.")
}

// entryScript is the path of the script below the folder of the code.
func (m *mapper) entryScript(environment environmentOf) string {
	script := environment.script
	if directory := environment.directory; directory != "" {
		script = strings.TrimPrefix(script, directory+"/")
	}
	if asset := m.codeAsset(); script == "" && asset != nil && !asset.Unpack {
		script = asset.ID
	}
	script = strings.TrimPrefix(path.Clean("/"+script), "/")
	if !regexp.MustCompile(`[a-zA-Z0-9_]`).MatchString(script) {
		m.block(EntryScript, "The service does not say which script of its code it runs.", "Write scoringScript by hand. The mapping has "+entryScriptMissing+".")
		return entryScriptMissing
	}
	return script
}

// environmentOf is what is known of the environment of a service.
type environmentOf struct {
	id                any // string, expression or nil
	variables         map[string]string
	script, directory string    // of the code
	registered        *resource // if the configuration registers it
}

// definition is the part of an environment that v2 has too.
type definition struct {
	Name, Version string
	Python        struct {
		UserManagedDependencies bool
		CondaDependencies       json.RawMessage
	}
	Docker struct {
		BaseImage, BaseDockerfile string
		BaseImageRegistry         struct{ Address string }
	}
	EnvironmentVariables    map[string]string
	InferencingStackVersion string
}

// The variables by which v1 tells the image where the code is. v2 sets its own.
const (
	entryScriptVariable     = "AZUREML_ENTRY_SCRIPT"
	sourceDirectoryVariable = "AZUREML_SOURCE_DIRECTORY"
)

// environment refers to the registered environment, or registers an inline one.
func (m *mapper) environment() environmentOf {
	var result environmentOf
	if !m.hasImage() || m.codeAsset() == nil {
		return result
	}
	image := m.Service.Image
	var d definition
	inline := len(image.Environment) > 0 && string(image.Environment) != "null"
	if inline {
		if err := json.Unmarshal(image.Environment, &d); err != nil {
			m.block(Environment, "The definition of the environment has a form that is not known.", "Register the environment in v2, and write its id as environmentId.")
			return result
		}
	} else if image.EnvironmentReference != nil {
		d.Name, d.Version = image.EnvironmentReference.Name, image.EnvironmentReference.Version
	}
	result.script, result.directory = d.EnvironmentVariables[entryScriptVariable], d.EnvironmentVariables[sourceDirectoryVariable]
	delete(d.EnvironmentVariables, entryScriptVariable)
	delete(d.EnvironmentVariables, sourceDirectoryVariable)
	result.variables = d.EnvironmentVariables
	if address := d.Docker.BaseImageRegistry.Address; address != "" && !strings.EqualFold(address, "mcr.microsoft.com") {
		m.block(PrivateRegistry, "The base image comes from the registry "+quoted(address)+", for which v1 keeps a user and a password. The endpoint pulls it with its identity.",
			"Give the identity of the endpoint AcrPull on the registry, or move the image into the registry of the workspace.")
	}
	if d.InferencingStackVersion != "" {
		m.warn(InferencingStack, "v1 adds the inferencing stack "+quoted(d.InferencingStackVersion)+" to the image. v2 does not.",
			"Add azureml-inference-server-http to the packages of the environment.")
	}
	switch {
	case d.Version != "" && assetName.MatchString(d.Name) && assetName.MatchString(d.Version):
		if inline {
			m.warn(EnvironmentByID, fmt.Sprintf("The deployment refers to the environment %q version %q by its id. The service runs a definition that was sent with it, and may differ.", d.Name, d.Version),
				"Import the service into Terraform: the plan names the members that differ. Register a new version of the environment if they matter.")
		}
		result.id = m.Workspace.String() + "/environments/" + d.Name + "/versions/" + d.Version
	case d.Docker.BaseDockerfile != "":
		m.block(Dockerfile, "The environment is built from a Dockerfile. v2 reads it from a folder in blob storage.",
			"Upload the Dockerfile, register an environment with build.contextUri, and write its id as environmentId.")
	case d.Docker.BaseImage == "":
		m.block(Environment, "The environment has neither a name and version nor a base image.", "Register an environment in v2, and write its id as environmentId.")
	default:
		result.registered = m.inlineEnvironment(d)
		result.id = result.registered.reference()
	}
	return result
}

// inlineEnvironment registers a definition that v1 keeps with the service alone.
func (m *mapper) inlineEnvironment(d definition) *resource {
	properties := object{{"image", d.Docker.BaseImage}, {"osType", "Linux"}}
	if conda, why := condaFile(d); why != "" {
		m.block(Environment, why, "Register the environment in v2 without it, and write its id as environmentId.")
	} else if conda != "" {
		properties = properties.with("condaFile", conda)
	}
	parent := m.Workspace.String() + "/environments/" + m.endpoint
	return &resource{
		label: m.label + "_environment", kind: environments, name: "1", parent: expression{literal(parent), nil}, parentID: parent,
		body: object{{"properties", properties}},
	}
}

// condaFile writes the packages as YAML; empty if the image brings its own.
func condaFile(d definition) (text, problem string) {
	dependencies := d.Python.CondaDependencies
	if d.Python.UserManagedDependencies || len(dependencies) == 0 || string(dependencies) == "null" {
		return "", ""
	}
	var decoded map[string]any
	if err := json.Unmarshal(dependencies, &decoded); err != nil {
		return "", "The conda dependencies of the environment have a form that is not known."
	}
	encoded, err := yaml.Marshal(decoded)
	if err != nil {
		return "", "The conda dependencies of the environment cannot be written as YAML."
	}
	if redact.Text(string(encoded)) != string(encoded) {
		return "", "The conda dependencies of the environment have a credential in them, such as the password of a package index."
	}
	return string(encoded), ""
}
