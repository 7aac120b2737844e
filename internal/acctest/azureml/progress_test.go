// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// An upload tells how far it is, in tenths where its size is known.
func TestProgressOfAnUpload(t *testing.T) {
	_, ws := newEmulated(t)
	upload := func(files ...azureml.ArtifactFile) (seen []string) {
		t.Helper()
		ctx := azureml.WithProgress(within(t, time.Minute), func(p azureml.Progress) { seen = append(seen, p.What+": "+p.State) })
		if _, err := ws.UploadArtifacts(ctx, azureml.NewArtifactContainer(time.Now()), files); err != nil {
			t.Fatal(err)
		}
		return seen
	}
	if seen := upload(fileOf("a", large())); !slices.Equal(seen, []string{"the upload: 80% of 5.0 MiB", "the upload: 100% of 5.0 MiB"}) && !slices.Equal(seen, []string{"the upload: 20% of 5.0 MiB", "the upload: 100% of 5.0 MiB"}) {
		t.Errorf("seen %q", seen)
	}
	many := make([]azureml.ArtifactFile, 60)
	for i := range many {
		many[i] = fileOf(strconv.Itoa(i), "x")
	}
	if seen := upload(many...); len(seen) != 11 || seen[10] != "the upload: 100% of 0.0 MiB" {
		t.Errorf("seen %q", seen)
	}
	stream := fileOf("a", "x")
	stream.Size = -1
	if seen := upload(stream); !slices.Equal(seen, []string{"the upload: 0 MiB"}) {
		t.Errorf("seen %q", seen)
	}
}
