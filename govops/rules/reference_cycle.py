"""The rule ``reference-cycle``."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from govops.finding import Finding
from govops.history.snapshot import Snapshot
from govops.kinds import Reference, Resource
from govops.rule import ResourceFacts

_MUTUAL = frozenset({"Role"})  # a conflict of roles is said on both sides
_NO_NEED = ("related", "retirement")  # what is like another, or replaced by it, does not depend on it
_Neighbours = Callable[[str], Iterable[str]]


def check(facts: ResourceFacts) -> Iterator[Finding]:
    """No resource depends on itself, directly or through others of its kind.

    ## Why it matters
    If use case A needs B and B needs A, neither can be retired, deployed or assessed before the other, and every
    question such as "what else is affected" runs in a circle. One finding is made for each circle, at the first of
    its names.

    ## Example

        registry/use-cases/claims.yaml:   dependencies: [payout]
        registry/use-cases/payout.yaml:   dependencies: [claims]

    ## How to fix it
    Take one of the dependencies out: usually the one that says "is used by" where it should say "needs".
    """
    kind, name = facts.resource.key
    if kind in _MUTUAL or not any(_needs(facts.resource)):
        return
    if not _is_first_of_cycle(name, kind, facts.snapshot):
        return
    cycle = _shortest_cycle(name, kind, facts.snapshot)
    field = next(need.field for need in _needs(facts.resource) if need.name == cycle[1])
    shown = cycle if len(cycle) <= 6 else (*cycle[:5], f"… {len(cycle) - 6} more …", name)
    message = f"{kind} {name} depends on itself: {' -> '.join(shown)}"
    hint = "take one of these references out"
    yield facts.finding("reference-cycle", message, at=field, hint=hint, subject=cycle[1])


def _needs(resource: Resource) -> Iterator[Reference]:
    """The others of its kind that it depends on."""
    found = resource.references()
    return (one for one in found if one.kind == resource.kind and one.field[1] not in _NO_NEED)


def _down(kind: str, snapshot: Snapshot) -> _Neighbours:
    """Name -> the names of the same kind that it refers to."""

    def neighbours(name: str) -> Iterable[str]:
        found = snapshot.find(kind, name)
        return [need.name for need in _needs(found)] if found else []

    return neighbours


def _up(kind: str, snapshot: Snapshot) -> _Neighbours:
    """Name -> the names of the same kind that refer to it."""

    def neighbours(name: str) -> Iterable[str]:
        found = (snapshot.files[path].resource for path in snapshot.referrers(kind, name))
        same = (resource for resource in found if resource and resource.kind == kind)
        return [other.key.name for other in same if any(need.name == name for need in _needs(other))]

    return neighbours


def _is_first_of_cycle(name: str, kind: str, snapshot: Snapshot) -> bool:
    """Whether some cycle has ``name`` as its smallest.

    Both directions are walked in step, and the first that ends without a return decides: on a ring of n
    resources all the questions together cost n log n, however the names are spread.
    """
    steps = zip(_walk(name, _down(kind, snapshot)), _walk(name, _up(kind, snapshot)), strict=False)
    return any(name in step for step in steps)


def _walk(start: str, neighbours: _Neighbours) -> Iterator[str]:
    """Larger names within reach, each once; ``start`` as soon as it is reached again."""
    seen, waiting = {start}, deque([start])
    while waiting:
        for name in neighbours(waiting.popleft()):
            if name == start:
                yield start
            elif name > start and name not in seen:
                seen.add(name)
                waiting.append(name)
                yield name


def _shortest_cycle(start: str, kind: str, snapshot: Snapshot) -> tuple[str, ...]:
    """From ``start`` back to it through larger names only; there is such a cycle."""
    neighbours, came = _down(kind, snapshot), dict[str, str]()
    waiting = deque([start])
    while start not in came:
        here = waiting.popleft()
        for name in neighbours(here):
            if name >= start and name not in came:
                came[name] = here
                waiting.append(name)
    path = [start, came[start]]
    while path[-1] != start:
        path.append(came[path[-1]])
    return tuple(reversed(path))
