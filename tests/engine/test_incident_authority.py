"""Whose signed reports count, and who may close an incident."""

from __future__ import annotations

from typing import Any

import pytest

from govops.decision import ChangeFacts, Opinion, Unlawful, Verdict, Weighed
from govops.engine.incidents import doubt_of, unclosed
from govops.evidence.testimony import Claim
from govops.finding import Status
from govops.lifecycle import Action
from tests.decision.sample import by_account, by_name, facts, house, said
from tests.engine.outages import DONE, PATH, STAFF, heard, key, outage, report
from tests.support.facts import law, oid, read
from tests.support.files import File, user

# ---- reports


def doubt(*files: File, unlawful: dict[str, Unlawful] | None = None, **told: Any) -> str:
    """Why dave's report counts for nothing, where these files stand in place of the company's own."""
    return doubt_of(*heard(report(**told)), law(*STAFF, *files, unlawful=unlawful))


DOUBTED: dict[str, tuple[dict[str, Any], str]] = {
    "unsigned": ({"signer": None}, "it bears no signature that holds"),
    "of another branch": ({"branch": "develop"}, "it is of another repository or branch"),
    "of another repository": ({"repository": "local:acme/other"}, "it is of another repository or branch"),
    "with a stranger's key": ({"signer": key("stranger")}, "its key is no User's"),
    "with a colleague's key": ({"signer": key("alice")}, "it is signed with a key of alice"),
    "of a machine": ({"person": "robo"}, "robo is a bot"),
    "of whoever may not": ({"person": "mallory"}, "mallory does not hold incident:report"),
}


@pytest.mark.parametrize(("told", "why"), DOUBTED.values(), ids=DOUBTED)
def test_a_report_that_counts_for_nothing_tells_why(told: dict[str, Any], why: str) -> None:
    assert doubt(**told) == why


def test_a_colleagues_own_report_counts() -> None:
    assert doubt() == ""


def test_a_report_with_a_key_of_two_people_is_nobodys() -> None:
    twin = user("erin", keys=[key("dave")])
    assert doubt(twin) == "it is signed with a key of dave and erin"


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"active": False}, "dave is not active"),
        ({"type": "agent"}, "dave is an agent"),
        ({"roles": []}, "dave does not hold incident:report"),
    ],
)
def test_a_report_counts_by_what_its_author_is_now(spec: dict[str, Any], why: str) -> None:
    assert doubt(user("dave", **spec)) == why


@pytest.mark.parametrize("path", ["registry/users/dave.yaml", "registry/roles/analyst.yaml"])
def test_a_report_by_somebody_whom_nobody_approved_counts_for_nothing(path: str) -> None:
    found = doubt(unlawful={path: Unlawful(Status.FAIL, oid("change"), None)})
    assert found == "who dave is rests on a change that was not approved"


# ---- who may close


def closing(*claims: Claim, **spec: Any) -> ChangeFacts:
    """A change by these that resolves the incident."""
    new = read(outage(**({"resolution": DONE} | spec)))
    act = Action("incident.resolve", "Incident", "outage", PATH, read(outage()), new)
    other = Action("incident.update", "Incident", "leak", "registry/incidents/leak.yaml", None, new)
    return facts(house(), *claims, actions=(other, act))


def approved(person: str, path: str = PATH, lenders: tuple[str, ...] = ()) -> Verdict:
    """The verdict where this person's approval of the path counted."""
    one = Weighed(Opinion(said(person), (person,)), (path,), (), (), lenders)
    return Verdict(Status.PASS, weighed=(one,))


NOBODY = Verdict(Status.PASS)
CLOSED: dict[str, tuple[tuple[Claim, ...], Verdict, bool]] = {
    "an approver who may": ((by_account("dave"),), approved("bob"), True),
    "an approver who may not": ((by_account("dave"),), approved("alice"), False),
    "in the seat of somebody who may": ((by_account("dave"),), approved("alice", lenders=("bob",)), True),
    "an approver of another file": ((by_account("dave"),), approved("bob", path="README.md"), False),
    "nobody": ((by_account("dave"),), NOBODY, False),
    "a maker who may": ((by_account("bob"),), NOBODY, True),
    "one of two makers": ((by_account("dave"), by_account("bob", "contributor")), NOBODY, True),
    "a maker who may, by a header alone": ((by_name("bob"),), NOBODY, False),
    "an admin": ((by_account("erin"),), NOBODY, True),
}


@pytest.mark.parametrize(("claims", "verdict", "by_right"), CLOSED.values(), ids=CLOSED)
def test_an_incident_is_closed_by_somebody_who_may(
    claims: tuple[Claim, ...], verdict: Verdict, *, by_right: bool
) -> None:
    assert list(unclosed(closing(*claims), verdict)) == ([] if by_right else [PATH])


def test_whoever_withdraws_a_resolution_closes_nothing() -> None:
    assert list(unclosed(closing(by_account("dave"), resolution=None), NOBODY)) == []
