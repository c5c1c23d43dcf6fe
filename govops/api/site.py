"""The doors and the components of a repository of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from govops.api.doors import Doors, Kept, Once, Outcome
from govops.app import access, hosting
from govops.app.access import Hook, Limits, in_force
from govops.app.facades import AccessControl, ComplianceReporter, ModelRegistry, SLAManager, UseCaseRegistry
from govops.app.governance import Actor, Site
from govops.app.indexing import unmoved
from govops.index.durable.log import Entry


def components_of(site: Site) -> dict[str, Any]:
    """All five registries of a repository, by the keywords of ``register_governance_api``."""
    return {
        "model_registry": ModelRegistry(site),
        "usecase_registry": UseCaseRegistry(site),
        "access_control": AccessControl(site),
        "compliance_reporter": ComplianceReporter(site),
        "sla_manager": SLAManager(site),
    }


def doors_of(
    site: Site,
    tokens: access.Doors | None = None,
    *,
    limits: Limits | None = None,
    hooks: tuple[Hook, ...] = (),
    look: Callable[[], None] | None = None,
) -> Doors:
    """Who may come in by the tokens of the site's store, and by those that are given besides.

    Without ``limits`` the usual ones hold. ``look`` is called when a forge says that something happened; without it
    the server looks at once.
    """
    known, counted = tokens or access.Doors(), limits or Limits()

    def authenticate(authorization: str | None, *, request: str) -> Actor:
        return access.authenticate(site, authorization, known, request=request)

    def check() -> None:
        in_force(site.repository)
        if site.store:
            access.logged(site, limit=1)

    def received(hook: Hook) -> Callable[[Mapping[str, str], bytes], bool]:
        def receive(headers: Mapping[str, str], body: bytes) -> bool:
            is_new = access.received(site, hook, headers, body)
            if is_new:
                look() if look is not None else hosting.settle(site)
            return is_new

        return receive

    return Doors(
        authenticate,
        once=_once_of(site) if site.store else None,
        admit=counted.admit,
        record=lambda actor, outcome: access.log(site, actor, _entry(outcome)),
        check=check,
        state=(lambda: unmoved(site)) if site.index else (lambda: None),
        hooks={hook.forge: received(hook) for hook in hooks},
        secret=(site.repository.absolute(), site.repository.resolve()),
    )


def _once_of(site: Site) -> Once:
    @contextmanager
    def once(actor: Actor, key: str, asked: str) -> Iterator[Kept]:
        with access.Once(site, actor, key, asked) as attempt:
            yield _Attempt(attempt)

    return once


@dataclass(frozen=True, slots=True)
class _Attempt:
    attempt: access.Once

    @property
    def answer(self) -> Mapping[str, Any] | None:
        return self.attempt.answer

    def keep(self, answer: Mapping[str, Any], outcome: Outcome) -> None:
        self.attempt.keep(answer, _entry(outcome))


def _entry(outcome: Outcome) -> Entry:
    route = outcome.route
    return Entry(
        event="result",
        action=f"{route.method} {route.template}",
        resource=outcome.path,
        permission=route.permission,
        allowed=outcome.status not in (401, 403),
        reason=outcome.reason,
        status=outcome.status,
        commit=outcome.commit,
        key=outcome.key,
        request=outcome.request,
    )
