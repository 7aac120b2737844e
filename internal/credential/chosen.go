// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// valueDigest returns the fingerprint of a chosen value. Its salt is made of the names of
// the service and the slot: Terraform gives no private state to the apply of a create,
// and the digest must be the same in the plan and in the apply.
func (m *keyModel) valueDigest(value types.String) string {
	salt := sha256.Sum256([]byte(strings.ToLower(keyID(m.ServiceID.ValueString(), m.KeyType.ValueString()))))
	return keySalt(salt[:16]).slow(value.ValueString())
}

// derivedVersion is key_value_wo_version if the configuration has none: 20 bits of the
// digest. If the apply is given another value than the plan, it differs from the planned
// one, and Terraform refuses the apply before anything is sent. It is far too short to
// find the value by.
func derivedVersion(digest string) types.Int64 {
	bits, err := strconv.ParseInt(strings.TrimPrefix(digest, slowPrefix)[:5], 16, 64)
	if err != nil {
		return types.Int64Unknown()
	}
	return types.Int64Value(bits)
}

// storeDigest stores the digest of a value that the key has now. A null value removes it,
// and one that its version has kept from being sent changes nothing.
func (m *keyModel) storeDigest(ctx context.Context, c call, config *keyModel, sent bool) {
	digest := ""
	switch {
	case config.KeyValue.IsNull():
	case sent || config.KeyValueVersion.IsNull():
		digest = m.valueDigest(config.KeyValue)
	default:
		return
	}
	c.diags.Append(privateChosen.Change(ctx, c.private, c.private, digest)...)
}

// planVersion plans key_value_wo_version if the configuration has none. It returns the
// digest of the value; "" if there is no value, or if it is not known yet.
func (m *keyModel) planVersion(config *keyModel) (digest string) {
	switch {
	case !config.KeyValueVersion.IsNull():
	case config.KeyValue.IsNull():
		m.KeyValueVersion = types.Int64Null()
	case config.KeyValue.IsUnknown() || m.ServiceID.IsUnknown() || m.KeyType.IsUnknown():
		m.KeyValueVersion = types.Int64Unknown()
	default:
		digest = m.valueDigest(config.KeyValue)
		m.KeyValueVersion = derivedVersion(digest)
	}
	return digest
}

// planValue decides whether a key that is not replaced is set to the value of the
// configuration, because that has changed and no version decides. It is set in place: a
// value that is not known yet can turn out to be the same.
func (m *keyModel) planValue(ctx context.Context, from framework.PrivateReader, config, state *keyModel, diags *diag.Diagnostics) decision {
	digest := m.planVersion(config)
	switch {
	case !config.KeyValueVersion.IsNull() || config.KeyValue.IsNull():
		return no
	case digest == "":
		return maybe
	}
	if stored := privateChosen.Get(ctx, from, diags); stored != "" {
		return decide(true, stored != digest)
	}
	return decide(true, !state.has(config.KeyValue, privateSalt.Get(ctx, from, diags)))
}

// has reports whether a value is the key of the state.
func (m *keyModel) has(value types.String, salt keySalt) bool {
	switch {
	case value.IsUnknown():
		return false
	case !m.Key.IsNull():
		return sameText(m.Key.ValueString(), value.ValueString())
	}
	return salt.fits(m.KeyFingerprint.ValueString(), value.ValueString())
}

// warnOfImported warns if the plan sets a key that Terraform has imported.
func (m *keyModel) warnOfImported(ctx context.Context, from framework.PrivateReader, config *keyModel, diags *diag.Diagnostics) {
	if m.RotatedAt.IsNull() && !m.slot().isOpen() && !config.KeyValue.IsNull() && !m.has(config.KeyValue, privateSalt.Get(ctx, from, diags)) {
		diags.AddAttributeWarning(path.Root("key_value_wo"), "An imported key is set to another value", fmt.Sprintf(
			"%s: this apply sets the imported key to the value of key_value_wo. Whoever uses the key that the slot has now is cut off. "+
				"To keep that key, remove key_value_wo, or make it that key.", m.ID.ValueString()))
	}
}

// warnOfDerived says how to understand Terraform's error if the apply is given another
// value than the plan. The provider cannot refuse it itself: Terraform gives the apply
// nothing of the plan.
func (m *keyModel) warnOfDerived(config *keyModel, diags *diag.Diagnostics) {
	if config.KeyValueVersion.IsNull() && values.IsSet(m.KeyValueVersion) {
		diags.AddAttributeWarning(path.Root("key_value_wo"), "A chosen key is sent without key_value_wo_version", fmt.Sprintf(
			"%s: the plan and the apply must be given the same value. If the apply ends with an inconsistent final plan of key_value_wo_version, nothing was sent: "+
				"the value is another one each time that Terraform reads it. Then set key_value_wo_version, and raise it whenever the value is to be sent.",
			keyID(m.ServiceID.ValueString(), m.KeyType.ValueString())))
	}
}
