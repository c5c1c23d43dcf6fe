"""Who works at the company, and the keys that they sign with: the same in every run."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from govops.evidence.records import NAMESPACE

FORGE = "local"
FORGE_COMMITTER = "Forge <noreply@forge.example>"
RECORDER = "recorder"


@dataclass(frozen=True, slots=True)
class Person:
    """One of the cast. Everybody has two addresses and two accounts: one person, one vote."""

    name: str
    display_name: str
    roles: tuple[str, ...] = ()
    type: str = "human"
    forge: str = FORGE

    @property
    def emails(self) -> tuple[str, str]:
        return (f"{self.name}@acme.example", f"{self.name}@home.example")

    @property
    def accounts(self) -> tuple[str, str]:
        """Immutable account ids, the usual one first; the forges of others number them."""
        if self.forge == FORGE:
            return (f"id-{self.name}", f"id-{self.name}-2")
        number = 1000 + zlib.crc32(self.name.encode()) % 1_000_000
        return (str(number), str(number + 2_000_000))


CAST = (
    Person("alice", "Alice Adams", ("analyst", "operator")),
    Person("bob", "Bob Brown", ("approver",)),
    Person("carol", "Carol Clark", ("admin", "approver")),
    Person("dave", "Dave Davis", ("analyst", "operator")),
    Person("erin", "Erin Evans", ("admin",)),
    Person("mallory", "Mallory Moore"),
    Person("robo", "Release Robot", ("approver",), type="bot"),
)

ROLES = {
    "admin": ("*",),
    "analyst": ("model:register", "usecase:create", "incident:report", "compliance:report", "audit:read"),
    "approver": ("model:approve", "usecase:approve", "usecase:deprecate", "incident:resolve", "audit:read"),
    "auditor": ("audit:read", "compliance:report"),
    "operator": ("model:deploy", "model:rollback", "usecase:deploy", "sla:manage", "incident:report"),
}


@cache
def private_key(name: str) -> Ed25519PrivateKey:
    """The key that belongs to a name; different names, different keys."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


@cache
def public_line(name: str) -> str:
    """The OpenSSH public key line of :func:`private_key`."""
    return private_key(name).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")


def signed(name: str, message: bytes, namespace: str = NAMESPACE) -> str:
    """An armoured SSH signature by the key of ``name``."""
    from govops.evidence.signature import sign

    return sign(private_key(name), message, namespace)
