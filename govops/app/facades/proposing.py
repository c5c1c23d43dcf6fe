"""What every step of a registry has in common: may they, was it asked before, what is it, and to the gate with it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from govops.app import hosting
from govops.app.access import require
from govops.app.drafting import Tip, open_tip
from govops.app.governance import (
    Actor,
    ConflictError,
    Draft,
    MissingConditionError,
    NotFoundError,
    Site,
    StaleError,
    Submitted,
)
from govops.kinds import path_of_key
from govops.kinds.resource import ResourceKey

_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Step:
    """Who does something to which resource (``Kind/name``), for which they need ``permission`` (empty: none).

    ``key`` is the caller's name for this request: repeated, it is the same proposal.
    """

    actor: Actor
    permission: str
    resource: ResourceKey
    key: str | None = None

    @property
    def id(self) -> str:
        """The id of the proposal: the same for the same person and key, another each time without a key."""
        if self.key is None:
            return secrets.token_hex(_DIGITS // 2)
        text = f"{self.actor.account.address}\0{self.key}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def propose(site: Site, step: Step, make: Callable[[Tip], Draft]) -> Submitted:
    """Draft the step on what stands, and propose it; a repetition is answered without a look at what stands now."""
    _require(site, step)
    return _repeated(site, step) or _proposed(site, step, make)


def decide(
    site: Site,
    step: Step,
    decision: Literal["approve", "reject"],
    note: str,
    *,
    if_match: str | None,
    otherwise: Callable[[Tip], Draft],
) -> Submitted:
    """Decide the open proposal that changes the resource; where none is open, propose the ``otherwise``."""
    _require(site, step)
    done = _repeated(site, step)
    if done is not None:
        return done
    path = path_of_key(step.resource)
    open_id = next((one.id for one in hosting.open_ones(site) if path in one.paths), None)
    if open_id is None:
        return _proposed(site, step, otherwise)
    return decided(site, step.actor, open_id, decision, note, if_match=if_match)


def decided(
    site: Site, actor: Actor, id: str, decision: Literal["approve", "reject"], note: str, *, if_match: str | None
) -> Submitted:
    """Decide a proposal at the head that the caller has seen. MissingConditionError if they do not say which."""
    if if_match is None:
        hint = "name its head (over HTTP: If-Match)"
        raise MissingConditionError(f"say which state of proposal {id[:64]} you have seen", hint=hint)
    return hosting.decide(site, actor, id, decision=decision, note=note, head=if_match)


def _require(site: Site, step: Step) -> None:
    if step.permission:
        require(site, step.actor, step.permission, resource=str(step.resource), request=step.actor.request)


def _repeated(site: Site, step: Step) -> Submitted | None:
    """What an earlier request of the same key has become."""
    if step.key is None:
        return None
    try:
        return replace(hosting.submitted(site, step.id), is_new=False)
    except NotFoundError:
        return None


def _proposed(site: Site, step: Step, make: Callable[[Tip], Draft]) -> Submitted:
    try:
        with open_tip(site) as tip:
            draft = make(tip)
        return hosting.open_proposal(site, step.actor, draft, id=step.id)
    except (ConflictError, StaleError):
        done = _repeated(site, step)  # the same request may have come twice at once
        if done is None:
            raise
        return done
