"""The SSH public key that somebody signs with: from a file, or from git's own configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from govops.errors import UsageError
from govops.git import authoring
from govops.kinds.scalars import SshKey
from govops.render.untrusted import log_exact

VERIFIED = ("ssh-ed25519", "ssh-rsa")  # what govops.evidence.signature can check
_LARGEST = 16_384  # bytes of a public key file
_KEY: TypeAdapter[str] = TypeAdapter(SshKey)
_MAKE_ONE = "make one with `ssh-keygen -t ed25519`"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """``line`` is algorithm and base64, no comment; ``file`` where it is kept, None for one that git has literally."""

    line: str
    file: Path | None


def key_in(file: Path) -> PublicKey:
    """The key in an OpenSSH ``.pub`` file. UsageError if it holds another thing, or a key that govops cannot verify."""
    file = file.expanduser()
    if not file.is_file():
        raise UsageError(f"{file}: no such file", hint=f"give the .pub file of a key, or {_MAKE_ONE}")
    with file.open("rb") as stream:
        text = stream.read(_LARGEST).decode("utf-8", "replace")
    if "PRIVATE KEY" in text:
        raise UsageError(f"{file} is a private key", hint=f"give {file}.pub")
    return PublicKey(_verified(text, str(file)), file)


def key_of_git(directory: Path) -> PublicKey | None:
    """The key that git signs commits with in ``directory``, if it is an SSH key whose public half can be found."""
    value = authoring.configured(directory, "user.signingkey")
    if value is None:
        return None
    literal = value.removeprefix("key::")
    if literal.startswith(("ssh-", "ecdsa-", "sk-")):
        return PublicKey(_verified(literal, "user.signingkey"), None)
    if authoring.configured(directory, "gpg.format") != "ssh":
        return None  # the id of a PGP key
    file = Path(value).expanduser()
    return key_in(file if file.suffix == ".pub" else file.with_name(f"{file.name}.pub"))


def key_at_home() -> Path | None:
    """A public key where ssh keeps its own, to be offered and never to be taken."""
    places = (Path("~/.ssh", name) for name in ("id_ed25519.pub", "id_rsa.pub"))
    return next((place for place in places if place.expanduser().is_file()), None)


def _verified(text: str, source: str) -> str:
    words = next((line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")), [])
    line = " ".join(words[:2])
    try:
        _KEY.validate_python(line)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise UsageError(f"{source}: no SSH public key: {log_exact(reason, 200)}", hint=_MAKE_ONE) from error
    if words[0] not in VERIFIED:
        raise UsageError(f"{source}: signatures by {words[0]} keys cannot be verified", hint=_MAKE_ONE)
    return line
