"""What a route is: one row of the table that routes, OpenAPI, documentation and tests are made of."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, Literal

from pydantic import BaseModel

from govops.api.calls import Call
from govops.app.governance import Document, Page, Recorded, Submitted

Answer = Page | Document | Submitted | Recorded | str
View = Callable[[Any, Call], Answer]
_PART = re.compile(r"<(?:(path):)?(\w+)>")


class Kind(StrEnum):
    """What a route gives: how its answer looks, and which status it has."""

    LIST = "list"
    DOCUMENT = "document"
    PROPOSAL = "proposal"  # one that is looked at
    CREATION = "creation"  # of something new: a proposal, 202 or 201
    STEP = "step"  # of something that stands: a proposal, 202 or 201
    DECISION = "decision"  # about a proposal, 200; where none was open, one is, 202
    MEASUREMENTS = "measurements"
    REPORT = "report"


WRITES: Final = frozenset({Kind.CREATION, Kind.STEP, Kind.DECISION, Kind.MEASUREMENTS})
_KEYED: Final = frozenset({Kind.CREATION, Kind.MEASUREMENTS})
_CONDITIONAL: Final = frozenset({Kind.STEP, Kind.DECISION})
_MOMENT: Final = frozenset({Kind.LIST, Kind.DOCUMENT, Kind.PROPOSAL, Kind.REPORT})


@dataclass(frozen=True)
class Route:
    """One method of one path. ``component`` is the keyword of :func:`register_governance_api` that it belongs to.

    ``permission`` is the one that it needs; without one, every active User may. ``filters`` are the query parameters
    that choose rows. The component checks the permission itself: here it is for those who read about it. What
    ``is_live`` depends on more than the index: the clock, files, who asks.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    view: View
    component: str
    kind: Kind
    permission: str = ""
    body: type[BaseModel] | None = None
    filters: tuple[str, ...] = ()
    is_live: bool = False

    @property
    def name(self) -> str:
        """What the route is called, unique in the table."""
        return self.view.__name__

    @cached_property
    def summary(self) -> str:
        """The first line of the view's docstring."""
        return _documentation(self.view)[0].rstrip(".")

    @cached_property
    def description(self) -> str:
        """All the other lines."""
        return " ".join(line for line in _documentation(self.view)[1:] if line)

    @property
    def needs_key(self) -> bool:
        """Whether an Idempotency-Key has to come with it."""
        return self.kind in _KEYED

    @property
    def takes_condition(self) -> bool:
        """Whether If-Match says what the caller has seen."""
        return self.kind in _CONDITIONAL

    @property
    def takes_moment(self) -> bool:
        """Whether ``as_of`` asks how it was."""
        return self.kind in _MOMENT

    @property
    def is_write(self) -> bool:
        """Whether something is changed, or asked to be."""
        return self.kind in WRITES

    @property
    def is_indexed(self) -> bool:
        """Whether the same question has the same answer, whoever asks, until the index says something else."""
        return self.kind in (Kind.LIST, Kind.DOCUMENT) and not self.is_live

    @property
    def parameters(self) -> tuple[str, ...]:
        """The query parameters that it takes."""
        paging = ("cursor", "limit") if self.kind is Kind.LIST else ()
        pinned = ("at",) if self.kind in (Kind.LIST, Kind.DOCUMENT) else ()
        moment = ("as_of",) if self.takes_moment else ()
        shown = ("format",) if self.kind is Kind.REPORT else ()
        return (*self.filters, *moment, *paging, *pinned, *shown)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The names in the path, in order."""
        return tuple(match[2] for match in _PART.finditer(self.path))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a path has to look like to be meant."""
        return re.compile(_PART.sub(lambda part: ".+" if part[1] else "[^/]+", self.path))

    @property
    def template(self) -> str:
        """The path as OpenAPI writes it."""
        return _PART.sub(lambda part: "{" + part[2] + "}", self.path)


def _documentation(view: View) -> list[str]:
    return (inspect.getdoc(view) or view.__name__).splitlines()
