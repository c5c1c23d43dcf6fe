"""Components for the API that are no repository: they note what was asked, and say what a test wants said."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from govops.api import Doors, Outcome, register_governance_api
from govops.api.problems import RequestError
from govops.app.facades import AccessControl, ComplianceReporter, ModelRegistry, SLAManager, UseCaseRegistry
from govops.app.governance import Actor, Document, Page, Recorded, Submitted, UnauthenticatedError
from govops.evidence.records import Account

TIP = "1f" * 20
HEAD = "2e" * 20
SEEN = {"If-Match": f'"{"3d" * 20}"'}
KEY = {"Idempotency-Key": "k-1"}
BLOB = "3d" * 20
LIKE: dict[str, type[Any]] = {
    "model_registry": ModelRegistry,
    "usecase_registry": UseCaseRegistry,
    "access_control": AccessControl,
    "compliance_reporter": ComplianceReporter,
    "sla_manager": SLAManager,
}


def proposal(**fields: Any) -> Submitted:
    """An open proposal of Ann's."""
    told = {
        "id": "a1",
        "title": "Register a model",
        "state": "open",
        "branch": "govops/proposals/a1",
        "head": HEAD,
        "opener": "ann",
        "opened_at": "2026-03-01T09:00:00Z",
    }
    return Submitted(**(told | fields))


@dataclass
class Registry:
    """Has the methods of ``like``, and refuses arguments that those do not take.

    ``asked`` are the names and arguments of calls by name; ``say`` answers, by the name of the method.
    """

    like: type[Any]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    say: dict[str, Callable[[], Any]] = field(default_factory=dict)
    site: None = None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        signature = inspect.signature(getattr(self.like, name))

        def answer(*arguments: Any, **named: Any) -> Any:
            bound = signature.bind(self, *arguments, **named).arguments
            self.asked.append((name, {key: value for key, value in bound.items() if key != "self"}))
            return self.say[name]() if name in self.say else _SAID[signature.return_annotation]()

        return answer


@dataclass
class Served:
    """An application with the API and nothing else; a token is the name of whose it is."""

    registries: dict[str, Registry]
    outcomes: list[tuple[Actor, Outcome]] = field(default_factory=list)
    kept: dict[tuple[str, str], tuple[str, Any]] = field(default_factory=dict)
    app: Flask = field(default_factory=lambda: Flask(__name__))

    def client(self, person: str | None = "ann") -> FlaskClient:
        """Somebody who asks."""
        made = self.app.test_client()
        if person is not None:
            made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {person}"
        return made

    def __getitem__(self, component: str) -> Registry:
        return self.registries[component]

    def doors(self, **other: Any) -> Doors:
        """Tokens are names, answers are kept in memory."""
        told = {"authenticate": authenticate, "once": self._once, "record": self._record}
        return Doors(**(told | other))

    def _record(self, actor: Actor, outcome: Outcome) -> None:
        self.outcomes.append((actor, outcome))

    @contextmanager
    def _once(self, actor: Actor, key: str, asked: str) -> Iterator[_Attempt]:
        before = self.kept.get((actor.name, key))
        if before is not None and before[0] != asked:
            raise RequestError("the key was used for something else", status=422)
        attempt = _Attempt(before[1] if before else None)
        yield attempt
        if attempt.outcome is not None:
            self.kept[actor.name, key] = (asked, attempt.answer)
            self._record(actor, attempt.outcome)


@dataclass
class _Attempt:
    answer: Mapping[str, Any] | None
    outcome: Outcome | None = None

    def keep(self, answer: Mapping[str, Any], outcome: Outcome) -> None:
        self.answer, self.outcome = answer, outcome


def served(*components: str, doors: dict[str, Any] | None = None, **options: Any) -> Served:
    """The API over fakes; all of them unless some are named."""
    registries: dict[str, Any] = {name: Registry(LIKE[name]) for name in components or tuple(LIKE)}
    made = Served(registries)
    register_governance_api(made.app, doors=made.doors(**(doors or {})), **registries, **options)
    return made


def authenticate(authorization: str | None, *, request: str) -> Actor:
    """``Bearer NAME`` is somebody of that name."""
    scheme, _, name = (authorization or "").partition(" ")
    if scheme != "Bearer" or not name.isalpha():
        raise UnauthenticatedError("nobody is signed in", hint="send `Authorization: Bearer TOKEN`")
    return Actor(name, Account(forge="local", id=f"u-{name}", login=name, type="human"))


_SAID: dict[str, Callable[[], Any]] = {
    "Page": lambda: Page(({"name": "fraud-screen", "commit": TIP, "blob": BLOB},), TIP, "next-page", 2),
    "Document": lambda: Document({"name": "fraud-screen"}, TIP, BLOB),
    "Recorded": lambda: Recorded("measurements/a.csv", 3),
    "Submitted": proposal,
    "str": lambda: "{}\n",
}
