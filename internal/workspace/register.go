// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package workspace serves what is known of workspaces: the data sources
// mlws_workspace, mlws_workspaces, and mlws_access, which says what the caller may do
// in one.
package workspace

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// readLimit is how long a read may take.
const readLimit = 5 * time.Minute

// DataSources returns the data sources of this package.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return &workspaceDataSource{framework.NewDataSource("workspace")} },
		func() datasource.DataSource { return &workspacesDataSource{framework.NewDataSource("workspaces")} },
		func() datasource.DataSource { return &accessDataSource{framework.NewDataSource("access")} },
	}
}
