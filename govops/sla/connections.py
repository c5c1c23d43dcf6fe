"""Whom a connection names, and who we are there. Addresses stand in Settings or on the command line, never secrets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError

from govops.errors import UndecidableError, UsageError
from govops.kinds.quoting import quoted
from govops.kinds.settings import Connection


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are at a server."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def hidden(self, text: str) -> str:
        """The text of somebody else without what of it is secret."""
        for secret in (self.password, self.token, self.user):
            text = text.replace(secret, "***") if secret else text
        return text


def given(texts: Iterable[str]) -> dict[str, str]:
    """The addresses of `--source NAME=ADDRESS`, by name; UsageError where one is none."""
    found: dict[str, str] = {}
    for text in texts:
        name, _, address = text.partition("=")
        try:
            found[Connection(name=name, address=address).name] = address
        except ValidationError as error:
            problem = error.errors(include_input=False, include_url=False)[0]
            raise UsageError(
                f"--source: {problem['msg'].removeprefix('Value error, ')}",
                hint="as in --source metrics=https://prometheus.example.org, without user name and password",
            ) from error
    return found


def address_of(name: str, connections: Mapping[str, str]) -> str:
    """UndecidableError where nobody says it."""
    if name not in connections:
        raise UndecidableError(
            f"nobody says where {quoted(name)} is",
            hint="name its address in `connections` of policies/govops.yaml, or by --source NAME=ADDRESS",
        )
    return connections[name]


def folder_of(name: str, connections: Mapping[str, str]) -> Path:
    """The folder that a connection names."""
    parts = urlsplit(address_of(name, connections))
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        raise UndecidableError(
            f"{quoted(name)} is no folder of files", hint="its address would be as `file:///srv/measurements`"
        )
    folder = Path(unquote(parts.path))
    if not folder.is_dir():
        raise UndecidableError(f"the folder of {quoted(name)} is not there")
    return folder


def login_for(name: str, environment: Mapping[str, str]) -> Login:
    """What `GOVOPS_SOURCE_<NAME>_USER`, `_PASSWORD` and `_TOKEN` say; `-` in a name is `_` there."""
    prefix = f"GOVOPS_SOURCE_{name.upper().replace('-', '_')}_"
    user, password, token = (environment.get(prefix + what, "") for what in ("USER", "PASSWORD", "TOKEN"))
    return Login(user, password, token)
