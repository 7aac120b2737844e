// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"errors"
	"fmt"
	"net/http"
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
