"""Git's object ids, computed here, so that nothing has to be believed about what an id stands for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from govops.errors import UndecidableError
from govops.history import Oid


@dataclass(frozen=True, slots=True)
class ObjectFormat:
    """One of git's two hash functions; ``raw_size`` is the length of an id in bytes."""

    name: str
    raw_size: int
    new: Callable[..., Any]

    @property
    def hex_size(self) -> int:
        """The length of an id in hexadecimal digits."""
        return 2 * self.raw_size

    @property
    def null(self) -> Oid:
        """The id of nothing, as git writes an absent side of a diff."""
        return "0" * self.hex_size

    def digest(self, kind: str, data: bytes) -> bytes:
        """The raw id of an object of that kind with that content."""
        found: bytes = self.new(b"%s %d\0" % (kind.encode(), len(data)) + data, usedforsecurity=False).digest()
        return found

    def oid(self, kind: str, data: bytes) -> Oid:
        """The hexadecimal id of an object of that kind with that content."""
        return self.digest(kind, data).hex()


_FORMATS = (ObjectFormat("sha1", 20, hashlib.sha1), ObjectFormat("sha256", 32, hashlib.sha256))


def format_named(name: str) -> ObjectFormat:
    """The format that a repository's configuration names; UndecidableError for one that git may learn later."""
    for known in _FORMATS:
        if known.name == name:
            return known
    raise UndecidableError(f"object format {name[:60]!r} is not supported", hint="supported formats: sha1, sha256")
