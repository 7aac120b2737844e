// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pyrunner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"time"
)

// Python is an interpreter that can run scoring scripts.
type Python struct {
	executable string
	userBase   string // where packages installed for the user are
}

// Executable is the path of the interpreter.
func (p Python) Executable() string { return p.executable }

// asking is what the interpreter is asked about itself. A python3 on the PATH
// is often a script that looks for the real one with the help of variables
// that scoring scripts are not given.
const asking = `import json, site, sys; print(json.dumps([sys.executable, list(sys.version_info[:2]), site.getuserbase()]))`

// Find looks for python3 3.8 or newer on the PATH.
func Find(ctx context.Context) (Python, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for _, name := range []string{"python3", "python"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		raw, err := exec.CommandContext(ctx, path, "-c", asking).Output()
		if err != nil {
			continue
		}
		var found Python
		var version [2]int
		if err := json.Unmarshal(raw, &[3]any{&found.executable, &version, &found.userBase}); err != nil || found.executable == "" {
			continue
		}
		if version[0] != 3 || version[1] < 8 {
			return Python{}, fmt.Errorf("%s is Python %d.%d; 3.8 or newer is needed", path, version[0], version[1])
		}
		return found, nil
	}
	return Python{}, errors.New("there is no working python3 on the PATH; install Python 3.8 or newer")
}

// environment returns the variables of a script's process: where programs and
// packages are, and its own variables. It inherits no other one of the parent.
func (p Python) environment(own map[string]string, home string) []string {
	values := map[string]string{
		"HOME": home, "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUSERBASE": p.userBase,
	}
	inherited := []string{"PATH", "TMPDIR", "LD_LIBRARY_PATH"}
	if runtime.GOOS == "windows" {
		inherited = []string{"PATH", "TEMP", "TMP", "SYSTEMROOT"}
	}
	for _, name := range inherited {
		if value, set := os.LookupEnv(name); set {
			values[name] = value
		}
	}
	for name, value := range own {
		values[name] = value
	}
	list := make([]string, 0, len(values))
	for name, value := range values {
		list = append(list, name+"="+value)
	}
	return list
}
