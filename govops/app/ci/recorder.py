"""The key pair of a recorder that runs in CI: the private half goes to a file outside the repository."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from govops import interrupt
from govops.errors import GovopsError, UsageError


@dataclass(frozen=True, slots=True)
class RecorderKey:
    """``line`` is the public half, ``ssh-ed25519 <base64>``; ``file`` holds the private one in OpenSSH's form."""

    line: str
    file: Path


def default_key_file(name: str) -> Path:
    """Where ssh keeps its own, under a name that says what it is for."""
    return Path("~/.ssh").expanduser() / f"govops-recorder-{name}"


def written_key(file: Path, *, outside: Path) -> RecorderKey:
    """Make a key and write its private half, for the owner alone to read.

    UsageError if the file would lie below ``outside``, where it would be committed some day, or is there already.
    """
    file = file.expanduser().resolve()
    if file.is_relative_to(outside.resolve()):
        raise UsageError(f"{file} lies inside the repository", hint="keep the recorder's private key out of it")
    interrupt.go_on()
    private = Ed25519PrivateKey.generate()
    text = private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError(f"{file} is there already", hint="name another file with --recorder-key") from error
    except OSError as error:
        raise GovopsError(
            f"could not write {file}: {error.strerror}", hint="name another file with --recorder-key"
        ) from error
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(text)
    line = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")
    return RecorderKey(line, file)
