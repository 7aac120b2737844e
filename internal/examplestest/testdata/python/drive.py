# Copyright (c) The mlws Authors
# SPDX-License-Identifier: MPL-2.0
"""Drives the client of the guide through the life of a token.

The test that runs it lets the service hand out two tokens, then none."""

import client

ROWS = [[5.1, 3.5, 1.4, 0.2]]
client.score(ROWS)
first = client.token.value
client.score(ROWS)
assert client.token.value == first, "a token that is young was fetched again"

client.token.refresh_after = 0
client.score(ROWS)
second = client.token.value
assert second != first, "a token that is due was not fetched again"

client.token.refresh_after = 0
client.score(ROWS)
assert client.token.value == second, "the old token was given up in an outage"

client.token.expiry_on = 0
try:
    client.score(ROWS)
except Exception as error:
    print("refused:", error)
else:
    raise AssertionError("an expired token was used")
