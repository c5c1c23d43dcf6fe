"""A git whose every word is the test's: what it says, and that it is gone afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from govops.git.process import Git


class Talk:
    """A git that has said all that it will ever say, and is gone."""

    def __init__(self, said: Sequence[bytes]) -> None:
        self.err = ""
        self._said = [piece for piece in said if piece]

    def send(self, data: bytes) -> None:
        """Questions change nothing."""

    def some(self) -> bytes:
        """The next piece as it was cut."""
        return self._said.pop(0) if self._said else b""

    def line(self) -> bytes:
        """The next line without its end."""
        line, end, rest = b"".join(self._said).partition(b"\n")
        if not end:
            raise EOFError
        self._said = [rest]
        return line

    def read(self, size: int) -> bytes:
        """Exactly so many bytes."""
        whole = b"".join(self._said)
        if len(whole) < size:
            raise EOFError
        self._said = [whole[size:]]
        return whole[:size]

    def close(self) -> None:
        """It is gone already."""
        self._said.clear()


class _Scripted:
    def __init__(self, lives: Sequence[Sequence[bytes]]) -> None:
        self._lives = list(lives)

    def converse(self, *_arguments: str, memory: int | None = None) -> Talk:
        return Talk(self._lives.pop(0) if self._lives else [])


def scripted(*lives: Sequence[bytes]) -> Git:
    """A git that says the pieces of one life each time it is started, and nothing once they are used up."""
    return cast("Git", _Scripted(lives))
