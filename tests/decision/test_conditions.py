"""What a condition is told: both contents, the action, the author if there is one, and the time if there is one."""

from __future__ import annotations

import pytest

from govops.decision import conditions
from govops.evidence import testimony
from govops.evidence.testimony import Claim
from govops.expression import Programs, Undecided
from govops.lifecycle import Action
from tests.decision.sample import by_account, by_name, house
from tests.expression import sample
from tests.support.facts import read
from tests.support.files import model

PATH, _ = model("fraud")
NOON = "2026-01-10T12:00:00Z"
OPENER_BY_NAME = Claim("opener", email="alice@acme.example")
BEFORE, AFTER = read(model("fraud", owner="dave")), read(model("fraud", owner="erin"))
EDIT = Action("model.update", "Model", "fraud", PATH, BEFORE, AFTER)
NEW = Action("model.register", "Model", "fraud", PATH, None, AFTER)
GONE = Action("model.delete", "Model", "fraud", PATH, BEFORE, None)


def answer(condition: str, action: Action = EDIT, *claims: Claim, time: str | None = NOON) -> bool | Undecided | None:
    """Of a change by these people, on the registry of :mod:`tests.expression.sample`."""
    holds = conditions(lambda: Programs(sample.facts()), house(), testimony.Testimony(claims=claims), time)
    return holds(condition, action)


TOLD: dict[str, tuple[str, Action, bool]] = {
    "the new content": ("new.spec.owner == 'erin'", EDIT, True),
    "the old content": ("old.spec.owner == 'dave'", EDIT, True),
    "what changed": ("changed('spec.owner') && !changed('spec.title')", EDIT, True),
    "that there was nothing": ("has(old.spec)", NEW, False),
    "that there is nothing": ("has(new.spec)", GONE, False),
    "the action": ("action == 'model.update'", EDIT, True),
    "another action": ("action == 'model.update'", NEW, False),
    "the registry": ("exists('Incident/outage')", NEW, True),
    "the time": (f"time == timestamp('{NOON}')", EDIT, True),
}


@pytest.mark.parametrize(("condition", "action", "expected"), TOLD.values(), ids=TOLD)
def test_a_condition_is_answered_from_what_is_known_of_the_change(
    condition: str, action: Action, *, expected: bool
) -> None:
    assert answer(condition, action) is expected


def test_without_an_attested_time_a_condition_on_it_has_no_answer() -> None:
    assert isinstance(answer(f"time == timestamp('{NOON}')", time=None), Undecided)
    assert answer("action == 'model.update'", time=None) is True


AUTHORS: dict[str, tuple[tuple[Claim, ...], str | None]] = {
    "whom the forge attests as opener": ((by_account("alice"), by_name("bob")), "alice"),
    "else whom git names as author": ((by_name("bob"), by_account("carol", "pusher")), "bob"),
    "an opener whom nobody attests is none": ((OPENER_BY_NAME, by_name("bob")), "bob"),
    "nor is one who is attested for something else": (
        (OPENER_BY_NAME, by_account("carol", "pusher"), by_name("bob")),
        "bob",
    ),
    "one of two authors is none": ((by_name("alice"), by_name("bob")), None),
    "a committer is none": ((by_name("alice", "committer"),), None),
    "nobody is known": ((by_account("stranger"), by_name("stranger")), None),
    "nobody is told": ((), None),
}


@pytest.mark.parametrize(("claims", "author"), AUTHORS.values(), ids=AUTHORS)
def test_the_author_is_one_known_person_or_nobody(claims: tuple[Claim, ...], author: str | None) -> None:
    """A condition on the author of a change without one has no answer, and that is no no."""
    for name in ("alice", "bob", "carol"):
        found = answer(f"author.metadata.name == '{name}'", EDIT, *claims)
        assert isinstance(found, Undecided) if author is None else found is (name == author)
