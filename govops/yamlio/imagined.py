"""What is wrong with the documents that a policy test imagines, at the places of the file where they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from govops.kinds import Kind, Resource, ResourceKey, kind_named, path_of, path_of_key
from govops.yamlio.places import Field, Place, find, places
from govops.yamlio.problem import Problem
from govops.yamlio.validation import problems_of


def imagined_problems(test: Resource, *, data: bytes) -> Iterator[Problem]:
    """Documents that are not of the kind that ``resource`` says, or that are called otherwise.

    Those of kinds of the users' own are left to whoever knows these kinds.
    """
    from govops.kinds.policy_test import PolicyTest, acts_of, changes_of  # start-up cost: few files are tests

    if not isinstance(test, PolicyTest):
        return
    known: dict[Field, Place] = {}
    for where, change in changes_of(test):
        for at, act in acts_of(where, change):
            kind = kind_named(act.key.kind) if act.key else None
            if act.key is None or kind is None:
                continue
            for side, content in (("old", act.old), ("new", act.new)):
                if isinstance(content, dict):
                    known = known or places(data)
                    yield from _problems(content, kind, act.key, at=(*at, side), known=known)


def _problems(
    content: dict[str, Any], kind: Kind, key: ResourceKey, *, at: Field, known: Mapping[Field, Place]
) -> Iterator[Problem]:
    inside = {field[len(at) :]: place for field, place in known.items() if field[: len(at)] == at}
    from govops.kinds.policy_test import whole

    document = whole(content, key)
    try:
        resource = kind.model.model_validate(document)
    except ValidationError as error:
        yield from problems_of(error, model=kind.model, document=document, known=inside)[0]
        return
    if path_of(resource) != path_of_key(key):
        line, column = find(known, at, key=True) or (1, 1)
        message = f"{at[-1]}: the document is {kind.name}/{resource.key.name}, and `resource` says {key}"
        yield Problem("invalid-resource", message, "make both say the same", line, column, str(at[-1]))
