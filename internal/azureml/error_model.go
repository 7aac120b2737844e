// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// NoModelError is a name that no model has. IsNotFound recognises it.
type NoModelError struct{ Name string }

// Error names the model.
func (e *NoModelError) Error() string { return fmt.Sprintf("no model is named %q", e.Name) }

// IsModelInUse reports that a model was not deleted since something is made of
// it: 412, with DeletionRequired in its message.
func IsModelInUse(err error) bool {
	var refused *ResponseError
	return errors.As(err, &refused) && refused.StatusCode == http.StatusPreconditionFailed
}

// IsNotFound reports that the API itself says that the object that was asked for
// does not exist: a service, a model, an asset, an environment, a compute target,
// a file or an online endpoint. Neither a workspace nor an operation that is gone is such an object,
// and a 404 that is not in the API's own form says nothing.
func IsNotFound(err error) bool {
	var none *NoModelError
	if errors.As(err, &none) {
		return true
	}
	switch wire.Gone(err) {
	case wire.Service, wire.Model, wire.Asset, wire.Environment, wire.Compute, wire.File, wire.Endpoint:
		return true
	}
	return false
}
