// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// Compute is a compute target attached to the workspace, such as an AKS cluster.
type Compute struct {
	Name, ComputeType string
	// Location is the region of the cluster itself, which may differ from that
	// of the workspace; as Azure spells it.
	Location          string
	ProvisioningState string
}

// GetCompute reads a compute target from Resource Manager.
func (w *Workspace) GetCompute(ctx context.Context, name string) (*Compute, error) {
	segment, err := wire.NameSegment("compute target", name)
	if err != nil {
		return nil, err
	}
	r, err := w.client.Do(ctx, w.hosts.ResourceManager(wire.Compute, "/computes/"+segment))
	if err != nil {
		return nil, err
	}
	var body struct {
		Name, Location string
		Properties     struct{ ComputeType, ComputeLocation, ProvisioningState string }
	}
	if err := r.Decode(&body); err != nil {
		return nil, err
	}
	compute := &Compute{
		Name: body.Name, ComputeType: body.Properties.ComputeType,
		Location: body.Properties.ComputeLocation, ProvisioningState: body.Properties.ProvisioningState,
	}
	if compute.Location == "" {
		compute.Location = body.Location
	}
	return compute, nil
}
