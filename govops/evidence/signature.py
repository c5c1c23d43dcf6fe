"""SSH signatures, verified and made in process: who signed these bytes, if anybody did."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from govops.evidence.records import NAMESPACE

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

GIT_NAMESPACE = "git"  # what `git commit -S` signs with; see git-config(1), gpg.format=ssh
_HASHES = frozenset({b"sha256", b"sha512"})  # the two that PROTOCOL.sshsig allows
_SCHEMES = {b"ssh-ed25519": (b"ssh-ed25519",), b"ssh-rsa": (b"rsa-sha2-256", b"rsa-sha2-512")}  # of key -> of signature
_LARGEST = 16_384  # bytes of armour; an RSA-16384 signature needs 6,500


def signer(message: bytes, armour: str, namespace: str = NAMESPACE) -> str | None:
    """The public key that signed ``message``, as ``"<algorithm> <base64>"``; ``None`` if none did.

    A signature that is malformed, made for another namespace, of other bytes, with a weak hash or of an
    unsupported algorithm (Ed25519 and RSA are supported) is none. The caller compares the answer with
    the keys that it trusts: a valid signature by an unknown key proves nothing.
    """
    from sshsig import InvalidSignature, check_signature  # 150 ms of start-up, for commands that verify
    from sshsig.sshsig import SshsigSignature, ssh_dearmor_sshsig

    if len(armour) > _LARGEST:
        return None
    try:
        whole = ssh_dearmor_sshsig(armour)
        outer = SshsigSignature(whole)
        if bytes(outer) != whole or outer.hash_algo not in _HASHES:
            return None  # sshsig reads past a length that is too large
        algorithm = _first(outer.public_key)
        scheme = _first(outer.signature)
        if scheme not in _SCHEMES.get(algorithm, ()):
            return None  # sshsig asserts that they fit
        if outer.signature != _strings(scheme, outer.signature[8 + len(scheme) :]):
            return None
        key = check_signature(message, armour, namespace).openssh_str()
    except (InvalidSignature, NotImplementedError, ValueError, EOFError):
        return None
    spelled = f"{algorithm.decode('ascii')} {base64.b64encode(outer.public_key).decode('ascii')}"
    return key if key == spelled else None


def same_key(line: str, key: str) -> bool:
    """Whether an OpenSSH public key line (comment and all) is the key that :func:`signer` named."""
    return line.split()[:2] == key.split()


def sign(key: Ed25519PrivateKey | RSAPrivateKey, message: bytes, namespace: str = NAMESPACE) -> str:
    """An armoured signature as ``ssh-keygen -Y sign -n <namespace>`` makes it (PROTOCOL.sshsig)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA512
    from sshsig.sshsig import SshsigSignature, SshsigWrapper

    inner = SshsigWrapper(
        namespace=namespace.encode("ascii"), hash_algo=b"sha512", hash=hashlib.sha512(message).digest()
    )
    outer = SshsigSignature.__new__(SshsigSignature)  # its constructor only parses
    outer.public_key = base64.b64decode(public_key(key).split()[1])
    outer.namespace = namespace.encode("ascii")
    outer.hash_algo = b"sha512"
    if isinstance(key, Ed25519PrivateKey):
        outer.signature = _strings(b"ssh-ed25519", key.sign(bytes(inner)))
    else:
        outer.signature = _strings(b"rsa-sha2-512", key.sign(bytes(inner), PKCS1v15(), SHA512()))
    return outer.to_armored()


def public_key(key: Ed25519PrivateKey | RSAPrivateKey) -> str:
    """The public half as :func:`signer` names it: ``"<algorithm> <base64>"``."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")


def _first(wire: bytes) -> bytes:
    """The first SSH wire string."""
    return wire[4 : 4 + int.from_bytes(wire[:4], "big")]


def _strings(*parts: bytes) -> bytes:
    """Parts as SSH wire strings: four bytes of length, then the bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
