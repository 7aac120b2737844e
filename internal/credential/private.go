// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

const (
	// privateSalt is the salt of the fingerprint, which is shown without it.
	privateSalt framework.Key[keySalt] = "salt"
	// privateDue is set if the last refresh found the key too old.
	privateDue framework.Flag = "due"
	// privateExternal is set if a refresh found that somebody else rotated the key,
	// and on_external_rotation answers that by a rotation.
	privateExternal framework.Flag = "external"
	// privateRevoke is set if the last refresh found that the previous key of a rotation
	// is to be revoked.
	privateRevoke framework.Flag = "revoke"
	// privatePrevious is the fingerprint of the previous key of a rotation.
	privatePrevious framework.Key[string] = "previous"
	// privateChosen is the digest of the value of key_value_wo that was sent last.
	privateChosen framework.Key[string] = "chosen"
	// privatePending is the regenerate with an unknown outcome; nil for none.
	privatePending framework.Key[*pending] = "pending"
)

// privateState is what a resource reads and writes beside its state. Of the requests and
// responses of the framework, both have the same.
type privateState interface {
	framework.PrivateReader
	framework.PrivateWriter
}

// call is one call of Terraform for an object that manages a slot.
type call struct {
	data    *framework.Data
	private privateState
	diags   *diag.Diagnostics
}

// salt returns the salt of the object. It makes and stores one if there is none: for an
// imported object, or in a state of an earlier version.
func (c call) salt(ctx context.Context) keySalt {
	salt := privateSalt.Get(ctx, c.private, c.diags)
	if len(salt) == 0 {
		salt = newSalt()
		c.diags.Append(privateSalt.Set(ctx, c.private, salt)...)
	}
	return salt
}

// clearReasons removes the reasons that the last refresh has recorded, after the apply.
func (c call) clearReasons(ctx context.Context) {
	for _, flag := range []framework.Flag{privateDue, privateExternal, privateRevoke} {
		c.diags.Append(flag.Change(ctx, c.private, c.private, false)...)
	}
}
