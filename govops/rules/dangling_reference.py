"""The rule ``dangling-reference``."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from govops.finding import Finding
from govops.history.snapshot import Snapshot
from govops.kinds import Reference, ResourceKey, kind_named, path_of_key
from govops.kinds.kind_definition import KindDefinition
from govops.kinds.quoting import quoted
from govops.rule import ResourceFacts

_COMPARED = 200  # names


def check(facts: ResourceFacts) -> Iterator[Finding]:
    """Everything that a resource refers to exists in the same snapshot.

    ## Why it matters
    A deployment of a version that nobody registered was judged by nobody. A policy that asks for a role which does
    not exist can never be satisfied, and a use case without its model tells an auditor nothing. A clause of a
    framework is served by rules that exist, built-in ones or your own.

    ## Example
    The model is called `fraud-screen`:

        kind: UseCase
        spec:
          models:
            - model: fraud-scren
              versions: ">=1.0"

    ## How to fix it
    Correct the name (the hint has the nearest one), or add the missing file in the same pull request. When a resource
    is deleted, change everything that refers to it first; the findings list those files.
    """
    dangling = {one.key: one for one in reversed(facts.resource.references()) if not _stands_somewhere(one, facts)}
    for key, reference in sorted(dangling.items()):
        names = {name for place in _places(reference, facts) for name in place.names(key.kind)}
        names |= facts.rules.keys() if key.kind == "Rule" else set()
        close = _nearest(key.name, sorted(names))
        hint = f"did you mean `{close}`?" if close else _missing(key)
        message = f"there is no {key.kind} {quoted(key.name)}"
        yield facts.finding("dangling-reference", message, at=reference.field, hint=hint, subject=str(key))


def _places(reference: Reference, facts: ResourceFacts) -> tuple[Snapshot, ...]:
    """Where the target may stand: people and roles may stand beside the policies too, wherever those are."""
    elsewhere = facts.outside if reference.kind in ("User", "Role") else None
    return (facts.snapshot,) if elsewhere is None else (facts.snapshot, elsewhere)


def _stands_somewhere(reference: Reference, facts: ResourceFacts) -> bool:
    """Built-in rules stand in no file."""
    if reference.kind == "Rule" and reference.name in facts.rules:
        return True
    return any(_stands(reference, place) for place in _places(reference, facts))


def _stands(reference: Reference, snapshot: Snapshot) -> bool:
    """Whether the target's file is there; what is wrong inside of it is a finding on that file."""
    if snapshot.find(reference.kind, reference.name) is not None:
        return True
    if kind_named(reference.kind) is not None:
        return path_of_key(reference.key) in snapshot.files
    return any(
        definition.spec.path.replace("{name}", reference.name) in snapshot.files
        for _, definition in snapshot.of_kind("KindDefinition")
        if isinstance(definition, KindDefinition) and definition.spec.kind == reference.kind
    )


def _nearest(name: str, names: Sequence[str]) -> str:
    """The most similar of sorted names, empty if none is. Of many, those are compared that begin most like it:
    to compare one name with ten thousand takes a fifth of a second.
    """
    at = bisect_left(names, name)
    around = names[max(at - _COMPARED // 2, 0) : at + _COMPARED // 2]
    return next(iter(get_close_matches(name, around, n=1)), "")


def _missing(key: ResourceKey) -> str:
    path = path_of_key(key)
    return f"add it at {path}, or name one that exists" if path else "name one that exists"
