# Copyright (c) The mlws Authors
# SPDX-License-Identifier: MPL-2.0
"""Stands in for the package azure-identity, with sign-in to the emulator."""

import collections
import json
import os
import ssl
import urllib.parse
import urllib.request

AccessToken = collections.namedtuple("AccessToken", "token expires_on")


class DefaultAzureCredential:
    def get_token(self, scope):
        url = "%s/%s/oauth2/v2.0/token" % (os.environ["AUTHORITY"], os.environ["TENANT_ID"])
        form = {
            "grant_type": "client_credentials",
            "client_id": os.environ["CLIENT_ID"],
            "client_secret": os.environ["CLIENT_SECRET"],
            "scope": scope,
        }
        trust = ssl.create_default_context(cafile=os.environ["CA_FILE"])
        with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode(), context=trust) as response:
            reply = json.load(response)
        return AccessToken(reply["access_token"], reply["expires_in"])
