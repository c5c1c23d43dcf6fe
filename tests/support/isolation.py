"""Tests see no developer and no network: touching either is an error, in this process and in children."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

_LOOPBACK_NAMES = frozenset({"localhost", "", b"localhost", b""})
_INHERITED = ("GIT_", "GOVOPS_", "SSH_", "XDG_", "GPG_")


class TouchedOutsideError(BaseException):
    """A test reached for something of the developer's; no handler of the code under test may hide it."""


def isolate(home: Path) -> None:
    """Point the environment of this process and its children at ``home``, and refuse the real one.

    Lasts for the whole process: audit hooks cannot be taken away again.
    """
    private = _private_places(Path.home())
    for name in [name for name in os.environ if name.startswith(_INHERITED)]:
        del os.environ[name]
    os.environ.update(
        HOME=str(home),
        XDG_CONFIG_HOME=str(home / ".config"),
        GIT_CONFIG_GLOBAL=os.devnull,
        GIT_CONFIG_NOSYSTEM="1",
        GIT_ALLOW_PROTOCOL="file",
        GIT_TERMINAL_PROMPT="0",
        NO_COLOR="1",
    )

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str) and arguments[0].startswith(private):
            raise TouchedOutsideError(f"a test opened {arguments[0]}, which belongs to the developer")

    sys.addaudithook(refuse)


def refuse_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sockets reach loopback and Unix sockets, and nothing else."""
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    monkeypatch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))


def _private_places(home: Path) -> tuple[str, ...]:
    places = (".gitconfig", ".config/git", ".config/govops", ".ssh", ".gnupg", ".netrc", ".git-credentials")
    return tuple(str(home / place) for place in places)


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and not _is_loopback(address[0]):
            raise TouchedOutsideError(f"a test connected to {address!r}")
        return connect(self, address)

    return guarded


def _guarded_lookup(lookup: Any) -> Any:
    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host is not None and not _is_loopback(host):
            raise TouchedOutsideError(f"a test looked up {host!r}")
        return lookup(host, *args, **kwargs)

    return guarded


def _is_loopback(host: str | bytes) -> bool:
    if host in _LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False
