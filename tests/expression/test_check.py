"""An expression that does not suit its kinds is refused where it is written, and one that does is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from govops.expression.check import check, check_template
from govops.expression.documents import faults_of
from govops.expression.vocabulary import Use
from govops.kinds import KINDS, Kind
from tests.expression.sample import read
from tests.expression.test_programs import TRUE
from tests.support import files

FINE: list[tuple[str, Use, tuple[str | None, ...]]] = [
    ("resource.spec.risk_tier in ['high', 'critical']", "resource", ("Model",)),
    ("resource.metadata.labels['team'] == 'claims'", "resource", ("Model", "UseCase")),
    ("resource.spec.anything.at_all > 1", "resource", ("DataSheet",)),
    ("User.all().exists(u, u.spec.active)", "snapshot", (None,)),
    ("DataSheet.all().size() > 1 && DataSheet.get('a').rows == 1", "snapshot", (None,)),
    ("old.spec.owner != new.spec.owner && action == 'model.update'", "condition", ("Model",)),
    ("new.spec.whatever == 1 && author.spec.roles.exists(r, r == 'admin')", "condition", (None,)),
    ("time > timestamp('2026-01-01T00:00:00Z') && author.spec.type == 'human'", "condition", (None,)),
    ("changed('spec.owner') && changed('spec')", "resource", ("Model",)),
    (
        "Incident.about('Model/' + resource.metadata.name).filter(i, has(i.spec.category)).size() == 0",
        "resource",
        ("Model",),
    ),
    ("resource.spec.links.map(link, link.url).exists(url, url.startsWith('https'))", "resource", ("Model",)),
    ("[1, 2, 3].exists(n, n == size(key))", "resource", ("Model",)),
]


@pytest.mark.parametrize(("expression", "use", "kinds"), FINE, ids=[expression for expression, *_ in FINE])
def test_what_suits_its_kinds_is_let_through(expression: str, use: Use, kinds: tuple[str | None, ...]) -> None:
    assert check(expression, use, kinds) == ()


@pytest.mark.parametrize("expression", TRUE)
def test_what_can_be_evaluated_suits_its_kind(expression: str) -> None:
    assert check(expression, "resource", ["ModelVersion"]) == ()


Fault = tuple[str, tuple[int, int], str, str]
OF_MODELS: list[Fault] = [
    ("resource.spec.ownr == 'a'", (1, 15), 'ModelSpec has no field "ownr"', "did you mean `owner`?"),
    ("true &&\n  resource.spec.xyz == 'a'", (2, 17), 'has no field "xyz"', "it has intended_use, license"),
    ("resource.spec.owner == 1", (1, 21), "`==` does not go with (string, int)", "of one type"),
    ("resource.spec.owner", (1, 1), "is neither true nor false", "compare it"),
    ("resorce.spec.owner == 'a'", (1, 1), 'no variable or function "resorce"', "`resource`"),
    ("true && aproved_by(key) == []", (1, 19), 'function "aproved_by"', "`approved_by`"),
    ("Incident.about(key).all(i, i.spec.severty == '')", (1, 35), 'field "severty"', "`severity`"),
    ("Incident.some(key)", (1, 1), 'function "Incident"', "asked by `get`, `all` and `about`"),
    ("ModelVersion.all()[0].spec.metrics.f1 > 1", (1, 39), "`>` does not go with (double, int)", "`1.0`"),
    ("resource.spec.owner == ", (1, 24), "is not an expression", "expressions.md"),
    ("(" * 40 + "1" + ")" * 40, (1, 1), "recursion", "less deep"),
    ("changed('spec.ownr')", (1, 8), 'no field "ownr"', "`owner`"),
    ("changed(key)", (1, 8), "between quotes", "spec.owner"),
    ("key.matches(path)", (1, 12), "`matches` must be a text", "size of the data"),
    ("key.matches('(')", (1, 12), "invalid regular expression", "re2"),
    ("[key].map(a, a + a).exists(b, b == '')", (1, 27), "a macro can only go through", "size"),
    ("[key + key].all(a, a == '')", (1, 16), "a macro can only go through", "size"),
    ("{'a': key}.all(a, a == '')", (1, 15), "a macro can only go through", "size"),
]
ELSEWHERE: list[tuple[Use, Fault]] = [
    ("snapshot", ("changed('spec.owner')", (1, 8), 'function "changed"', "speaks of a change")),
    ("snapshot", ("old.spec.owner == 'a'", (1, 1), 'variable or function "old"', "speaks of a change")),
    ("condition", ("resource.spec.owner == 'a'", (1, 1), 'function "resource"', "there are old, new, action")),
    ("condition", ("author.spec.rolse == []", (1, 13), 'UserSpec has no field "rolse"', "`roles`")),
]
FAULTS: list[tuple[Use, Fault]] = [*(("resource", fault) for fault in OF_MODELS), *ELSEWHERE]


@pytest.mark.parametrize(("use", "told"), FAULTS, ids=[f"{use}: {told[0][:50]}" for use, told in FAULTS])
def test_what_does_not_is_refused_at_its_place(use: Use, told: Fault) -> None:
    expression, place, message, hint = told
    first = check(expression, use, ["Model"])[0]
    assert (first.line, first.column) == place
    assert message in first.message
    assert hint in first.hint


def test_an_expression_about_several_kinds_suits_each_of_them() -> None:
    expression = "resource.spec.risk_tier == 'high'"
    assert check(expression, "resource", ["Model"]) == ()
    (fault,) = check(expression, "resource", ["Model", "UseCase"])
    assert fault.message == 'UseCaseSpec has no field "risk_tier"'


def test_a_message_names_fields_that_its_kinds_have() -> None:
    assert check_template("{metadata.name} is {spec.risk_tier}, 100 %", ["Model"]) == ()
    found = check_template("{spec.ownr} of {metadata.name} {a b} {}", ["Model"])
    assert [(fault.column, fault.message) for fault in found] == [
        (2, 'ModelSpec has no field "ownr"'),
        (33, "is not the name of a field"),
        (39, "is not the name of a field"),
    ]
    assert check_template("{spec.anything}", ["DataSheet"]) == ()


def test_a_message_about_the_registry_has_no_fields() -> None:
    rule = read(files.rule("few", "Model.all().size() < 3", kinds=()))
    assert list(faults_of(rule)) == []
    with pytest.raises(AssertionError, match="names a field"):
        read(files.rule("few", "Model.all().size() < 3", kinds=(), message="{metadata.name} is too much"))


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_every_field_of_every_kind_can_be_read(kind: Kind) -> None:
    """And no field that a kind does not have."""
    paths = list(_paths(kind.model, "resource"))
    assert len(paths) > 5
    for path in paths:
        assert check(f"{path} == {path}", "resource", [kind.name]) == ()
    assert check("resource.spec.no_such_field == 1", "resource", [kind.name]) != ()


def _paths(model: type[BaseModel], start: str, within: tuple[type[BaseModel], ...] = ()) -> Iterator[str]:
    """``resource.spec.links[0].title`` and all others; what can hold itself is entered once."""
    if model in within:
        return
    for name, info in model.model_fields.items():
        path = f"{start}.{info.alias or name}"
        yield path
        for inner in _inside(info.annotation):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                is_list = "tuple[" in str(info.annotation)
                yield from _paths(inner, f"{path}[0]" if is_list else path, (*within, model))


def _inside(annotation: Any) -> Iterator[Any]:
    yield annotation
    for argument in get_args(annotation):
        yield from _inside(argument)
