"""When what is in use was approved last, and when that is to be done again."""

from __future__ import annotations

from typing import Any

import pytest

from govops.decision import SETTINGS_PATH, Law, Unlawful
from govops.engine.reviews import reviews
from govops.finding import ReviewDue, Status
from govops.history.deeds import Deed, Deeds
from tests.support.facts import law, oid, read, snapshot
from tests.support.files import File, model, settings, usecase, version

APPROVED_AT, AS_OF = "2026-01-01T09:00:00Z", "2026-01-02T09:00:00Z"
PERIODS = {"models": {"high": "10d"}, "use_cases": {"critical": "4w"}}
SETTINGS = settings(reviews=PERIODS)
FRAUD, V1 = model("fraud", risk_tier="high"), version("fraud", "1.0", status="approved")
CLAIMS = usecase("claims", impact="critical", status="approved", owner="erin")


def deed(resource: str = "ModelVersion/fraud/1.0", time: str | None = APPROVED_AT, **spec: Any) -> Deed:
    """An approved approval of it by bob."""
    action = "usecase.approve" if resource.startswith("UseCase") else "model.approve"
    told: dict[str, Any] = {"action": action, "commit": oid("c"), "approvers": ("bob",), "is_approved": True} | spec
    return Deed(resource, time=time, **told)


def rows(
    *deeds: Deed, stands: tuple[File, ...] = (FRAUD, V1), rules: Law | None = None, as_of: str | None = AS_OF
) -> tuple[ReviewDue, ...]:
    done = Deeds()
    done.add(deeds)
    return reviews(rules or law(SETTINGS), snapshot(*stands), done, as_of)


def row(*deeds: Deed, **how: Any) -> ReviewDue:
    (found,) = rows(*deeds, **how)
    return found


def test_a_row_tells_who_answers_for_what_and_when_it_was_approved_last() -> None:
    assert row(deed()) == ReviewDue(
        "Model/fraud",
        FRAUD[0],
        "alice",
        "high",
        "10d",
        last=APPROVED_AT,
        commit=oid("c"),
        by=("bob",),
        due="2026-01-11T09:00:00Z",
    )
    assert row(deed("UseCase/claims"), stands=(CLAIMS,)) == ReviewDue(
        "UseCase/claims",
        CLAIMS[0],
        "erin",
        "critical",
        "4w",
        last=APPROVED_AT,
        commit=oid("c"),
        by=("bob",),
        due="2026-01-29T09:00:00Z",
    )


LATE: dict[str, tuple[str, Status, int]] = {
    "the last second": ("2026-01-11T09:00:00Z", Status.PASS, 0),
    "a second later": ("2026-01-11T09:00:01Z", Status.WARN, 1),
    "a day later": ("2026-01-12T09:00:00Z", Status.WARN, 1),
    "a day and a second later": ("2026-01-12T09:00:01Z", Status.WARN, 2),
}


@pytest.mark.parametrize(("as_of", "status", "days"), LATE.values(), ids=LATE)
def test_it_is_overdue_by_the_days_that_have_begun(as_of: str, status: Status, days: int) -> None:
    found = row(deed(), as_of=as_of)
    assert (found.status, found.overdue_days, found.due) == (status, days, "2026-01-11T09:00:00Z")


@pytest.mark.parametrize(
    ("time", "as_of"), [(None, AS_OF), (APPROVED_AT, None), (None, None)], ids=["of the review", "of now", "of any"]
)
def test_where_nobody_attests_the_time_nothing_is_established(time: str | None, as_of: str | None) -> None:
    found = row(deed(time=time), as_of=as_of)
    assert (found.status, found.last, found.commit, found.due) == (Status.UNVERIFIABLE, time, oid("c"), None)


REVIEWED: dict[str, tuple[tuple[Deed, ...], str | None]] = {
    "the latest approval": ((deed(), deed(time=AS_OF)), AS_OF),
    "the latest, whichever comes first": ((deed(time=AS_OF), deed()), AS_OF),
    "of another version of the model": ((deed(), deed("ModelVersion/fraud/2.0", AS_OF)), AS_OF),
    "of the model itself": ((deed(), deed("Model/fraud", AS_OF)), AS_OF),
    "rather one with a time": ((deed(time=None), deed()), APPROVED_AT),
    "not of another model": ((deed(), deed("Model/twin", AS_OF)), APPROVED_AT),
    "not one that nobody approved": ((deed(), deed(time=AS_OF, is_approved=False)), APPROVED_AT),
    "no other act": ((deed(), deed(time=AS_OF, action="model.update")), APPROVED_AT),
}


@pytest.mark.parametrize(("deeds", "last"), REVIEWED.values(), ids=REVIEWED)
def test_a_review_is_an_approved_approval(deeds: tuple[Deed, ...], last: str | None) -> None:
    assert row(*deeds, stands=(FRAUD, V1, version("fraud", "2.0"))).last == last


def test_of_two_approvals_at_one_time_that_of_the_first_version_is_told() -> None:
    """In every run the same."""
    versions = [version("fraud", f"{number}.0", status="approved") for number in range(9)]
    deeds = [deed(f"ModelVersion/fraud/{number}.0", commit=oid(str(number))) for number in range(9)]
    assert row(*reversed(deeds), stands=(FRAUD, *versions)).commit == oid("0")


def test_what_was_never_approved_is_told() -> None:
    found = row()
    assert (found.status, found.commit, found.last, found.due) == (Status.WARN, None, None, None)


@pytest.mark.parametrize(
    "stands",
    [
        (FRAUD,),
        (FRAUD, version("fraud", "1.0", status="deprecated")),
        (FRAUD, version("twin", "1.0", status="approved")),
        (model("fraud", risk_tier="low"), V1),
        (usecase("claims", impact="critical", status="submitted"),),
        (usecase("claims", impact="high", status="approved"),),
    ],
    ids=["no version", "none approved", "another's version", "no period", "not in force", "no period for the impact"],
)
def test_what_is_not_in_use_or_has_no_period_has_no_row(stands: tuple[File, ...]) -> None:
    assert rows(stands=stands) == ()


def test_one_approved_version_of_several_is_use() -> None:
    stands = FRAUD, version("fraud", "1.0"), version("fraud", "2.0", status="approved"), version("fraud", "3.0")
    assert row(stands=stands).resource == "Model/fraud"


def test_what_was_never_approved_comes_first_and_then_what_is_due_first() -> None:
    names = ("b", "a", "d", "c")
    stands = [model(name, risk_tier="high") for name in names]
    versions = [version(name, "1.0", status="approved") for name in names]
    deeds = deed("Model/a", "2026-01-03T00:00:00Z"), deed("Model/b", "2026-01-02T00:00:00Z")
    found = rows(*deeds, stands=(*stands, *versions))
    assert [one.resource for one in found] == ["Model/c", "Model/d", "Model/b", "Model/a"]


@pytest.mark.parametrize(
    ("lawful", "every"), [(SETTINGS, ["10d"]), (settings(), []), (None, [])], ids=["other", "none", "no Settings"]
)
def test_periods_that_nobody_approved_count_for_nothing(lawful: File | None, every: list[str]) -> None:
    """Those count that the Settings had lawfully, if any."""
    record = Unlawful(Status.FAIL, oid("change"), read(lawful) if lawful else None)
    rules = law(settings(reviews={"models": {"high": "99w"}}), unlawful={SETTINGS_PATH: record})
    assert [one.every for one in rows(deed(), rules=rules)] == every
