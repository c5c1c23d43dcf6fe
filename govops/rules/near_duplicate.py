"""The rule ``near-duplicate``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from govops.finding import Finding
from govops.kinds import Resource
from govops.kinds.use_case import UseCase
from govops.rule import ResourceFacts, warning

_ALIKE = 0.8  # of the words of title and description
_ALIKE_WITH_A_MODEL = 0.7  # where the same model is used as well
_TOLD = 3  # findings on one resource


def check(facts: ResourceFacts) -> Iterator[Finding]:
    """No two use cases, and no two models, say that they are the same thing.

    ## Why it matters
    What is registered twice is assessed twice, by people who do not know of each other, and an incident at one is never
    seen at the other. Titles and descriptions are compared by their words, in whatever order; a model in common makes
    a duplicate likelier. Retired use cases do not count.

    ## Example

        registry/use-cases/claims-routing.yaml:   title: Claims routing
        registry/use-cases/motor-desk.yaml:       title: Routing of claims    # with much the same description

    ## How to fix it
    Add to what is there already, or retire one of the two with the other as its successor. Where both are wanted, say
    in the description what tells them apart, or name the other in `related`. For two models, a waiver accepts it.
    """
    alike = (one for one in facts.snapshot.worded_like(facts.path) if _is_alike(facts, *one))
    for path, likeness in islice(alike, _TOLD):
        other = facts.snapshot.files[path].resource
        if other is not None:
            message = f"{facts.resource.key} reads like {other.key}: {likeness:.0%} alike"
            hint = _HINT if isinstance(other, UseCase) else "use the one that is there, or say what tells the two apart"
            at, subject = ("spec", "title"), str(other.key)
            yield warning(facts.finding("near-duplicate", message, at=at, hint=hint, subject=subject))


_HINT = "use the one that is there, say what tells the two apart, or name it in `related` if both are wanted"


def _is_alike(facts: ResourceFacts, path: str, likeness: float) -> bool:
    here, other = facts.resource, facts.snapshot.files[path].resource
    if other is None or _knows(here, other) or _knows(other, here):
        return False
    return likeness >= (_ALIKE_WITH_A_MODEL if _models(here) & _models(other) else _ALIKE)


def _knows(one: Resource, other: Resource) -> bool:
    return isinstance(one, UseCase) and other.key.name in one.spec.related


def _models(resource: Resource) -> set[str]:
    return {link.model for link in resource.spec.models} if isinstance(resource, UseCase) else set()
