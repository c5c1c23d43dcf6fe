"""The words of expressions: variables and functions with their types, for the checker and for the evaluation alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Use = Literal["resource", "snapshot", "condition"]
"""Where an expression stands: in a rule of one of the two scopes, or in the condition of an approval policy."""

_OF_KIND = re.compile(r"\b([A-Z][A-Za-z0-9]{0,62})\s*\.\s*(?:get|all|about)\s*\(")


@dataclass(frozen=True, slots=True)
class Function:
    """``parameters`` and ``result`` are types by name: ``list(…)`` of one, or a kind for a document of that kind."""

    name: str
    parameters: tuple[str, ...]
    result: str
    about: str


@dataclass(frozen=True, slots=True)
class Variable:
    """``type`` as in :class:`Function`; ``kind`` stands for the kind of the resource that is looked at."""

    name: str
    type: str
    uses: tuple[Use, ...]
    about: str


VARIABLES: tuple[Variable, ...] = (
    Variable("resource", "kind", ("resource", "snapshot"), "The resource, as the change leaves it."),
    Variable("key", "string", ("resource", "snapshot"), "What it is called: `ModelVersion/fraud/1.0.0`."),
    Variable("path", "string", ("resource", "snapshot"), "Where its file stands."),
    Variable(
        "old", "kind", ("resource", "condition"), "The resource as it was before the change; `{}` where it is new."
    ),
    Variable("new", "kind", ("condition",), "The resource as the change leaves it; `{}` where it is removed."),
    Variable("action", "string", ("condition",), "What the change does to it, such as `model.approve`."),
    Variable("author", "User", ("condition",), "The User who makes the proposal."),
    Variable("time", "timestamp", ("resource", "condition"), "When the change lands, by attested time."),
)
FUNCTIONS: tuple[Function, ...] = (
    Function("exists", ("string",), "bool", "Whether there is a resource of this key: `exists('Model/fraud')`."),
    Function("ref", ("string",), "dyn", "The resource of this key, of whatever kind."),
    Function("approved_by", ("string",), "list(string)", "Whose approval counted when the resource last changed."),
    Function("approved_by", ("string", "string"), "list(string)", "The same of the last change by this action."),
    Function("approved_at", ("string",), "timestamp", "When the resource last changed with an approval that counted."),
    Function("approved_at", ("string", "string"), "timestamp", "The same of the last change by this action."),
    Function("contributors", ("string",), "list(string)", "Everybody who ever took part in a change of the resource."),
    Function(
        "in_environment_since",
        ("string", "string"),
        "timestamp",
        "Since when this ModelVersion has run in `staging` or `production`, where it runs now.",
    ),
    Function(
        "changed", ("string",), "bool", "Whether the change gives this field another content: `changed('spec.owner')`."
    ),
)
OF_KIND: tuple[Function, ...] = (
    Function("get", ("string",), "kind", "The resource of that kind and name: `Model.get('fraud')`."),
    Function("all", (), "list(kind)", "All resources of that kind, by path."),
    Function("about", ("string",), "list(kind)", "Those of that kind which name this key: `Incident.about(key)`."),
)
HISTORY = frozenset({"approved_by", "approved_at", "contributors", "in_environment_since"})
OF_THE_CHANGE = frozenset({"old", "time", "changed"})  # the words that mean something only while something changes


def asks_registry(words: Iterable[str]) -> bool:
    """Whether any of these words asks for other resources than the one that is looked at."""
    return any("." in word or word in ("exists", "ref", "in_environment_since") for word in words)


def kinds_named(expression: str) -> frozenset[str]:
    """The kinds that an expression asks for: ``Incident.all()`` and the like."""
    return frozenset(_OF_KIND.findall(expression))


def functions(kinds: Iterable[str], use: Use = "resource") -> Iterator[Function]:
    """Every function there, those of these kinds among them."""
    yield from (function for function in FUNCTIONS if use != "snapshot" or function.name not in OF_THE_CHANGE)
    for kind in sorted(kinds):
        for function in OF_KIND:
            result = function.result.replace("kind", kind)
            yield Function(f"{kind}.{function.name}", function.parameters, result, function.about)


def variables(use: Use, kind: str | None) -> Iterator[tuple[str, str]]:
    """(name, type) of every variable there; without a kind, what depends on it is not there, or of any type."""
    for variable in VARIABLES:
        if use in variable.uses and (kind or use != "snapshot"):
            yield variable.name, variable.type.replace("kind", kind or "dyn")
