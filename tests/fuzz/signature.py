"""Signatures: nobody's, or those of the key that stands in them."""

from __future__ import annotations

import base64

from govops.evidence.signature import signer

MESSAGE = b"what was signed"
_LINES = ("-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----")


def check(data: bytes) -> None:
    """The bytes as a signature in its armour, and as the armour itself."""
    text = base64.b64encode(data).decode("ascii")
    key = signer(MESSAGE, "\n".join([_LINES[0], text, _LINES[1], ""]))
    assert key is None or base64.b64decode(key.split()[1]) in data
    assert signer(b"something else", data.decode("utf-8", "surrogateescape")) is None
