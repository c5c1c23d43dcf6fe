"""What may be approved after it landed: how long, made by whom, and never what is law."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from govops.decision import ChangeFacts
from govops.decision.emergency import Polls
from govops.decision.people import contributors
from govops.decision.requirements import demands, situation
from govops.evidence import testimony
from govops.evidence.testimony import Claim, Decision
from govops.lifecycle import Action
from tests.decision.sample import LANDED, by_account, by_name, facts, said
from tests.evidence.sample import receipt
from tests.support.facts import law
from tests.support.files import File, company, delegation, policy, settings, user

DAY = 24 * 3600
OPERATOR = {"role": "operator"}


def urgent(within: str = "24h", name: str = "models", author: dict[str, Any] = OPERATOR) -> File:
    """Operators may change models before anybody approved it."""
    emergency = {"within": within, "author": author, "reason": "It does harm as it is."}
    return policy(name, actions=["*"], emergency=emergency)


def after(seconds: int, name: str = "bob") -> Decision:
    """An approval so long after the landing."""
    return said(name, at=f"{datetime.fromisoformat(LANDED) + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}")


def landing(*told: Claim | Decision, files: tuple[File, ...] = (), recorded: bool = True, **fields: Any) -> ChangeFacts:
    """Alice, who is an operator, lands a model that nobody approved before."""
    standing = {path: text for path, text in company().items() if isinstance(text, bytes)} | dict([urgent(), *files])
    known = facts(law(*standing.items()), *told, **fields)
    given = known.testimony
    heard = testimony.Testimony(
        receipt() if recorded else None, claims=given.claims, decisions=given.decisions, landed_at=LANDED
    )
    return facts(known.law, **({"testimony": heard} | fields))


def polled(change: ChangeFacts) -> tuple[Polls, list[tuple[bool, bool]]]:
    """The polls after each demand was counted; of each demand whether it is met, and whether as an emergency."""
    polls = Polls(change, contributors(change.testimony.claims, change.law))
    counted = [
        polls.count(action, demand) for action in change.actions for demand in demands(action, situation(change))
    ]
    return polls, [(tally.met, tally.is_emergency) for tally in counted]


VOTES: dict[str, tuple[Decision | None, list[tuple[bool, bool]]]] = {
    "before the landing": (said("bob"), [(True, False)]),
    "in the second of it": (after(0), [(True, False)]),
    "a second later": (after(1), [(True, True)]),
    "in the last second": (after(DAY), [(True, True)]),
    "too late": (after(DAY + 1), [(False, True)]),
    "never": (None, [(False, True)]),
    "by somebody who could not": (after(1, "dave"), [(False, True)]),
}


@pytest.mark.threat("C41")
@pytest.mark.parametrize(("vote", "expected"), VOTES.values(), ids=VOTES)
def test_an_emergency_is_approved_until_its_time_is_over(
    vote: Decision | None, expected: list[tuple[bool, bool]]
) -> None:
    polls, found = polled(landing(*([vote] if vote else [])))
    assert found == expected
    is_emergency = expected[0][1]
    assert polls.grace == (DAY if is_emergency else 0)
    assert (polls.last is polls.booth) is not is_emergency


def test_each_policy_waits_for_its_own_time_and_the_last_one_closes_the_poll() -> None:
    """Two wait for a day, and share a poll."""
    others = (urgent("1h", "a"), urgent("24h", "b"))
    polls, found = polled(landing(after(2 * 3600), files=others))
    assert found == [(False, True), (True, True), (True, True)]
    assert polls.grace == DAY
    assert [opinion.objections for opinion in polls.last.given] == [()]
    assert polls.last is not polls.booth


def test_a_policy_without_an_emergency_does_not_wait() -> None:
    plain = policy("models", actions=["*"])
    assert polled(landing(after(1), files=(plain,)))[1] == [(False, False)]


MADE_BY: dict[str, tuple[tuple[Claim, ...], tuple[File, ...], bool]] = {
    "an operator": ((by_account("alice"),), (), True),
    "two operators": ((by_account("alice"), by_account("dave", "pusher")), (), True),
    "somebody else": ((by_account("mallory"),), (), False),
    "an operator and somebody else": ((by_account("alice"), by_account("mallory", "pusher")), (), False),
    "an operator who left": ((by_account("alice"),), (user("alice", active=False),), False),
    "a machine with the role": ((by_account("robo"),), (user("robo", type="bot", roles=["operator"]),), False),
    "a delegate of an operator": (
        (by_account("mallory"),),
        (delegation("away", "dave", "mallory", ["operator"]),),
        True,
    ),
    "a delegate of nobody any more": (
        (by_account("mallory"),),
        (delegation("away", "dave", "mallory", ["operator"], until="2026-01-02T00:00:00Z"),),
        False,
    ),
    "nobody known": ((by_name("stranger"),), (), False),
}


@pytest.mark.threat("C41")
@pytest.mark.parametrize(("claims", "files", "waits"), MADE_BY.values(), ids=MADE_BY)
def test_an_emergency_is_made_by_people_who_are_all_entitled(
    claims: tuple[Claim, ...], files: tuple[File, ...], *, waits: bool
) -> None:
    assert polled(landing(*claims, after(1), files=files))[1] == [(waits, waits)]


def test_a_loan_that_may_be_good_entitles_nobody() -> None:
    """Nobody tells when the change landed, so nobody tells whether the delegation counted then."""
    lent = delegation("away", "dave", "mallory", ["operator"])
    assert polled(landing(by_account("mallory"), after(1), files=(lent,), time=None))[1] == [(False, False)]


AHEAD: dict[str, tuple[bool, str, bool]] = {
    # whether a receipt tells of it, which evidence there is to be, and whether it can wait
    "a receipt tells": (True, "receipt", True),
    "a receipt tells where none was needed": (True, "signature", True),
    "a receipt will tell": (False, "receipt", True),
    "nothing will tell": (False, "signature", False),
}


@pytest.mark.threat("C41")
@pytest.mark.parametrize(("recorded", "mode", "waits"), AHEAD.values(), ids=AHEAD)
def test_there_is_an_afterwards_where_somebody_tells_of_the_landing(*, recorded: bool, mode: str, waits: bool) -> None:
    for is_ahead in (True, False):
        change = landing(after(1), files=(settings(evidence={"mode": mode}),), recorded=recorded, is_ahead=is_ahead)
        expected = waits and (recorded or is_ahead)
        assert polled(change)[1] == [(expected, expected)]


@pytest.mark.threat("C41", "C32")
@pytest.mark.parametrize(
    "path", ["policies/approvals/models.yaml", "registry/users/bob.yaml", "registry/roles/x.yaml", ".gitattributes"]
)
def test_rules_people_and_control_files_never_wait(path: str) -> None:
    change = landing(after(1), actions=(Action("policy.change", "File", path, path),))
    assert {is_emergency for _, is_emergency in polled(change)[1]} == {False}
