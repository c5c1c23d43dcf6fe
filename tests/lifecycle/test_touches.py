"""Which edits touch the fields that matter: whatever could hide such an edit counts as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.kinds.custom import CustomResource
from govops.lifecycle import Action, touches
from govops.lifecycle.actions import AnyResource
from tests.lifecycle.test_actions import MEANINGS, Sides
from tests.support.facts import read
from tests.support.files import File, deployment, model, sla, usecase, version


def edit(old: AnyResource | None, new: AnyResource | None) -> Action:
    return Action("model.update", "Any", "x", "x", old, new)


def labelled(text: File, **labels: str) -> AnyResource:
    """The same resource with other labels."""
    found = read(text)
    return found.model_copy(update={"metadata": found.metadata.model_copy(update={"labels": labels})})


def own(spec: Any, **around: Any) -> CustomResource:
    """A resource of a user's own kind."""
    envelope = {"apiVersion": "govops/v1", "kind": "DataSheet", "metadata": {"name": "x"}, "spec": spec}
    return CustomResource("DataSheet", "x", envelope | around)


def bare(**document: Any) -> CustomResource:
    """One of a kind without an envelope."""
    return CustomResource("DataSheet", "x", document)


PLAIN, V = model("fraud"), version("fraud", "1.0")
DIGEST = "sha256:" + "0" * 64
ARTIFACT = {"uri": "s3://models/fraud/1.0", "digest": DIGEST, "size_bytes": 1024}
EDITS: dict[str, tuple[AnyResource | None, AnyResource | None, str, bool]] = {
    "the field itself": (read(PLAIN), read(model("fraud", owner="bob")), "owner", True),
    "another field": (read(PLAIN), read(model("fraud", title="X")), "owner", False),
    "nothing but the layout": (read(PLAIN), read(PLAIN), "owner", False),
    "a field inside": (read(V), read(version("fraud", "1.0", artifact=ARTIFACT)), "artifact.digest", True),
    "a field beside it": (
        read(V),
        read(version("fraud", "1.0", artifact={**ARTIFACT, "digest": read(V).spec.artifact.digest, "size_bytes": 9})),  # type: ignore[attr-defined]  # a Part
        "artifact.digest",
        False,
    ),
    "a field inside, asked for as a whole": (
        read(V),
        read(version("fraud", "1.0", artifact=ARTIFACT)),
        "artifact",
        True,
    ),
    "an entry of a free map": (
        read(V),
        read(version("fraud", "1.0", metrics={"custom": {"fairness": 0.5}})),
        "metrics.custom.fairness",
        True,
    ),
    "another entry of it": (
        read(V),
        read(version("fraud", "1.0", metrics={"accuracy": 0.9, "custom": {"speed": 0.5}})),
        "metrics.custom.fairness",
        False,
    ),
    "an item of a list": (read(usecase("x")), read(usecase("x", affected_systems=["a"])), "affected_systems", True),
    "a file that is new": (None, read(PLAIN), "owner", True),
    "a file that is gone": (read(PLAIN), None, "owner", True),
    "a file of another kind": (read(PLAIN), read(sla("fraud")), "owner", True),
    "a field that the kind does not have": (read(PLAIN), read(model("fraud", title="X")), "artifact.digest", True),
    "labels": (read(PLAIN), labelled(PLAIN, team="x"), "owner", True),
    "the tier, which is not named": (read(PLAIN), read(model("fraud", risk_tier="low")), "owner", True),
    "the impact, which is not named": (read(usecase("x")), read(usecase("x", impact="low")), "owner", True),
    "the environment, which is not named": (
        read(deployment("staging", "x", "1")),
        read(deployment("production", "x", "1")),
        "deployment_id",
        True,
    ),
    "of one's own kind, the field": (own({"a": {"b": 1}, "c": 1}), own({"a": {"b": 2}, "c": 1}), "a.b", True),
    "of one's own kind, another": (own({"a": {"b": 1}, "c": 1}), own({"a": {"b": 1}, "c": 2}), "a.b", False),
    "one that moved away": (own({"a": {"b": 1}}), own({"a": {}, "b": 1}), "a.b", True),
    "one that turned from a map into a word": (own({"a": {"b": 1}}), own({"a": "b"}), "a.b", True),
    "one below a word that changed": (own({"a": "x"}), own({"a": "y"}), "a.b", True),
    "one in a list that changed": (own({"a": [{"b": 1}, {"c": 1}]}), own({"a": [{"b": 1}, {"c": 2}]}), "a.b", True),
    "true for one": (own({"a": True}), own({"a": 1}), "a", True),
    "a whole number for a decimal one": (own({"a": 1}), own({"a": 1.0}), "a", True),
    "the word for nothing": (own({"a": None}), own({"a": "null"}), "a", True),
    "nothing for null": (own({"a": None, "c": 1}), own({"c": 1}), "a", True),
    "the order of a map": (own({"a": {"b": 1, "c": 2}}), own({"a": {"c": 2, "b": 1}}), "a", False),
    "the order of a list": (own({"a": [1, 2]}), own({"a": [2, 1]}), "a", True),
    "labels of one's own kind": (own({"a": 1}), own({"a": 1}, metadata={"name": "x", "labels": {"t": "y"}}), "a", True),
    "a spec that is no map": (own([1]), own([2]), "a", True),
    "a bare document": (bare(a=1, b=1), bare(a=1, b=2), "a", False),
    "the field of a bare document": (bare(a=1, b=1), bare(a=2, b=1), "a", True),
    "a bare document of another kind": (bare(a=1), CustomResource("Report", "x", {"a": 1}), "a", True),
    "an envelope around what was bare": (bare(a=1), own({"a": 1}), "a", True),
    "a field `spec` of a bare document": (bare(a=1, spec={"a": 1}), bare(a=2, spec={"a": 1}), "a", True),
}


@pytest.mark.threat("C31")
@pytest.mark.parametrize(("old", "new", "field", "expected"), EDITS.values(), ids=EDITS)
def test_an_edit_touches_a_field(
    old: AnyResource | None, new: AnyResource | None, field: str, *, expected: bool
) -> None:
    assert touches(edit(old, new), (field,)) is expected
    assert touches(edit(new, old), (field,)) is expected


@pytest.mark.parametrize("sides", MEANINGS.values(), ids=MEANINGS)
def test_of_every_kind_the_same_values_touch_nothing(sides: tuple[Sides, object]) -> None:
    for side in filter(None, sides[0]):
        found: Any = read(side)
        assert not touches(edit(found, found), type(found.spec).model_fields)


@pytest.mark.parametrize("fields", [("owner", "artifact.digest"), ("artifact.digest", "owner")])
def test_one_of_several_fields_is_enough_and_those_of_other_kinds_say_nothing(fields: tuple[str, ...]) -> None:
    assert touches(edit(read(PLAIN), read(model("fraud", owner="bob"))), fields)
    assert not touches(edit(read(PLAIN), read(model("fraud", title="X"))), fields)


@pytest.mark.threat("C31")
def test_a_field_that_is_new_touches_however_many_of_the_others_were_there() -> None:
    assert touches(edit(own({"c": 1}), own({"a": 1, "c": 1})), ("a", "c"))
    assert touches(edit(own({"a": 1, "c": 1}), own({"c": 1})), ("c", "a"))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
    max_leaves=6,
)
SPECS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)


def at(spec: Any, path: str) -> Any:
    """The value at a path, None where there is nothing: as a reader of the file would look for it."""
    for step in path.split("."):
        if not isinstance(spec, Mapping) or step not in spec:
            return None
        spec = spec[step]
    return spec


def exact(value: Any) -> object:
    """The value with its types, whatever the order of its maps."""
    if isinstance(value, Mapping):
        return {key: exact(inner) for key, inner in value.items()}
    return [exact(inner) for inner in value] if isinstance(value, list) else (type(value), value)


@pytest.mark.threat("C31")
@given(SPECS, SPECS, st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(".".join))
def test_an_edit_that_gives_a_field_another_value_touches_it(old: Any, new: Any, path: str) -> None:
    """Never the other way round: more may count as touched, as where a whole list is compared."""
    if exact(at(old, path)) != exact(at(new, path)):
        assert touches(edit(own(old), own(new)), (path,))


@given(SPECS, st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(".".join))
def test_the_same_values_touch_nothing_that_is_there(spec: Any, path: str) -> None:
    assert touches(edit(own(spec), own(spec)), (path,)) is (path[0] not in spec)
