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

// IsNotFound reports that the object that was asked for does not exist. A 404
// that is about the workspace or what contains it, and a gateway's HTML page,
// are not evidence that the object is gone.
func IsNotFound(err error) bool {
	var none *NoModelError
	return errors.As(err, &none) || wire.IsNotFound(err)
}
