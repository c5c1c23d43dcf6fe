"""An expression is answered from what stands and what was done, or not at all: then the reason is told."""

from __future__ import annotations

import pytest

from govops.expression import NOTHING, Facts, Programs, Undecided, words_of
from govops.history.deeds import Deeds
from govops.history.snapshot import Snapshot
from govops.kinds import Resource
from tests.expression.sample import KEY, MODEL, SHEET, VERSION, facts, question, read
from tests.support import files


def ask(expression: str, new: Resource | None = VERSION, old: Resource | None = None) -> bool | Undecided:
    programs = Programs(facts())
    return programs.holds(expression, question(programs, new, old))


TRUE = [
    "resource.spec.status == 'approved' && resource.kind == 'ModelVersion'",
    "resource.metadata.version == '1.0' && key == 'ModelVersion/fraud/1.0' && path == 'registry/x.yaml'",
    "resource.spec.metrics.accuracy > 0.8 && resource.spec.metrics.custom.gini == 0.3",
    "has(resource.spec.metrics.accuracy) && !has(resource.spec.metrics.recall)",
    "resource.spec.hyperparameters.trees == 100 && resource.spec.hyperparameters['bootstrap'] == true",
    "exists('Model/fraud') && !exists('Model/nobody') && exists('DataSheet/a') && !exists('DataSheet/b')",
    "Model.get('fraud').spec.risk_tier == 'high'",
    "ref('ModelVersion/fraud/1.1').spec.status == 'registered' && ref('DataSheet/a').rows == 3",
    "ModelVersion.all().size() == 2 && DataSheet.all().size() == 1 && UseCase.all() == []",
    "Incident.about(key).size() == 1 && Incident.about('Model/fraud')[0].metadata.name == 'slow'",
    "User.about('Model/fraud') == [] && ModelVersion.about('Model/fraud').size() == 2",
    "approved_by(key) == ['erin'] && approved_by(key, 'model.approve') == ['bob', 'carol']",
    "approved_by(key, 'model.delete') == [] && approved_by('Model/nobody') == []",
    "approved_at(key) == timestamp('2026-01-03T09:00:00Z')",
    "approved_at(key, 'model.approve') == timestamp('2026-01-02T09:00:00Z')",
    "contributors(key) == ['alice', 'dave']",
    "in_environment_since(key, 'staging') == timestamp('2026-01-04T09:00:00Z')",
    "time - in_environment_since(key, 'staging') == duration('147h')",
    "!changed('spec.status')",
    "true || resource.spec.metrics.recall > 0.5",
]


@pytest.mark.parametrize("expression", TRUE)
def test_what_holds_is_true_and_its_negation_false(expression: str) -> None:
    assert ask(expression) is True
    assert ask(f"!({expression})") is False


OPEN = [
    ("resource.spec.metrics.recall > 0.5", 'it reads "recall", which is not there; ask `has(…)` first'),
    ("resource.spec.hyperparameters.depth == 1", 'it reads "depth", which is not there; ask `has(…)` first'),
    ("1 / (size(key) - 22) == 1", "divide by zero"),
    ("9223372036854775807 + size(key) > 0", "integer overflow"),
    ("resource.spec.hyperparameters.trees", "it is neither true nor false"),
    ("resource.spec.hyperparameters.trees > 'a'", "no matching overloads found : _>_(int64, string)"),
    ("Model.get('nobody').spec.owner == 'a'", "there is no Model/nobody"),
    ("Modle.all().size() == 0", 'there is no kind "Modle"'),
    ("exists('Model')", "'Model' is not of the form Kind/name"),
    ("approved_by('Model/fraud') == []", "nobody can tell who approved Model/fraud"),
    ("approved_at('Model/fraud') > timestamp('2026-01-01T00:00:00Z')", "nobody attests when that was"),
    ("approved_at('Model/nobody') > timestamp('2026-01-01T00:00:00Z')", "Model/nobody has no approval that counted"),
    ("in_environment_since(key, 'production') == time", "ModelVersion/fraud/1.0 does not run in production"),
    ("timestamp(key) > time", "string to Timestamp conversion failed"),
    ("key.matches('a{2000}')", "invalid regular expression: invalid repetition size: {2000}"),
]


@pytest.mark.parametrize(("expression", "reason"), OPEN, ids=[expression for expression, _ in OPEN])
def test_what_has_no_answer_is_neither_true_nor_false(expression: str, reason: str) -> None:
    """Nor is its negation: no rule is ever kept, or broken, by an error."""
    found, negated = ask(expression), ask(f"!({expression})")
    assert isinstance(found, Undecided)
    assert isinstance(negated, Undecided)
    assert reason in found.reason


def test_a_field_changes_where_both_sides_have_the_resource() -> None:
    other = read(files.version("fraud", "1.0", status="registered"))
    assert ask("changed('spec.status') && changed('spec') && !changed('spec.artifact.digest')", VERSION, other) is True
    assert ask("changed('spec.status')", VERSION, None) is False
    assert ask("changed('spec.status')", None, other) is False
    assert ask("old.spec.status == 'registered'", VERSION, other) is True


def test_without_an_attested_time_nothing_is_said_of_it() -> None:
    programs = Programs(facts())
    untimed = programs.question({"key": KEY}, new=NOTHING)
    found = programs.holds("time > timestamp('2026-01-01T00:00:00Z')", untimed)
    assert found == Undecided("nobody attests the time of the change")


def test_without_history_nothing_is_said_of_it() -> None:
    programs = Programs(Facts(Snapshot(), None, lambda: (), lambda path: None))
    found = programs.holds("approved_by('Model/fraud') == []", programs.question({}))
    assert found == Undecided("no history is read here")


def test_people_may_be_kept_elsewhere() -> None:
    outside = Snapshot()
    programs = Programs(Facts(Snapshot(), Deeds(), lambda: (), lambda path: None, outside))
    path, _ = alice = files.user("alice")
    outside.put(path, facts().snapshot.files[path])
    asked = programs.question({})
    assert read(alice).key.name == "alice"
    assert programs.holds("User.get('alice').spec.active && User.all().size() == 1 && Role.all() == []", asked) is True


def test_a_document_of_ones_own_kind_is_read_as_it_is() -> None:
    programs = Programs(facts())
    assert programs.holds("resource.status == 'here' && resource.rows == 3", question(programs, SHEET)) is True


def test_what_an_answer_rests_on_is_noted() -> None:
    programs = Programs(facts())
    expression = (
        "Model.get('fraud').spec.owner == 'alice' && Incident.about(key).size() == 1 && UseCase.all() == [] "
        "&& approved_by('Model/nobody') == []"
    )
    assert programs.holds(expression, question(programs, VERSION)) is True
    assert programs.facts.asked == {"Model/fraud", f">{KEY}", "UseCase/*", "Model/nobody"}
    assert programs.holds("true", question(programs, VERSION)) is True
    assert programs.facts.asked == set()


def test_the_words_of_an_expression_are_told_apart_from_its_fields() -> None:
    expression = "approved_by(key).size() > 1 && Incident.all().all(i, i.spec.title != 'time') && !changed('spec.old')"
    found = words_of(expression)
    assert {"approved_by", "key", "Incident.all", "changed"} <= found
    assert {"old", "time", "title"} & found == set()
    assert words_of("this is no expression") == frozenset()


def test_resources_are_converted_once() -> None:
    programs = Programs(facts())
    assert programs.facts.data.of(MODEL) is programs.facts.data.of(MODEL)
