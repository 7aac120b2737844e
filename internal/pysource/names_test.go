// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pysource

import (
	"strings"
	"testing"
)

// Each of these gives init and run a value, in one of the ways that Python has.
var defining = map[string]string{
	"plain":                  "def init():\n    global model\n    model = 1\n\ndef run(data):\n    return data\n",
	"async":                  "async def init(): pass\nasync def run(d): return d\n",
	"decorated":              "@a.b(c=(1,\n  2))\ndef init():\n  pass\n@input_schema('data',\n  x)\n# comment\ndef run(data):\n  pass\n",
	"assigned":               "init = lambda: None\nrun = Model().predict\n",
	"assigned together":      "init = run = f\n",
	"unpacked":               "init, run = make()\n",
	"unpacked in brackets":   "(init,\n run) = make()\n[a, *b] = 1, 2\n",
	"annotated":              "init: Callable[[], None] = f\nrun: 'Callable' = g\n",
	"imported":               "from impl import init, run\n",
	"imported over lines":    "from impl import (\n    init,  # one\n    run,\n)\n",
	"imported as":            "import impl.start as init\nfrom impl import score as run\n",
	"everything imported":    "from impl import *\n",
	"in a branch":            "if FAST:\n    def init(): pass\n    def run(d): pass\nelse:\n    from slow import init, run\n",
	"in a try":               "try:\n\tfrom fast import init\n\timport run\nexcept ImportError:\n\tdef init(): pass\n",
	"after a class":          "class A:\n    def other(self): pass\n\n    x = 1\ndef init(): pass\nclass B: y = 2\ndef run(d): pass\n",
	"classes":                "class init: pass\nclass run(Base): pass\n",
	"walrus":                 "print(init := 1, (run := 2))\n",
	"loop":                   "for init in [f]:\n  pass\nfor name, run in pairs:\n  break\n",
	"with":                   "with a() as init, b() as run:\n  pass\n",
	"semicolons":             "import os; init = f; run = g\n",
	"global in a function":   "def setup():\n    global init, run\n    init, run = f, g\nsetup()\n",
	"global in a method":     "class A:\n    def setup(self):\n        global init\n        init = 1\n        global run\n",
	"names written by text":  "globals()['init'] = f\nglobals().update(run=g)\n",
	"in a function by text":  "def setup():\n    globals()['init'] = f\n    globals()['run'] = f\n",
	"exec":                   "exec(open('impl.py').read())\n",
	"its own module":         "import sys\nsetattr(sys.modules[__name__], 'init', f)\n",
	"module attribute":       "def __getattr__(name):\n    return f\n",
	"strings around":         "'''\ndef nothing():\n\"\"\" # not a comment\n'''\nx = '#' + \"it's\"\ny = r'\\\\'\nz = b'''a'b''c'''\ndef init(): 'doc'\ndef run(d): f\"{d['a']!r:>{10}}\"\n",
	"nested quotes":          "x = f\"{a[\"b\"]}\"\ndef init(): pass\ndef run(d): pass\n",
	"continued lines":        "x = 1 + \\\n    2\nif a and \\\n   b:\n    pass\ndef init(): \\\n    pass\ndef \\\nrun(d):\n    pass\n",
	"Windows line ends":      "def init():\r\n    pass\r\n\r\ndef run(data):\r\n    return data\r\n",
	"old line ends":          "def init():\r    pass\rdef run(data):\r    return data\r",
	"byte order mark":        "\ufeffdef init(): pass\ndef run(d): pass",
	"tabs and form feeds":    "class A:\n\tdef f(self):\n\t\tpass\n\f\ndef init():\n\tpass\n\f\ndef run(d):\n        pass\n",
	"comments of all sorts":  "# def x(:\n   # indented '''\ndef init(): # \"\"\"\n# not indented\n    pass\ndef run(d): pass # end",
	"a string without end":   "x = '''\ndef f(): pass\n",
	"brackets that are odd":  "x = (1\n",
	"brackets the other way": "x = )\n",
	"names not in ASCII":     "größe = 1\ndef init(): pass\nrun = größe\n",
}

func read(t *testing.T, script string) *Module {
	t.Helper()
	module, err := Read(strings.NewReader(script))
	if err != nil {
		t.Fatal(err)
	}
	return module
}

func TestDefinitionsAreSeen(t *testing.T) {
	t.Parallel()
	for name, script := range defining {
		if missing := read(t, script).Undefined("init", "run"); len(missing) > 0 {
			t.Errorf("%s: %v is said to be missing", name, missing)
		}
	}
	large := read(t, strings.Repeat("(nothing\n", maxSize/9+1))
	if missing := large.Undefined("init", "run"); len(missing) > 0 || large.Fault() != nil {
		t.Errorf("a large script: %v, %v", missing, large.Fault())
	}
}

func TestMissingDefinitionsAreSeen(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ script, want string }{
		"nothing":            {"", "init run"},
		"one":                {"def init():\n    pass\n", "run"},
		"the other":          {"from impl import run\n", "init"},
		"another spelling":   {"def Init(): pass\ndef run_(d): pass\ndef runs(d): pass\n", "init run"},
		"methods":            {"class Scorer:\n    def init(self): pass\n\n    # run\n    def run(self, data):\n        return data\n", "init run"},
		"inside a function":  {"def main():\n    def init(): pass\n    run = 1\n", "init run"},
		"attributes":         {"def init():\n    pass\nmodel.run = f\nmodel.run(1)\n", "run"},
		"called":             {"def init(): pass\nrun(1)\n", "run"},
		"an argument":        {"def init(): pass\nserve(run=1)\nx = dict(\n  run=2)\n", "run"},
		"in strings":         {"'''\ndef init(): pass\n'''\nx = 'run = 1'\ny = \"\\\"run = 1\"\n", "init run"},
		"in comments":        {"# def init(): pass\nx = 1 # run = 2\n", "init run"},
		"in a class in a if": {"if x:\n    class A:\n        def run(self): pass\n    def init(): pass\n", "run"},
		"v2 spelling":        {"def init(): pass\ndef predict(data): return data\n", "run"},
	} {
		if got := strings.Join(read(t, test.script).Undefined("init", "run"), " "); got != test.want {
			t.Errorf("%s: %q is said to be missing, want %q", name, got, test.want)
		}
	}
}
