"""Private SSH keys, from a file or from the text of a secret, for whoever signs a record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from govops.errors import UsageError
from govops.evidence.signature import public_key, sign

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_LARGEST = 65_536  # bytes of a key file


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key that never shows itself. ``public`` is ``"<algorithm> <base64>"``, ``name`` where it came from."""

    public: str
    name: str
    _key: Ed25519PrivateKey | RSAPrivateKey = field(repr=False)

    def sign(self, message: bytes) -> str:
        """An armoured signature of a record."""
        return sign(self._key, message)


def key_from_file(path: Path, *, passphrase: Callable[[str], str] | None = None) -> SigningKey:
    """The private key of an OpenSSH key file; of ``id_x.pub`` that of the ``id_x`` beside it.

    ``passphrase`` is asked, with a prompt, if the key is locked. UsageError if there is no key that can be used.
    """
    private = path.with_suffix("") if path.suffix == ".pub" else path
    try:
        with private.open("rb") as file:
            text = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(f"could not read the key {private}: {error.strerror}", hint="give one with --key") from error
    return key_from_text(text, name=str(private), passphrase=passphrase)


def key_from_text(text: bytes, *, name: str, passphrase: Callable[[str], str] | None = None) -> SigningKey:
    """The private key that an OpenSSH key file's text holds; ``name`` is for messages."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    secret = passphrase(f"passphrase of {name}").encode() if passphrase and _is_locked(text) else None
    try:
        key = load_ssh_private_key(text.strip() + b"\n", secret)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        hint = "give the private half of an Ed25519 or RSA key, as ssh-keygen writes it, with the right passphrase"
        raise UsageError(f"{name} is no SSH private key that can be used", hint=hint) from error
    if not isinstance(key, Ed25519PrivateKey | RSAPrivateKey):
        raise UsageError(f"{name} is neither an Ed25519 nor an RSA key", hint="make one: ssh-keygen -t ed25519")
    return SigningKey(public_key(key), name, key)


def _is_locked(text: bytes) -> bool:
    """Whether an OpenSSH private key is encrypted: its cipher, the first string after the magic, is not ``none``."""
    import base64
    import binascii

    body = b"".join(line for line in text.strip().splitlines() if not line.startswith(b"-----"))
    try:
        raw = base64.b64decode(body, validate=False)
    except binascii.Error:
        return False
    return raw.startswith(b"openssh-key-v1\0") and raw[15:23] != b"\0\0\0\4none"
