#!/bin/sh
# Copyright (c) The mlws Authors
# SPDX-License-Identifier: MPL-2.0
#
# Writes the software bill of materials of an archive, as a CycloneDX document:
# sbom.sh ARCHIVE DOCUMENT VERSION. GoReleaser calls it for each archive. The
# document has neither a time nor a serial number, so that two builds are equal.
set -eu

archive=$1 document=$2 version=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM

case $archive in
*.zip) unzip -q "$archive" -d "$scratch" ;;
*) tar -xf "$archive" -C "$scratch" ;;
esac
set -- "$scratch"/terraform-provider-mlws_v* "$scratch"/mlws-emulator*
for binary; do
	[ -f "$binary" ] || continue
	# go version reads executables alone, and an archive of another system may lack the bit.
	chmod +x "$binary"
	exec "$CYCLONEDX_GOMOD" bin -json -std -noserial -notimestamp -version "v$version" -output "$document" "$binary"
done
echo "$archive has no binary of this project" >&2
exit 1
