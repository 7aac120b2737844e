// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"strings"
	"testing"
)

// condaFiles are environments as people write them: none is refused.
var condaFiles = map[string]string{
	"tutorial":              "name: project_environment\nchannels:\n  - anaconda\n  - conda-forge\ndependencies:\n  - python=3.6.2\n  - pip:\n    - azureml-defaults\n    - scikit-learn==0.22.1\n",
	"exported":              "name: base\nchannels:\n  - defaults\ndependencies:\n  - _libgcc_mutex=0.1=main\n  - ca-certificates=2021.7.5=h06a4308_1\n  - python=3.8.11=h12debd9_0_cpython\n  - pip:\n      - absl-py==0.13.0\nprefix: /opt/miniconda\n",
	"without name":          "dependencies:\n  - python=3.8\n",
	"without channels":      "name: e\ndependencies: [python=3.8]\n",
	"channels with URLs":    "channels: ['https://conda.anaconda.org/pytorch', nodefaults, conda-forge::x]\ndependencies: [pytorch::pytorch=1.9]\n",
	"comments":              "# the environment\nname: e # its name\n\ndependencies:\n  # first\n  - python=3.8 # LTS\n",
	"version ranges":        "dependencies:\n  - python>=3.6,<3.9\n  - 'numpy>=1.18'\n  - scipy !=1.5.1\n  - pandas~=1.1\n",
	"pip with options":      "dependencies:\n  - pip=20.2\n  - pip:\n    - --extra-index-url https://example.com/simple\n    - -r requirements.txt\n    - azureml-defaults>=1.0.45\n    - git+https://github.com/example/x.git@main#egg=x\n    - ./wheels/a-1.0-py3-none-any.whl\n",
	"extras":                "dependencies:\n  - pip:\n    - azureml-inference-server-http[all]\n    - 'uvicorn[standard]; python_version >= \"3.7\"'\n",
	"pip twice":             "dependencies:\n  - pip:\n    - a\n  - python=3.8\n  - pip:\n    - b\n",
	"variables":             "dependencies: [a]\nvariables:\n  MODE: 'on'\n  EMPTY: ''\n",
	"flow style":            "{name: e, channels: [a, b], dependencies: [python=3.8, {pip: [x, y]}]}\n",
	"JSON":                  "{\"name\": \"e\", \"dependencies\": [\"python=3.8\", {\"pip\": [\"azureml-defaults\"]}]}",
	"document marks":        "%YAML 1.1\n---\ndependencies: [a]\n...\n",
	"anchors":               "x-common: &common\n  - numpy\ndependencies: *common\n",
	"block text":            "name: >-\n  e\ndependencies:\n  - |-\n    python=3.8\n",
	"quoted keys":           "'name': e\n\"dependencies\":\n- python=3.8\n",
	"no indentation":        "dependencies:\n- python=3.8\n- pip:\n  - a\n",
	"deep indentation":      "dependencies:\n        - python=3.8\n        - pip:\n                - a\n",
	"Windows line ends":     "name: e\r\ndependencies:\r\n  - python=3.8\r\n  - pip:\r\n    - a\r\n",
	"byte order mark":       "\ufeffname: e\ndependencies: [a]\n",
	"no line end":           "dependencies: [a]",
	"numbers":               "dependencies:\n  - python=3.8\n  - 7zip\n  - pip:\n    - a==1\n",
	"version alone":         "name: 3.8\ndependencies: [a]\n",
	"empty lists":           "channels: []\ndependencies: []\n",
	"platforms":             "platforms: [linux-64]\ncategory: main\ndependencies: [a]\n",
	"selectors of lock":     "dependencies:\n  - python=3.8 # [linux]\n  - {pip: [a]}\n",
	"letters not in ASCII":  "name: größe\ndependencies: [a] # übung\n",
	"a null entry":          "dependencies:\n  - python=3.8\n  -\n",
	"keys of other tools":   "name: e\ndependencies: [a]\ntest: [x]\nmeta: {owner: me}\n",
	"a name with a version": "name: AzureML-sklearn-0.24.1:7\ndependencies: [a]\n",
}

// brokenConda are environments that are refused, each with its line. The parser counts the
// line at which it began to look for what is missing.
var brokenConda = map[string]struct{ text, want string }{
	"two documents":              {"---\nname: e\ndependencies:\n  - python=3.8\n---\nname: f\n", "line 5: the YAML has a second document"},
	"mapping":                    {"name: e\ndependencies:\n  python: 3.8\n", "line 2: dependencies is not a list"},
	"text":                       {"name: e\n\ndependencies: python=3.8\n", "line 3: dependencies is not a list"},
	"pip is a mapping":           {"dependencies:\n  - python=3.8\n  - pip:\n      a: 1\n", "line 3: pip in dependencies is not a list"},
	"pip is a text":              {"dependencies:\n  - pip: azureml-defaults\n", "line 2: pip in dependencies is not a list"},
	"misspelled":                 {"name: e\nchanels: [a]\n", "line 2: a conda environment has no key chanels; channels is meant"},
	"wrong case":                 {"name: e\nchannels: [a]\nDependencies: [b]\n", "line 3: a conda environment has no key Dependencies; dependencies is meant"},
	"duplicate key":              {"name: e\ndependencies: [a]\nname: f\n", `line 3: mapping key "name" already defined at line 1`},
	"v2":                         {"name: e\nimage: i\nconda_file: c.yml\n", "line 3: the key conda_file belongs to the file of a v2 environment"},
	"v2 with a schema":           {"$schema: s\nname: e\n", "line 1: the key $schema belongs to the file of a v2 environment"},
	"keys are numbers":           {"dependencies: [a]\nvariables:\n  1: a\n", "line 3: the YAML has keys that are not strings"},
	"a tab":                      {"name: e\ndependencies:\n\t- a\n", "line 3: found character that cannot start any token"},
	"an open bracket":            {"name: e\ndependencies: [a\n", "line 1: did not find expected ',' or ']'"},
	"a dash without indentation": {"dependencies:\n  - a\n - b\n", "line 2: did not find expected key"},
	"a merge that is not done":   {"name: e\n<<<<<<< HEAD\ndependencies: [a]\n=======\n", "line 2: could not find expected ':'"},
	"a missing colon":            {"name: e\ndependencies\n  - a\n", "line 2: could not find expected ':'"},
}

func TestCondaCorpus(t *testing.T) {
	t.Parallel()
	for name, text := range condaFiles {
		if why := condaRule.Why(text); why != "" {
			t.Errorf("%s: refused: %s", name, why)
		}
	}
	for name, test := range brokenConda {
		if why := condaRule.Why(test.text); !strings.Contains(why, test.want) {
			t.Errorf("%s: %q, want %q", name, why, test.want)
		}
	}
	if n := len(condaFiles) + len(brokenConda); n < 45 {
		t.Errorf("there are only %d files", n)
	}
}
