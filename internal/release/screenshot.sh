#!/bin/sh
# Copyright (c) The mlws Authors
# SPDX-License-Identifier: MPL-2.0
#
# Makes the picture of the emulator's page in README.md: runs the demo, and takes
# a screenshot of what it keeps. CHROMIUM names the browser.
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
"${CHROMIUM:-chromium}" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$scratch/profile" --virtual-time-budget=4000 \
	--window-size=1280,720 --screenshot="$PWD/.github/emulator.png" "$page" 2>"$scratch/chromium" || cat "$scratch/chromium" >&2
kill -INT "$demo"
wait "$demo"
