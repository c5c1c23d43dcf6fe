"""By which evidence a person can approve at all: accounts for receipts, keys for signatures, addresses for trailers."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from govops.history.snapshot import KEYS
from govops.kinds.settings import SettingsSpec
from govops.kinds.user import User

_LEAST_RSA = 3072  # bits; as long as 128 bits of other algorithms, NIST SP 800-57 part 1, table 2


def means(user: User, settings: SettingsSpec) -> frozenset[str]:
    """The kinds of evidence that this person can give and that Settings accept."""
    spec, forge = user.spec, settings.forge.type
    keys = [line for line in spec.keys if can_be_verified(line)]
    known = any(forge == "none" or account.forge in (forge, KEYS) for account in spec.accounts)
    by_key = bool(keys) and forge in ("local", "none")  # where no forge has accounts, keys take their place
    able = {"receipt": known or by_key, "signature": bool(keys), "trailer": bool(spec.emails)}
    return frozenset(kind for kind in settings.evidence.accept if able[kind])


def can_be_verified(line: str) -> bool:
    """Whether govops verifies signatures by a key of this type."""
    return line.startswith(("ssh-ed25519 ", "ssh-rsa "))


def weakness(line: str) -> str:
    """What is wrong with an OpenSSH public key line, in words; empty for Ed25519 and RSA of at least 3072 bits."""
    algorithm = line.split(maxsplit=1)[0]
    if not can_be_verified(line):
        return f"is of type {algorithm}, whose signatures govops does not verify"
    if algorithm == "ssh-rsa" and (bits := _rsa_bits(line)) < _LEAST_RSA:
        return f"is RSA of {bits} bits"
    return ""


def _rsa_bits(line: str) -> int:
    """The length of the modulus: RFC 4253, section 6.6: type, exponent, modulus. 0 where there is none."""
    parts = list(_strings(base64.b64decode(line.split()[1])))
    return int.from_bytes(parts[2], "big").bit_length() if len(parts) > 2 else 0


def _strings(wire: bytes) -> Iterator[bytes]:
    while wire:
        end = 4 + int.from_bytes(wire[:4], "big")
        yield wire[4:end]
        wire = wire[end:]
