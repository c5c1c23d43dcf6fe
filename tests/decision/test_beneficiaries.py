"""Whom an exception benefits: whoever owns the waiver, or owned it, and whoever made the change that is accepted."""

from __future__ import annotations

from govops.decision.beneficiaries import beneficiaries
from govops.history import Oid
from govops.lifecycle import Action
from tests.decision.sample import facts
from tests.support.facts import law, oid, read
from tests.support.files import File, model, ratification, waiver

FIRST, SECOND = oid("first"), oid("second")
MADE = {FIRST: ("alice", "dave"), SECOND: ("bob",)}


def gain(new: File | None, old: File | None = None) -> dict[str, str]:
    """Who gains by a change from one to the other, and how."""
    path, text = new or old or ("", b"")
    some = read((path, text))
    before, after = (read(side) if side else None for side in (old, new))
    action = Action(f"{some.kind}.edit", some.kind, some.metadata.name, path, before, after)
    return beneficiaries(action, facts(law(), actions=(action,), made_by=made_by))


def made_by(change: Oid) -> tuple[str, ...]:
    return MADE[change]


def test_a_waiver_is_to_the_good_of_its_owner_and_of_whom_it_is_taken_from() -> None:
    owner = "the owner of the waiver"
    assert gain(waiver("gap", owner="alice")) == {"alice": owner}
    assert gain(waiver("gap", owner="alice"), waiver("gap", owner="bob")) == {"bob": owner, "alice": owner}


def test_a_ratification_is_to_the_good_of_all_who_made_what_it_accepts() -> None:
    found = gain(ratification("once", FIRST, SECOND))
    first = f"a maker of change {FIRST[:12]}, which it accepts"
    assert found == {"alice": first, "dave": first, "bob": f"a maker of change {SECOND[:12]}, which it accepts"}


def test_nobody_gains_by_an_exception_that_goes_or_by_what_is_none() -> None:
    assert gain(None, waiver("gap")) == {}
    assert gain(None, ratification("once", FIRST)) == {}
    assert gain(model("fraud"), model("fraud", risk_tier="low")) == {}
