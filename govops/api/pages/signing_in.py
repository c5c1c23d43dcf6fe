"""Who looks: a token in a header, or as the password that a browser asks for."""

from __future__ import annotations

import binascii
from base64 import b64decode

CHALLENGE = 'Basic realm="govops", charset="UTF-8"'
_LONGEST = 8192  # characters of the header; an OIDC token may be long


def as_bearer(authorization: str | None) -> str | None:
    """The header as the rest of govops knows it: of ``Basic``, the password is the token, whoever the user is.

    Browsers ask for a name and a password without any script, so nothing has to be kept in a cookie.
    """
    scheme, _, rest = (authorization or "").partition(" ")
    if scheme.lower() != "basic" or len(rest) > _LONGEST:
        return authorization
    try:
        _, _, password = b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return f"Bearer {password}" if password else None
