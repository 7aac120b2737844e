// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

const (
	mimePython = "application/x-python"
	mimeBinary = "application/octet-stream"
)

// Source is what an image is made from.
type Source struct {
	API *azureml.Workspace
	// Plan is what is to be deployed, after Publish.
	Plan Config
	// RegistryPassword is the password of the private registry; "" if there is none.
	RegistryPassword string

	// State is what the state says is deployed, and Live is the service as it is now.
	// Both are empty for a service that is to be created.
	State Config
	Live  *azureml.Service
	// Last is what was last deployed, as far as that is known.
	Last Record
}

// Image is what is deployed: models, and if there is code also its environment.
type Image struct {
	Request *azureml.EnvironmentImage
	// registered is the definition that the workspace has registered, if it was read.
	registered json.RawMessage
	// kept says that the registered environment that was deployed stays as it is.
	kept   bool
	last   Record
	before *azureml.Service // nil for a new service
}

// Image returns what is deployed: a new image, or the running one with only those members set
// that the plan changes. It reads the definition of a registered environment from the
// workspace if another one is deployed, as the SDK does.
func (s Source) Image(ctx context.Context) (Image, diag.Diagnostics) {
	var image Image
	var diags diag.Diagnostics
	c := composer{Source: s, document: document{}}
	if s.Live != nil && s.Live.Image != nil {
		c.live = s.Live.Image
		if whole, err := parseDocument(c.live.Document); err == nil {
			c.document = whole
		}
	}
	c.decode(ctx)
	c.models()
	if c.plan != nil {
		c.code()
		diags.Append(c.environment(ctx)...)
		if diags.HasError() {
			return image, diags
		}
	}
	image = Image{Request: new(azureml.EnvironmentImage), registered: c.registered, kept: c.kept, last: s.Last, before: s.Live}
	if err := json.Unmarshal(c.document.encode(), image.Request); err != nil {
		diags.AddAttributeError(inferencePath, "The image cannot be deployed again",
			fmt.Sprintf("Azure describes what is deployed in a form that this provider does not know: %s. This is a bug in the provider; please report it.", err))
	}
	return image, diags
}

// composer lays a plan over a document.
type composer struct {
	Source
	document document
	live     *azureml.EnvironmentImage // nil for a new image

	plan, state, running *inferenceModel // running is what is deployed, as the plan would say it
	registered           json.RawMessage
	kept                 bool
}

func (c *composer) decode(ctx context.Context) {
	c.plan, c.state = values.Decode[inferenceModel](ctx, c.Plan.Object), values.Decode[inferenceModel](ctx, c.State.Object)
	if c.live == nil {
		return
	}
	c.running = values.Decode[inferenceModel](ctx, flattenInference(ctx, c.live, c.Plan.Object))
	if (c.plan == nil) != (c.state == nil) {
		// No code has become code, or the other way round.
		c.document, c.live = document{}, nil
	}
}

// models sets the models if they change. An unchanged list keeps its form.
func (c *composer) models() {
	planned := values.StringSlice(c.Plan.ModelIDs)
	if c.live != nil && c.Plan.ModelIDs.Equal(c.State.ModelIDs) && sameSet(planned, ModelsOf(c.Live)) {
		return
	}
	if c.plan == nil {
		// The service has chosen the environment for the model that it had.
		c.document = document{}
	}
	c.document.set("modelIds", planned)
	c.document.remove("models")
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// keepsCode reports whether the deployed code stays: plan, state and service agree.
func (c *composer) keepsCode() bool {
	return c.live != nil && c.state != nil && c.running != nil && c.plan.sameCodeAs(*c.state) && c.plan.sameCodeAs(*c.running)
}

// code sets the files of the code if they change.
func (c *composer) code() {
	driver, assets := codeAssets(*c.plan)
	if !c.keepsCode() {
		c.document.setText("driverProgram", driver)
		c.document.set("assets", assets)
		return
	}
	var deployed []document
	if json.Unmarshal(c.document["assets"], &deployed) != nil || len(deployed) != len(assets) {
		return
	}
	for i, asset := range assets {
		// The query may be a SAS, which the service does not return.
		if strings.Contains(asset.URL, "?") {
			deployed[i].set("url", asset.URL)
		}
	}
	c.document.set("assets", deployed)
}

// codeVariables returns the variables that say where the code is inside the image.
func codeVariables(inference inferenceModel) map[string]string {
	script := inference.EntryScript.ValueString()
	directory := inference.SourceDirectoryName.ValueString()
	if directory == "" {
		return map[string]string{entryScriptVariable: path.Base(script)}
	}
	return map[string]string{
		entryScriptVariable:     directory + "/" + script,
		sourceDirectoryVariable: directory,
	}
}

// codeAssets returns the files of the code; the driver first, as the SDK sends them.
func codeAssets(inference inferenceModel) (driver string, assets []azureml.ImageAsset) {
	if values.IsSet(inference.DriverURL) {
		driver = fileName(inference.DriverURL.ValueString(), "driver.py")
		assets = append(assets, azureml.ImageAsset{ID: driver, URL: inference.DriverURL.ValueString(), MimeType: mimePython})
	}
	source := azureml.ImageAsset{URL: inference.SourceURL.ValueString(), MimeType: mimeBinary}
	if directory := inference.SourceDirectoryName.ValueString(); directory != "" {
		source.ID = fileName(source.URL, directory+".tar.gz")
		source.Unpack = true
	} else {
		source.ID = path.Base(inference.EntryScript.ValueString())
	}
	return driver, append(assets, source)
}

// fileName returns the last segment of a URL's path, without a query such as a SAS.
func fileName(text, fallback string) string {
	parsed, err := url.Parse(text)
	if err != nil {
		return fallback
	}
	name := path.Base(strings.TrimSuffix(parsed.Path, "/"))
	if name == "." || name == "/" {
		return fallback
	}
	return name
}
