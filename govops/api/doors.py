"""What stands between a request and a component, and can be replaced: who asks, how often, and what is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from govops.api.routes import Route
from govops.app.governance import Actor


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request that would change something. ``commit`` is what was proposed or landed."""

    request: str
    route: Route
    path: str
    status: int = 0
    reason: str = ""
    commit: str = ""
    key: str = ""


class Authenticate(Protocol):
    """Who sent this ``Authorization`` header. UnauthenticatedError or ForbiddenError if nobody may come in."""

    def __call__(self, authorization: str | None, *, request: str) -> Actor: ...


class Kept(Protocol):
    """One attempt at what is asked under a key: ``answer`` is what was kept before, None where it has to be done."""

    @property
    def answer(self) -> Mapping[str, Any] | None: ...

    def keep(self, answer: Mapping[str, Any], outcome: Outcome) -> None:
        """Keep the answer, and record the outcome with it."""


class Once(Protocol):
    """Whatever somebody asks again with the same key gets the answer that was kept; ``asked`` is a digest of it."""

    def __call__(self, actor: Actor, key: str, asked: str) -> AbstractContextManager[Kept]: ...


def _unlimited(who: str) -> AbstractContextManager[None]:
    return nullcontext()


def _unlogged(actor: Actor, outcome: Outcome) -> None:
    """Nobody wants to know."""


def _moving() -> object:
    """Nobody knows whether anything has moved."""
    return None


def _well() -> None:
    """Nothing is known to be wrong."""


@dataclass(frozen=True, slots=True)
class Doors:
    """``admit`` is entered for as long as somebody is served, by account; BusyError turns them away.

    ``record`` is told what came of every change that was asked for, done or refused, unless ``once`` kept it; without
    ``once`` nothing is kept. ``check`` raises an error while the server cannot answer. ``state`` is the same as
    long as what the index says is, None if nobody knows. ``hooks`` take webhooks, by the
    name of the forge: headers and body, UnauthenticatedError for what it has not sent. ``secret`` are places that no
    message may name; ``largest`` are bytes of a body.
    """

    authenticate: Authenticate
    once: Once | None = None
    admit: Callable[[str], AbstractContextManager[None]] = _unlimited
    record: Callable[[Actor, Outcome], None] = _unlogged
    check: Callable[[], None] = _well
    state: Callable[[], object] = _moving
    hooks: Mapping[str, Callable[[Mapping[str, str], bytes], bool]] = field(default_factory=dict)
    secret: tuple[Path, ...] = ()
    largest: int = 4 * 1024 * 1024
