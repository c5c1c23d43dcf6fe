"""A request as a view sees it: read, checked and authenticated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from govops.app.governance import Actor, Query


class Step(TypedDict):
    """What every change of something that stands is told besides its words."""

    if_match: str | None
    key: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked, by whom. ``path`` are the parts of the address that have names; ``body`` is of the route's
    model.

    ``if_match`` is what the caller has seen, without its quotes; ``key`` their Idempotency-Key. ``format`` is the name
    of the representation that they want.
    """

    actor: Actor
    path: Mapping[str, str]
    body: Any = None
    query: Query = field(default_factory=Query)
    if_match: str | None = None
    key: str | None = None
    format: str = "json"

    def __getitem__(self, name: str) -> str:
        return self.path[name]

    @property
    def step(self) -> Step:
        """The condition and the key, as every step takes them."""
        return {"if_match": self.if_match, "key": self.key}
