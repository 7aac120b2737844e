// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// Variables and an inferencing stack beside a registered environment are laid over its
// definition, stay as they are, are put back after a drift, and are adopted.
func TestOverlay(t *testing.T) {
	onWorkspace(t, "", func(t *testing.T, l *live) {
		l.workspace.AddEnvironment("sklearn", "3", wireObject{"docker": wireObject{"baseImage": "i"}, "environmentVariables": wireObject{"A": "1", "B": "2"}})
		overlaid := func(variables fields, stack any) fields {
			return inEnvironment(fields{"name": "sklearn", "version": "3", "environment_variables": variables, "inferencing_stack_version": stack})
		}
		deployed := func(stack any, variables wireObject) {
			t.Helper()
			image, _ := l.workspace.Service("iris")["environmentImageRequest"].(wireObject)
			environment, _ := image["environment"].(wireObject)
			variables["AZUREML_ENTRY_SCRIPT"] = "score.py"
			want := wireObject{"name": "sklearn", "version": "3", "docker": wireObject{"baseImage": "i"}, "environmentVariables": variables}
			if stack != nil {
				want["inferencingStackVersion"] = stack
			}
			if diff := cmp.Diff(want, environment); diff != "" {
				t.Errorf("deployed (-want +got):\n%s", diff)
			}
		}
		config := overlaid(fields{"B": "3", "C": "4"}, "latest")
		service := l.Apply(aciType, existing{}, config)
		deployed("latest", wireObject{"A": "1", "B": "3", "C": "4"})
		service = l.unchanged(aciType, service, config)

		adopted := l.Refresh(aciType, l.Import(aciType, workspacetest.ID+"/services/iris"))
		l.unchanged(aciType, adopted, config)

		config = overlaid(fields{"C": "5"}, nil)
		l.changes(aciType, service, config)
		service = l.Apply(aciType, service, config)
		deployed(nil, wireObject{"A": "1", "B": "2", "C": "5"})
		service = l.unchanged(aciType, service, config)

		for _, drift := range []wireObject{{"A": "1", "B": "2", "C": "6"}, {"A": "1", "B": "2"}, {"A": "7", "B": "2", "C": "5"}} {
			drift["AZUREML_ENTRY_SCRIPT"] = "score.py"
			image, _ := l.workspace.Service("iris")["environmentImageRequest"].(wireObject)
			environment, _ := image["environment"].(wireObject)
			environment["environmentVariables"] = drift
			service = l.Refresh(aciType, service)
			l.changes(aciType, service, config)
			service = l.Apply(aciType, service, config)
			deployed(nil, wireObject{"A": "1", "B": "2", "C": "5"})
			service = l.unchanged(aciType, service, config)
		}

		config = inEnvironment(fields{"name": "sklearn", "version": "3"})
		service = l.Apply(aciType, service, config)
		deployed(nil, wireObject{"A": "1", "B": "2"})
		l.unchanged(aciType, service, config)
	})
}
