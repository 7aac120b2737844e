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
// the image's working directory, and hands init and run through. Newer images
// take the location from the environment. The directory is that of the code,
// from which the script imports what lies beside it; empty for a lone script.
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

user_module = None
body_parameter = None
takes_headers = False


def locate(path):
    if os.path.exists(path):
        return path
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), path)


def init():
    global user_module, body_parameter, takes_headers
    if DIRECTORY:
        sys.path.append(locate(DIRECTORY))
    spec = importlib.util.spec_from_file_location("entry_script", locate(SCRIPT))
    user_module = importlib.util.module_from_spec(spec)
    sys.modules["entry_script"] = user_module
    spec.loader.exec_module(user_module)

    parameters = inspect.signature(user_module.run).parameters
    takes_headers = "request_headers" in parameters
    for parameter in parameters.values():
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            body_parameter = parameter.name
            break
    user_module.init()


def run(http_body, request_headers):
    arguments = {}
    if takes_headers:
        arguments["request_headers"] = request_headers
    if body_parameter is None or body_parameter == "request_headers":
        return user_module.run(http_body, **arguments)
    arguments[body_parameter] = http_body
    return user_module.run(**arguments)
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
