"""What is wrong with the expressions of a document, at the places of the file where they are written."""

from __future__ import annotations

from collections.abc import Iterator

from govops.kinds import Resource
from govops.yamlio.inside import inside
from govops.yamlio.places import Field, Place, places
from govops.yamlio.problem import Problem

_NAME = ("metadata", "name")


def expression_problems(resource: Resource, *, data: bytes) -> Iterator[Problem]:
    """Expressions that do not suit the kinds that they are about, and rules that are called like a built-in one."""
    from govops.expression.documents import faults_of  # start-up cost: most files hold none

    known: dict[Field, Place] = {}
    if resource.kind == "Rule" and _is_built_in(resource.metadata.name):
        known = places(data)
        message = f'metadata.name: "{resource.metadata.name}" is a built-in rule'
        yield Problem("invalid-resource", message, "choose a name of your own", *known[_NAME].at, "metadata.name")
    for field, fault in faults_of(resource):
        known = known or places(data)
        place, name = known[field], ".".join(map(str, field))
        value = place.text or ""
        line = sum(len(one) + 1 for one in value.split("\n")[: fault.line - 1])
        at = inside(data, place.at, value, line + fault.column - 1)
        yield Problem(
            "invalid-expression", f"{name}: {fault.message}", fault.hint, *at, subject=f"{name}: {fault.message}"
        )


def _is_built_in(name: str) -> bool:
    from govops.rules import rule_named  # start-up cost: they are many

    return rule_named(name) is not None
