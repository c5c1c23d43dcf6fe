"""Tokens in a file that somebody else looks after: a digest and an account on each line.

# comment
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 local/id-alice CI of the fraud team
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from govops.errors import UndecidableError, UsageError
from govops.index.durable.tokens import Token

_LINE = re.compile(r"sha256:([0-9a-f]{64})[ \t]+([a-z0-9][a-z0-9-]{0,62})/(\S{1,200})(?:[ \t]+(.*))?")
_LARGEST = 1 << 20  # bytes


class TokenFile:
    """What the file says, read again whenever it has changed. UsageError if it cannot be used at the start."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] = (0, 0, 0)
        self._tokens: dict[str, Token] = {}
        try:
            self._refresh()
        except UndecidableError as error:
            raise UsageError(error.message, hint=error.hint) from error

    def find(self, digest: str) -> Token | None:
        """The token with this digest. UndecidableError while the file is broken: then nobody is let in by it."""
        self._refresh()
        return self._tokens.get(digest)

    def _refresh(self) -> None:
        try:
            descriptor = os.open(self._path, os.O_RDONLY)
        except OSError as error:
            raise UndecidableError(f"the file of tokens cannot be read: {error.strerror}") from None
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(file.fileno())
            stamp = found.st_ino, found.st_mtime_ns, found.st_size
            if stamp == self._seen:
                return
            _refuse_open(found)
            tokens = _read(file.read(_LARGEST + 1))
        self._tokens, self._seen = tokens, stamp


def _refuse_open(found: os.stat_result) -> None:
    """Who can write there can be anybody."""
    if not stat.S_ISREG(found.st_mode):
        raise UndecidableError("the file of tokens is no file")
    if found.st_mode & 0o022 or found.st_uid not in (0, os.geteuid()):
        hint = "its owner is root or whoever runs the server, and nobody else may write to it: chmod 600"
        raise UndecidableError("others can write to the file of tokens", hint=hint)


def _read(data: bytes) -> dict[str, Token]:
    if len(data) > _LARGEST:
        raise UndecidableError(f"the file of tokens has more than {_LARGEST} bytes")
    found: dict[str, Token] = {}
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = _LINE.fullmatch(line.strip())
        if parts is None or parts[1] in found:
            raise UndecidableError(
                f"line {number} of the file of tokens is no token, or one that stands there twice",
                hint="write sha256:<64 hex digits> <forge>/<id> [label]; the token itself does not belong there",
            )
        found[parts[1]] = Token(f"line-{number}", parts[1], parts[2], parts[3], parts[4] or "", "")
    return found
