#!/bin/sh
# Copyright (c) The mlws Authors
# SPDX-License-Identifier: MPL-2.0
#
# Rehearses a release of the last commit for linux/amd64: two clones in different
# places, the second with an empty build cache, each built, packed, listed and
# signed with a key for this run. It fails if the two differ in a byte, or if
# verify.sh does not accept the first. GORELEASER and CYCLONEDX_GOMOD name the tools.
set -eu

cd "$(dirname "$0")/../.."
source=$PWD
scratch=$(mktemp -d)
trap 'gpgconf --homedir "$scratch/gnupg" --kill all 2>/dev/null; chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT INT TERM

[ -z "$(git status --porcelain)" ] || echo "The work tree has changes. The rehearsal builds the last commit, without them."

export GNUPGHOME="$scratch/gnupg"
mkdir -m 700 "$GNUPGHOME"
gpg --quiet --batch --passphrase '' --quick-generate-key "rehearsal of a release" ed25519 sign never 2>/dev/null
GPG_FINGERPRINT=$(gpg --quiet --list-keys --with-colons 2>/dev/null | awk -F: '$1 == "fpr" { print $10; exit }')
export GPG_FINGERPRINT

# rehearse DIRECTORY builds what a release has, for one target.
rehearse() {
	git clone --quiet "$source" "$1"
	sed '/^      - [a-z]*_[a-z0-9_]*$/{/linux_amd64$/!d;}' "$1/.goreleaser.yml" >"$1.yml"
	(cd "$1" && "$GORELEASER" release --config "$1.yml" --snapshot --clean >"$1.log" 2>&1) || {
		cat "$1.log" >&2
		exit 1
	}
}

rehearse "$scratch/one"
GOCACHE="$scratch/cache" rehearse "$scratch/another/place"

# A signature has a time. What was signed is compared, and verified below.
for built in one another/place; do
	(cd "$scratch/$built/dist" && find . -type f ! -name '*.sig' ! -name artifacts.json ! -name metadata.json ! -name config.yaml -exec sha256sum {} +) |
		sort -k 2 >"$scratch/$(basename "$built").sums"
done
diff "$scratch/one.sums" "$scratch/place.sums" || {
	echo "Two builds of one commit differ in the files above." >&2
	exit 1
}
echo "two builds are equal: $(wc -l <"$scratch/one.sums") files"

# GoReleaser uploads the manifest under this name, without a copy in dist.
sums=$(basename "$scratch"/one/dist/*_SHA256SUMS)
cp internal/release/terraform-registry-manifest.json "$scratch/one/dist/${sums%_SHA256SUMS}_manifest.json"
internal/release/verify.sh "$scratch/one/dist"
