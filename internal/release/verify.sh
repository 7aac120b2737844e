#!/bin/sh
# Copyright (c) The mlws Authors
# SPDX-License-Identifier: MPL-2.0
#
# Verifies the files of a release: verify.sh DIRECTORY. The release workflow runs
# it on what was uploaded, before the release is published; everybody can run it
# on what they downloaded. It needs gpg, with the release key imported, Go and unzip.
#
#   - the signature of the checksums, and of each archive and SBOM of the emulator;
#   - the checksum of every file that is listed, and that every file is listed or signed;
#   - an SBOM for each archive, which names the modules that are in its binary.
set -eu

cd "$1"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM

fail() {
	echo "verify: $*" >&2
	exit 1
}

set -- *_SHA256SUMS
[ $# = 1 ] && [ -f "$1" ] || fail "there is not one file of checksums in $PWD"
sums=$1
gpg --quiet --verify "$sums.sig" "$sums" 2>"$scratch/gpg" || fail "$sums.sig does not sign $sums: $(tail -n 1 "$scratch/gpg")"
sha256sum --quiet --strict --check "$sums" || fail "files differ from $sums"

archives=0
for file in *.zip *.tar.gz *.json; do
	[ -f "$file" ] || continue
	case $file in
	# GoReleaser's own notes, which it does not upload.
	artifacts.json | metadata.json) continue ;;
	esac
	if [ -f "$file.sig" ]; then
		gpg --quiet --verify "$file.sig" "$file" 2>"$scratch/gpg" || fail "$file.sig does not sign $file: $(tail -n 1 "$scratch/gpg")"
	else
		grep -q " [ *]\{0,1\}$file\$" "$sums" || fail "$file is neither signed nor listed in $sums"
	fi
	case $file in
	*.json) continue ;;
	esac
	[ -s "$file.cdx.json" ] || fail "$file has no SBOM"
	rm -rf "$scratch/archive" && mkdir "$scratch/archive"
	case $file in
	*.zip) unzip -q "$file" -d "$scratch/archive" ;;
	*) tar -xf "$file" -C "$scratch/archive" ;;
	esac
	chmod -R +x "$scratch/archive"
	# "dep PATH VERSION SUM" becomes PATH@VERSION; a replaced module is on the line after it.
	go version -m "$scratch/archive" | awk '$1 == "dep" { print $2 "@" $3 }' | sort >"$scratch/binary"
	[ -s "$scratch/binary" ] || fail "no Go binary is in $file"
	# The standard library and the binary itself are no dependencies.
	sed -n 's|^ *"bom-ref": "pkg:golang/\(.*\)?type=module",$|\1|p' "$file.cdx.json" |
		grep -v -e '^std@' -e '^github.com/mlws/terraform-provider-mlws' | sort >"$scratch/sbom"
	diff "$scratch/binary" "$scratch/sbom" || fail "the SBOM of $file does not name the modules of its binary"
	archives=$((archives + 1))
done
[ "$archives" -gt 0 ] || fail "there is no archive in $PWD"
echo "verified: $archives archives with their SBOMs, and $(wc -l <"$sums") checksums"
