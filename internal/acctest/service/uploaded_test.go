// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/codearchive"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// uploadedFiles is a check: the code of a service, as the emulator got it,
// unpacked, is these files; and the request that deployed it last refers to it as the contract says.
// A real workspace shows neither.
func uploadedFiles(env *acctest.Env, name, folder, script string, want map[string]string) func(*terraform.State) error {
	return func(*terraform.State) error {
		if env.Emulator == nil {
			return nil
		}
		service, ok := env.Emulator.ServiceJSON(env.WorkspaceID, env.Name(name))
		if !ok {
			return fmt.Errorf("%s is not there", name)
		}
		encoded, err := json.Marshal(service["environmentImageRequest"])
		if err != nil {
			return err
		}
		var image struct {
			DriverProgram string
			Assets        []struct {
				ID, URL, MimeType string
				Unpack            bool
			}
			Environment struct{ EnvironmentVariables map[string]string }
		}
		if err := json.Unmarshal(encoded, &image); err != nil {
			return err
		}
		if len(image.Assets) != 2 || image.Assets[0].ID != image.DriverProgram || image.DriverProgram != codearchive.DriverName ||
			image.Assets[0].MimeType != "application/x-python" || image.Assets[1].MimeType != "application/octet-stream" || image.Assets[1].Unpack != (folder != "") {
			return fmt.Errorf("%s: the code is deployed as %s", name, encoded)
		}
		location, variables := script, image.Environment.EnvironmentVariables
		if folder != "" {
			location = folder + "/" + script
		}
		if variables["AZUREML_ENTRY_SCRIPT"] != location || variables["AZUREML_SOURCE_DIRECTORY"] != folder {
			return fmt.Errorf("%s: the variables are %v", name, variables)
		}
		driver, err := content(env, image.Assets[0].URL)
		if err != nil {
			return err
		}
		if string(driver) != codearchive.Driver(location, folder) {
			return fmt.Errorf("%s: the driver is\n%s", name, driver)
		}
		code, err := content(env, image.Assets[1].URL)
		if err != nil {
			return err
		}
		got := map[string]string{image.Assets[1].ID: string(code)}
		if folder != "" {
			if got, err = unpack(code); err != nil {
				return err
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("%s: the code (-want +got)\n%s", name, diff)
		}
		return nil
	}
}

func content(env *acctest.Env, url string) ([]byte, error) {
	id, isArtifact := strings.CutPrefix(url, "aml://artifact/")
	found, there := env.Emulator.ArtifactContent(env.WorkspaceID, id)
	if !isArtifact || !there {
		return nil, fmt.Errorf("nothing was uploaded to %s", url)
	}
	return found, nil
}

// unpack returns the files of a tar.gz.
func unpack(packed []byte) (map[string]string, error) {
	zipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for reader := tar.NewReader(zipped); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if header.Typeflag == tar.TypeDir {
			continue
		}
		file, err := io.ReadAll(reader)
		if err != nil {
			return nil, err
		}
		files[header.Name] = string(file)
	}
}

// below puts files below a folder.
func below(folder, script string) map[string]string {
	return map[string]string{folder + "/score.py": script, folder + "/lib/helper.py": "x = 1\n"}
}

// register registers an environment, as somebody else would: "name" is the next
// version of it, "name/versions/1" that one.
func register(t *testing.T, env *acctest.Env, path string) {
	t.Helper()
	name, _, _ := strings.Cut(path, "/")
	url := env.Emulator.ModelManagementURL() + "/environment/v1.0" + env.WorkspaceID + "/environments/" + path
	request, err := http.NewRequest(http.MethodPut, url, strings.NewReader(`{"name":"`+name+`","docker":{"baseImage":"example.azurecr.io/base:2"},"python":{"userManagedDependencies":true}}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+env.Emulator.AccessToken(emulator.ContributorClientID))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("registering %s: %s", name, response.Status)
	}
}
