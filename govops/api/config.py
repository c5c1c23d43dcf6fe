"""The configuration of ``govops serve``: which repository, beside which databases, for whom, on which address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from govops.app.access import AccessOptions
from govops.app.configured import configured
from govops.app.governance import Site
from govops.app.governance.site import SERVICE
from govops.app.record import KEY_VARIABLE, recorder_key
from govops.kinds.lists import Unique
from govops.kinds.quoting import quoted
from govops.kinds.resource import Part
from govops.kinds.scalars import Email, Name, Title

_ADDRESS = re.compile(r"(\[[0-9a-f:]+\]|[0-9A-Za-z.-]+):([0-9]{1,5})")
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_Place = Annotated[str, Field(min_length=1, max_length=4096)]


def _listening(text: str) -> str:
    found = _ADDRESS.fullmatch(text)
    if found is None or int(found[2]) > 65_535:
        raise ValueError(f"{quoted(text)} is no address such as 127.0.0.1:8000")
    return text


class Service(Part):
    """In whose name the server commits what people propose. Settings list the address among `tools`."""

    name: Title = Field(description="Its name.")
    email: Email = Field(description="Its address.")


class ServeOptions(Part):
    """Everything that `govops serve` needs to know. Passwords and keys come from the environment."""

    repository: _Place = Field(description="The repository, best a bare one, seen from this file.")
    index: _Place = Field(description="The database of the index: sqlite:////path or postgresql://host/name.")
    store: _Place = Field(description="The database of the store; `govops store upgrade` makes it.")
    key: _Place | None = Field(
        default=None, description="The recorder's private key, seen from this file; else GOVOPS_RECORDER_KEY."
    )
    service: Service | None = Field(default=None, description="Who commits; govops <govops@localhost>.")
    sources: dict[Name, _Place] = Field(
        default_factory=dict, description="Where measurements are, by the name of their connection."
    )
    listen: Annotated[str, AfterValidator(_listening)] = Field(
        default="127.0.0.1:8000", description="The address and port."
    )
    hosts: Unique[Title] = Field(
        default=(), description="Names by which it may be called; needed unless it listens on loopback."
    )
    workers: int = Field(default=2, ge=1, le=64, description="Processes.")
    threads: int = Field(default=4, ge=1, le=64, description="Requests at the same time in each process.")
    settle_seconds: int = Field(default=60, ge=1, le=86_400, description="How often it puts in order what was left.")
    largest_body: int = Field(default=4_194_304, ge=1024, le=67_108_864, description="Bytes of a request's body.")
    access: AccessOptions = Field(default_factory=AccessOptions, description="Who may come in, and how often.")

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not self.hosts and self.listen.rpartition(":")[0] not in _LOOPBACK:
            raise ValueError("`hosts` is missing: by which names may others call it?")
        return self

    @property
    def trusted_hosts(self) -> list[str]:
        """The names that a request may call the server by."""
        return list(self.hosts) or [*_LOOPBACK]

    def site(self, folder: Path, environment: Mapping[str, str]) -> Site:
        """The site; ``folder`` is where the configuration stands. UsageError for a key that cannot be used.

        Without a key nothing can be proposed.
        """
        has_key = self.key is not None or bool(environment.get(KEY_VARIABLE))
        return Site(
            repository=folder / self.repository,
            key=recorder_key(folder / self.key if self.key else None, environment) if has_key else None,
            index=self.index,
            store=self.store,
            service=(self.service.name, self.service.email) if self.service else SERVICE,
            sources=self.sources,
            environment=environment,
        )


def read_options(path: Path) -> ServeOptions:
    """The configuration in a file. UsageError with every fault and its place, if there is any."""
    return configured(ServeOptions, path, hint="give the file that says what is served")
