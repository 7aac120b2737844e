// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package codearchive

import (
	"fmt"
	"strings"
)

// DriverName is the file name of the driver program.
const DriverName = "mlws_driver.py"

// Driver returns the text of the driver program, the module that older serving
// images import: it loads the entry script, which lies at that location below
// the image's working directory, and hands init and run through. As in the SDK's,
// the script is loaded at import, as driver_module: by that name the image finds
// the decorators of the script's run. Newer images take the location from the
// environment. The directory is that of the code, from which the script imports
// what lies beside it; empty for a lone script.
func Driver(script, directory string) string {
	return fmt.Sprintf(driver, pythonString(script), pythonString(directory))
}

const driver = `# Loads the entry script, for serving images that import a driver program.
# Written by the Terraform provider mlws; the same for every service with this script.
import importlib.util
import inspect
import os
import sys

SCRIPT = %s
DIRECTORY = %s


def locate(path):
    if os.path.exists(path):
        return path
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), path)


def load():
    if DIRECTORY:
        sys.path.append(locate(DIRECTORY))
    spec = importlib.util.spec_from_file_location("entry_script", locate(SCRIPT))
    module = importlib.util.module_from_spec(spec)
    sys.modules["entry_script"] = module
    spec.loader.exec_module(module)
    return module


# The serving image looks for this name: it calls its run if that is decorated.
driver_module = load()
parameters = inspect.signature(driver_module.run).parameters.values()
takes_headers = any(p.name == "request_headers" for p in parameters)
names = [p.name for p in parameters if p.name != "request_headers" and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]


def init():
    driver_module.init()


def run(http_body, request_headers):
    arguments = {}
    if takes_headers:
        arguments["request_headers"] = request_headers
    if not names:
        return driver_module.run(http_body, **arguments)
    arguments[names[0]] = http_body
    return driver_module.run(**arguments)
`

// pythonString is a Python string literal.
func pythonString(text string) string {
	var quoted strings.Builder
	quoted.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			quoted.WriteByte('\\')
			quoted.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&quoted, `\x%02x`, r)
		default:
			quoted.WriteRune(r)
		}
	}
	quoted.WriteByte('"')
	return quoted.String()
}
