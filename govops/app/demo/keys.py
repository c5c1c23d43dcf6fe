"""The keys of the demo's two recorders, for the demo only: whoever reads this line can make them.

That is on purpose. Every run of the demo must make the same bytes, so the keys come from a fixed, public
seed. A recorder of a real repository has a key that nobody else ever sees.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_SEED = "govops demo key: {}"


def private_key(name: str) -> Ed25519PrivateKey:
    """The demo's key for that name; the same on every machine."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(_SEED.format(name).encode("ascii")).digest())


def public_line(name: str) -> str:
    """The public half as OpenSSH writes it: ``ssh-ed25519 <base64>``, without a comment."""
    raw = private_key(name).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    wire = b"".join(len(part).to_bytes(4, "big") + part for part in (b"ssh-ed25519", raw))
    return f"ssh-ed25519 {base64.b64encode(wire).decode('ascii')}"
