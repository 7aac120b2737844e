// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package adoption_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/cmd/demo/fleet"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// One apply rotates the keys of thirty services, and then the next one does, while a
// client of each scores with the key that it was last given: nobody is refused.
func TestAccNoClientNoticesARotation(t *testing.T) {
	t.Parallel()
	env := acctest.StartEmulated(t, acctest.Seed, emulator.WithSeed(fleet.Seed()))
	session := open(t, env)
	if err := os.CopyFS(session.cli.Dir, os.DirFS("../../../examples/demo/rotation")); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(session.cli.Dir, "clients")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	apply := func(round int) {
		t.Helper()
		if output, err := session.run(fmt.Sprintf("terraform apply -auto-approve -parallelism=%d -var round=%d", fleet.Size, round)); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
	}
	apply(0)
	outputs, err := session.cli.Output(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var uris map[string]string
	if err := json.Unmarshal(outputs["scoring_uris"].Value, &uris); err != nil {
		t.Fatal(err)
	}
	clients, err := fleet.Start(t.Context(), folder, uris)
	if err != nil {
		t.Fatal(err)
	}
	defer clients.Stop()
	for round := 1; round <= 2; round++ {
		env.ResetLog()
		apply(round)
		if calls := env.Count("RegenerateKeys"); calls != fleet.Size {
			t.Errorf("apply %d regenerated %d keys, want %d", round, calls, fleet.Size)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		needed, err := clients.Changed(ctx, round, fleet.Regenerated(env.Requests()))
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("apply %d: a client needed its old key for at most %.1fs after the new one was made", round, needed.Seconds())
	}
	requests, refused := clients.Stop()
	t.Logf("%d requests, %d refused", requests, len(refused))
	if requests < 4*fleet.Size || len(refused) > 0 {
		t.Errorf("%d requests, refused: %v", requests, refused)
	}
}
