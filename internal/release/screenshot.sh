#!/bin/sh
# Copyright (c) The mlws Authors
# SPDX-License-Identifier: MPL-2.0
#
# Makes the pictures of the emulator's page in .github, for README.md and the guide:
# runs the demo, and takes pictures of what it keeps. CHROMIUM names the browser.
set -eu

cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM

KEEP=1 bin/demo >"$scratch/demo" &
demo=$!
until grep -q 'Its page' "$scratch/demo"; do
	kill -0 "$demo" 2>/dev/null || { cat "$scratch/demo" >&2; exit 1; }
	sleep 1
done
page=$(sed -n 's/^Its page: //p' "$scratch/demo")
bin/screenshots -page "$page" -out .github
kill -INT "$demo"
wait "$demo"
