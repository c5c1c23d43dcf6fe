"""How long the approval process takes, and who waits for whom: values, in whole seconds of attested times."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took. Percentiles by nearest rank: each is a time that was really taken. None of nothing."""

    count: int = 0
    p50: int | None = None
    p90: int | None = None
    p99: int | None = None
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How long decisions took, from the opening of the proposal to the last approval that it needed.

    ``by`` is ``all``, ``level`` (risk tier or impact), ``policy`` (its path) or ``role`` (until somebody approved who
    counted in it); ``name`` is empty for ``all``. ``took`` counts the changes of which both times are known,
    ``unknown`` those of which one is missing or which contradict each other, ``undecided`` those that landed without
    all approvals. ``late`` of a policy took longer than its target was then; ``target`` is the latest, as written.
    """

    by: str
    name: str
    took: Spread = Spread()
    unknown: int = 0
    undecided: int = 0
    target: str = ""
    late: int = 0


@dataclass(frozen=True, slots=True)
class StatusTime:
    """How long versions or use cases stood in a status: ``took`` counts the stays that have ended.

    ``standing`` is how many are in it, ``oldest`` how long the one has been that came first. ``unknown`` are stays,
    ended or not, of which nobody attests a time.
    """

    kind: str
    status: str
    took: Spread = Spread()
    standing: int = 0
    oldest: int | None = None
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class LateDecision:
    """A change whose approvals by one policy took longer (``took``, seconds) than its ``target``, as written."""

    change: str
    policy: str
    target: str
    took: int


@dataclass(frozen=True, slots=True)
class Process:
    """The pace of what has landed, the time in each status, and every late decision in the order of the chain."""

    paces: tuple[Pace, ...] = ()
    statuses: tuple[StatusTime, ...] = ()
    late: tuple[LateDecision, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitsFor:
    """What a proposal still needs: ``count`` more persons, of whom ``could`` be one, sorted; by which rule."""

    text: str
    source: str
    count: int
    could: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """A proposal that has not landed. ``age`` is in seconds, None where it is not known or opened after the instant.

    ``waits_for`` is what no approval that was given serves. ``target`` is the shortest time to decide of the policies
    that it waits for, ``is_overdue`` whether that has passed. ``problem`` says what else is in the way, or why it could
    not be judged.
    """

    name: str
    title: str
    head: str
    opener: str
    opened: str | None
    age: int | None = None
    waits_for: tuple[WaitsFor, ...] = ()
    target: str = ""
    is_overdue: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """The open proposals, by name. ``problem`` says why nobody can tell which are."""

    proposals: tuple[OpenProposal, ...] = ()
    problem: str = ""
