# Copyright (c) The mlws Authors
# SPDX-License-Identifier: MPL-2.0
"""What the serving image has around a script: how a request becomes the arguments of
run(), how a result becomes a reply, and the library that every image brings."""

import importlib.abc
import importlib.util
import inspect
import io
import json
import sys
from urllib.parse import parse_qs


class Refused(Exception):
    """A request that is answered without a call of run()."""

    def __init__(self, status, message=""):
        super().__init__(message)
        self.status, self.message = status, message


class Headers(dict):
    """Headers by name, in any case."""

    def __init__(self, headers):
        super().__init__(headers)
        self.names = {name.lower(): name for name in headers}

    def get(self, name, default=None):
        return super().get(self.names.get(name.lower()), default)

    def __getitem__(self, name):
        return super().__getitem__(self.names[name.lower()])

    def __contains__(self, name):
        return name.lower() in self.names


class Values(dict):
    """The values of a query or a form: the first of each name, and all by getlist."""

    def __init__(self, text):
        self.lists = parse_qs(text, keep_blank_values=True)
        super().__init__({name: texts[0] for name, texts in self.lists.items()})

    def getlist(self, name):
        return self.lists.get(name, [])


class Request:
    """A request as run() sees it with @rawhttp: what scripts use of flask's request."""

    def __init__(self, header, body):
        self.method, self.path, self.query_string = header["method"], header["path"], header.get("query", "").encode()
        self.headers, self.data = Headers(header.get("headers") or {}), body
        self.args = Values(self.query_string.decode())
        self.full_path = self.path + "?" + self.query_string.decode()
        self.url = "http://" + self.headers.get("Host", "localhost") + (self.full_path if self.query_string else self.path)
        self.content_type, self.content_length = self.headers.get("Content-Type"), len(body)
        self.mimetype = (self.content_type or "").split(";")[0].strip().lower()
        self.is_json = self.mimetype == "application/json" or self.mimetype.startswith("application/") and self.mimetype.endswith("+json")
        self.form = Values(body.decode("latin-1") if self.mimetype == "application/x-www-form-urlencoded" else "")
        self.stream = io.BytesIO(body)

    def get_data(self, cache=True, as_text=False, parse_form_data=False):
        return self.data.decode("utf-8", "replace") if as_text else self.data

    def get_json(self, force=False, silent=False, cache=True):
        try:
            if not force and not self.is_json:
                raise ValueError("the content type of the request is not JSON")
            return json.loads(self.data)
        except ValueError:
            if silent:
                return None
            raise

    @property
    def json(self):
        return self.get_json()


class Response:
    """A reply with a status of its own, as AMLResponse of the image's library."""

    def __init__(self, message, status_code=200, response_headers=None, json_str=False, run_function_failed=False):
        self.status_code, self.headers = status_code, dict(response_headers or {})
        if json_str:
            message = json.dumps(message)
            self.headers.setdefault("Content-Type", "application/json")
        self.data = message if isinstance(message, bytes) else str(message).encode("utf-8")
        if run_function_failed:
            self.headers["x-ms-run-function-failed"] = "True"

    def get_data(self):
        return self.data


def rawhttp(function):
    """Ask for the request itself, for the whole script."""
    sys.modules[REQUESTS]._rawHttpRequested = True
    return function


SERVICES = "azureml.contrib.services"
REQUESTS = SERVICES + ".aml_request"
CONTENTS = {
    "azureml": {}, "azureml.contrib": {}, SERVICES: {},
    REQUESTS: {"rawhttp": rawhttp, "AMLRequest": Request, "_rawHttpRequested": False},
    SERVICES + ".aml_response": {"AMLResponse": Response},
}


class Library(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the library of the image, on a machine where it is not installed."""

    def find_spec(self, name, path=None, target=None):
        if name in CONTENTS:
            return importlib.util.spec_from_loader(name, self, is_package=not CONTENTS[name])
        return None

    def exec_module(self, module):
        module.__dict__.update(CONTENTS[module.__name__])


def is_raw():
    """Whether the script has asked for the request itself."""
    for name in (REQUESTS, "azureml_inference_server_http.api.aml_request"):
        module = sys.modules.get(name)
        if any(getattr(place, "_rawHttpRequested", False) for place in (module, getattr(module, "AMLRequest", None))):
            return True
    return False


def has_schema(run):
    """Whether run() is decorated by inference-schema, which knows its own decorators."""
    if "inference_schema" not in sys.modules:
        return False
    try:
        util = importlib.import_module("inference_schema.schema_util")
    except ImportError:
        return False
    return bool(util.is_schema_decorated(run))


def of_query(query):
    """The values of a query: read as JSON if possible, and a list of a name that stands several times."""
    found = {}
    for name, texts in Values(query).lists.items():
        values = []
        for text in texts:
            try:
                values.append(json.loads(text))
            except ValueError:
                values.append(text)
        found[name] = values[0] if len(values) == 1 else values
    return found


class Run:
    """run() of the script, with the way in which it takes a request."""

    def __init__(self, run):
        self.run = run
        parameters = inspect.signature(run).parameters.values()
        self.takes_headers = any(p.name == "request_headers" for p in parameters)
        self.parameters = [p for p in parameters if p.name != "request_headers" and p.kind is not p.VAR_KEYWORD]
        if not self.parameters:
            raise TypeError("run() takes no parameter for the request's body")
        raw, schema = is_raw(), has_schema(run)
        if raw and schema:
            raise TypeError("run() cannot be decorated with both @rawhttp and @input_schema")
        self.input = self.request if raw else self.members if schema else self.text

    def __call__(self, header, body):
        request = Request(header, body)
        value = self.input(request)
        named = {"request_headers": dict(request.headers)} if self.takes_headers else {}
        if self.input == self.members:
            return self.run(**value, **named)
        first = self.parameters[0]
        if first.kind in (first.POSITIONAL_ONLY, first.VAR_POSITIONAL):
            return self.run(value, **named)
        named[first.name] = value
        return self.run(**named)

    def request(self, request):
        return request

    def text(self, request):
        """The body as text, or the query as a JSON object."""
        allow(request)
        if request.method == "GET":
            return json.dumps(of_query(request.query_string.decode()))
        try:
            return request.data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused(400, "Input cannot be decoded as UTF-8: %s" % error) from None

    def members(self, request):
        """Each parameter by its name, from an object in the body or from the query."""
        allow(request)
        if request.method == "GET":
            given = of_query(request.query_string.decode())
        elif not request.is_json:
            raise Refused(415, "Expects Content-Type to be application/json")
        else:
            given = self.object_in(request.data)
        values = {}
        for parameter in self.parameters:
            values[parameter.name] = given.get(parameter.name, parameter.default)
            if values[parameter.name] is parameter.empty:
                raise Refused(400, "A value is not provided for the %r parameter." % parameter.name)
        return values

    def object_in(self, body):
        try:
            given = json.loads(body)
        except ValueError as error:
            raise Refused(400, "The body is not JSON: %s" % error if body else "The body is empty. A JSON object is expected.") from None
        if not isinstance(given, dict):
            raise Refused(400, "The body is not a JSON object.")
        return given


def allow(request):
    if request.method == "OPTIONS":
        raise Refused(200)


def render(result):
    """What run() returned, as a status, headers and a body.

    An AMLResponse is known by what it has, whichever library it is from.
    Everything else is JSON, text too: a string comes out in quotes.
    """
    if all(hasattr(result, name) for name in ("get_data", "status_code", "headers")):
        headers = {name: value for name, value in result.headers.items() if name.lower() != "content-length"}
        return int(result.status_code), headers, bytes(result.get_data())
    if isinstance(result, (bytes, bytearray)):
        result = bytes(result).decode("utf-8")
    return 200, {"Content-Type": "application/json"}, json.dumps(result).encode("utf-8")
