#!/bin/sh
# Copyright (c) The mlws Authors
# SPDX-License-Identifier: MPL-2.0
#
# Generates the documentation: `docs.sh write` replaces docs/, `docs.sh check`
# fails where docs/ is not what would be generated. The schema comes from the
# provider itself, because an older Terraform would leave out object kinds that it does not know.
set -eu

mode=$1
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM

go run ./internal/cmd/schemajson >"$scratch/schema.json"
mkdir "$scratch/terraform-provider-mlws"
cp -R templates examples "$scratch/terraform-provider-mlws/"

generate() {
	"$TFPLUGINDOCS" "$1" --provider-dir "$scratch/terraform-provider-mlws" \
		--provider-name mlws --providers-schema "$scratch/schema.json" >"$scratch/log" 2>&1 || {
		cat "$scratch/log" >&2
		exit 1
	}
}

generate generate
generate validate

case $mode in
write)
	rm -rf docs
	cp -R "$scratch/terraform-provider-mlws/docs" docs
	;;
check)
	diff -ru docs "$scratch/terraform-provider-mlws/docs" || {
		echo "docs/ is not up to date: run make docs, and commit the result." >&2
		exit 1
	}
	;;
esac
