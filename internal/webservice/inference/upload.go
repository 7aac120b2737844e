// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/codearchive"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// archiveName is the file name of an archive in the workspace's storage.
const archiveName = "code.tar.gz"

// Publish prepares a deployment: it uploads the code of this machine, from where the
// configuration says, and finds the latest version of an environment. It returns the plan
// with these values. The state is empty for a new service.
func Publish(ctx context.Context, api *azureml.Workspace, config, plan, state Config) (Config, diag.Diagnostics) {
	configured, planned := values.Decode[inferenceModel](ctx, config.Object), values.Decode[inferenceModel](ctx, plan.Object)
	if configured == nil || planned == nil {
		return plan, nil
	}
	prior := values.OrZero(values.Decode[inferenceModel](ctx, state.Object))
	var diags diag.Diagnostics
	if configured.local() && (planned.SourceURL.IsUnknown() || planned.DriverURL.IsUnknown()) {
		u := uploader{api: api, configured: *configured, planned: planned, prior: prior}
		diags.Append(u.run(ctx)...)
		if diags.HasError() {
			return plan, diags
		}
	}
	if environment := values.Decode[environmentModel](ctx, planned.Environment); environment != nil && environment.ResolvedVersion.IsUnknown() {
		definition, readDiags := readEnvironment(ctx, api, *environment)
		diags.Append(readDiags...)
		if diags.HasError() {
			return plan, diags
		}
		_, latest := azureml.EnvironmentIdentity(definition)
		environment.ResolvedVersion = values.ComputedString(&latest)
		planned.Environment = environment.object()
	}
	plan.Object = planned.object()
	return plan, diags
}

// uploader uploads the code of one deployment.
type uploader struct {
	api        *azureml.Workspace
	configured inferenceModel
	planned    *inferenceModel
	prior      inferenceModel // what is deployed now; empty if nothing is
}

func (u *uploader) run(ctx context.Context) diag.Diagnostics {
	tree, diags, err := scanCode(ctx, u.configured)
	if err != nil {
		summary, detail := noCode(u.configured)
		diags.AddAttributeError(codePath(u.configured), summary, detail+" Nothing was deployed. Write it before this apply, or correct the path.")
	}
	if diags.HasError() {
		return diags
	}
	packed, err := u.pack(ctx, tree)
	if err != nil {
		diags.Append(codeFailure(ctx, u.configured, "The code cannot be read", err.Error()+"."))
		return diags
	}
	defer packed.remove()
	if values.IsSet(u.planned.CodeHash) && u.planned.CodeHash.ValueString() != packed.sum {
		diags.AddAttributeError(codePath(u.configured), "The code has changed since it was planned",
			fmt.Sprintf("The plan is to deploy the code of hash %s, and now it has the hash %s. Nothing was deployed. Run terraform apply again to see and deploy the code as it is now.",
				u.planned.CodeHash.ValueString(), packed.sum))
		return diags
	}
	u.planned.CodeHash = types.StringValue(packed.sum)
	if err := u.fill(ctx, packed); err != nil {
		diags.Append(diagnostics.AtPath(codePath(u.configured), "Could not upload the code", "the code of "+codePlace(u.configured), err))
	}
	return diags
}

// fill uploads what is not there yet, and fills in where it is.
func (u *uploader) fill(ctx context.Context, packed *packedCode) error {
	folder := u.planned.SourceDirectoryName.ValueString()
	if u.planned.SourceURL.IsUnknown() {
		same := u.prior.CodeHash.Equal(u.planned.CodeHash) && u.prior.SourceDirectoryName.Equal(u.planned.SourceDirectoryName)
		if same {
			u.planned.SourceURL = u.prior.SourceURL // nothing has changed after all
		} else {
			uploaded, err := u.api.UploadOnce(ctx, containerOf("code", packed.sum, folder), packed.file())
			if err != nil {
				return err
			}
			u.planned.SourceURL = types.StringValue(uploaded.URL())
		}
	}
	if !u.planned.DriverURL.IsUnknown() {
		return nil
	}
	location := codeVariables(*u.planned)[entryScriptVariable]
	text := codearchive.Driver(location, folder)
	uploaded, err := u.api.UploadOnce(ctx, containerOf("driver", text), azureml.ArtifactFile{
		Path: codearchive.DriverName, Size: int64(len(text)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil },
	})
	if err != nil {
		return err
	}
	u.planned.DriverURL = types.StringValue(uploaded.URL())
	return nil
}

// containerOf derives the place of an upload from its content, so that the same code is
// uploaded once.
func containerOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// packedCode is code in a temporary file, so that the bytes that were hashed are uploaded.
type packedCode struct {
	name, sum string
	size      int64
	artifact  string
}

func (u *uploader) pack(ctx context.Context, tree *codearchive.Tree) (packed *packedCode, err error) {
	temporary, err := os.CreateTemp("", "mlws-code-*")
	if err != nil {
		return nil, err
	}
	packed = &packedCode{name: temporary.Name(), artifact: archiveName}
	defer func() {
		if err = errors.Join(err, temporary.Close()); err != nil {
			packed.remove()
		}
	}()
	if u.configured.codeForm() == codeInFile {
		packed.artifact = scriptName(u.configured.EntryScript)
		packed.sum, err = tree.Copy(ctx, temporary)
	} else {
		packed.sum, err = tree.Archive(ctx, temporary, u.planned.SourceDirectoryName.ValueString())
	}
	if err != nil {
		return packed, err
	}
	packed.size, err = temporary.Seek(0, io.SeekCurrent)
	return packed, err
}

func (p *packedCode) remove() { _ = os.Remove(p.name) }

func (p *packedCode) file() azureml.ArtifactFile {
	return azureml.ArtifactFile{
		Path: p.artifact, Size: p.size,
		Open: func() (io.ReadCloser, error) { return os.Open(p.name) },
	}
}
