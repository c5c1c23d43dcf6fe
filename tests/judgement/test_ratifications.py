"""A ratification accepts what landed wrongly, by people who gain nothing by it, and hides nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.engine import arrive
from govops.errors import ExitCode
from govops.finding import Finding, Report, Status, troubled
from govops.render import render
from govops.rules import RULES
from tests.engine.walk import opened
from tests.support.audit import change_of, verdict
from tests.support.change import Landed
from tests.support.files import delegation, delete, deployment, model, policy, ratification, user, version
from tests.support.rewriting import rewritten
from tests.support.world import World

PATH = "policies/ratifications/mend.yaml"
FRAUD = model("fraud")


def mend(world: World, *changes: str, by: str = "erin", approver: str = "carol", **spec: Any) -> Landed:
    """Erin proposes to accept these changes, and Carol approves that."""
    text = ratification("mend", *changes, **spec)
    return world.propose(by, f"Ratify, by {by}", text).approve(approver).merge("squash")


def at(report: Report, landed: Landed) -> list[Finding]:
    return [found for found in report.findings if found.commit == landed.commit]


def statuses(report: Report, *landed: Landed) -> list[Status]:
    """How the changes stand in the report."""
    return [change_of(report, one).status for one in landed]


def sums(report: Report) -> dict[str, int]:
    """The bins that have something in them; the sums hold."""
    assert report.counts.problem == ""
    names = ("approved", "waived", "violating", "undecidable")
    return {name: count for name in names if (count := getattr(report.counts, name))}


# ---- what it accepts


@pytest.mark.threat("C40", rule="not-approved")
def test_an_approved_ratification_accepts_a_violation_which_stays_in_sight(world: World) -> None:
    pushed = world.push("mallory", FRAUD)
    assert sums(verdict(world)) == {"violating": 1}
    landed = mend(world, pushed.commit)
    report = verdict(world)
    (found,) = at(report, pushed)
    assert (found.rule, found.status, found.waived) == ("not-approved", Status.WAIVED, PATH)
    assert found.hint.startswith(f"accepted by change {landed.commit[:12]}: The content was good")
    assert statuses(report, pushed, landed) == [Status.WAIVED, Status.PASS]
    assert sums(report) == {"approved": 1, "waived": 1}
    assert report.exit_code() is ExitCode.OK
    assert [change.id for change in troubled(report.changes)] == [pushed.commit]
    (item,) = report.waivers
    assert (item.kind, item.status, item.path) == ("Ratification", f"accepted by change {landed.commit[:12]}", PATH)
    assert dict(item.facts) == {
        "changes": pushed.commit[:12],
        "approved by": "carol",
        "findings waived": "1",
    }
    assert "The content was good" in render(report, "markdown")


def test_without_fingerprints_every_violation_of_the_change_and_no_warning_is_accepted(world: World) -> None:
    skipped = version("fraud", "1.0.0", status="approved")
    pushed = world.push("mallory", (FRAUD[0], ("100755", FRAUD[1])), skipped)
    mend(world, pushed.commit)
    found = {(one.rule, one.status) for one in at(verdict(world), pushed)}
    assert found == {
        ("not-approved", Status.WAIVED),
        ("illegal-transition", Status.WAIVED),
        ("executable-file", Status.WARN),
    }


def test_with_fingerprints_only_these_are_accepted(world: World) -> None:
    """The change is a violation as long as one of its violations is."""
    pushed = world.push("mallory", FRAUD, version("fraud", "1.0.0", status="approved"))
    prints = {found.rule: found.fingerprint for found in at(verdict(world), pushed)}
    mend(world, pushed.commit, fingerprints=[prints["not-approved"]])
    report = verdict(world)
    assert {found.rule: found.status for found in at(report, pushed)} == {
        "not-approved": Status.WAIVED,
        "illegal-transition": Status.FAIL,
    }
    assert sums(report) == {"approved": 1, "violating": 1}
    mend(world, pushed.commit, fingerprints=list(prints.values()))
    report = verdict(world)
    assert sums(report) == {"approved": 2, "waived": 1}
    assert [found.rule for found in report.findings if found.rule == "ratification-unmatched"] == []


def test_a_warning_is_accepted_by_its_fingerprint(world: World) -> None:
    """And makes no exception of an approved change."""
    change = world.propose("alice", "Register", (FRAUD[0], ("100755", FRAUD[1]))).approve("bob")
    landed = change.merge("squash")
    (found,) = at(verdict(world), landed)
    mend(world, landed.commit, fingerprints=[found.fingerprint])
    report = verdict(world)
    assert [one.status for one in at(report, landed)] == [Status.WAIVED]
    assert sums(report) == {"approved": 2}


def test_several_changes_are_accepted_at_once(world: World) -> None:
    pushed = [world.push("mallory", model(name)) for name in ("fraud", "churn", "debt")]
    mend(world, *(landed.commit for landed in pushed[:2]))
    assert statuses(verdict(world), *pushed) == [Status.WAIVED, Status.WAIVED, Status.FAIL]


def test_what_was_accepted_stays_accepted_when_the_file_goes(world: World) -> None:
    """It was an act, and the report still tells of it."""
    pushed = world.push("mallory", FRAUD)
    mend(world, pushed.commit)
    world.propose("erin", "Tidy up", delete(PATH)).approve("carol").merge("squash")
    report = verdict(world)
    assert statuses(report, pushed) == [Status.WAIVED]
    (item,) = report.waivers
    assert (item.path, dict(item.facts)["findings waived"]) == (PATH, "1")


@pytest.mark.threat("C40", rule="no-receipt")
def test_evidence_that_is_missing_stays_missing(world: World) -> None:
    """Whether that change was allowed nobody knows, and nobody can wish it."""
    pushed = world.push("mallory", FRAUD, record=False)
    (found,) = at(verdict(world), pushed)
    mend(world, pushed.commit, fingerprints=[found.fingerprint])
    report = verdict(world)
    assert [one.status for one in at(report, pushed)] == [Status.UNVERIFIABLE]
    assert [one.rule for one in report.findings if one.status is Status.WARN] == ["ratification-unmatched"] * 2
    assert report.exit_code() is ExitCode.UNDECIDABLE


def test_a_change_that_is_open_besides_becomes_undecidable(world: World) -> None:
    """Its violation is accepted, and what nobody knows of it is left."""
    pushed = world.push("mallory", deployment("staging", "fraud", "9.0.0"), record=False)
    assert {found.status for found in at(verdict(world), pushed)} == {Status.FAIL, Status.UNVERIFIABLE}
    assert sums(verdict(world)) == {"violating": 1}
    mend(world, pushed.commit)
    assert sums(verdict(world)) == {"approved": 1, "undecidable": 1}


# ---- who may


@pytest.mark.threat("C40", rule="approver-is-beneficiary")
@pytest.mark.parametrize("account", [None, "id-carol-2"], ids=["as usual", "through a second account"])
def test_whoever_made_the_change_does_not_approve_its_ratification(world: World, account: str | None) -> None:
    pushed = world.push("carol", FRAUD, account=account)
    landed = mend(world, pushed.commit)
    report = verdict(world)
    found = next(one for one in report.findings if one.commit == landed.commit)
    assert (found.rule, found.status) == ("approver-is-beneficiary", Status.FAIL)
    assert f"a maker of change {pushed.commit[:12]}" in found.message
    assert statuses(report, pushed, landed) == [Status.FAIL, Status.FAIL]
    (item,) = report.waivers
    assert item.status == f"accepts nothing: change {landed.commit[:12]} left it without approval"


@pytest.mark.threat("C40", rule="approver-is-beneficiary")
@pytest.mark.parametrize(
    "made",
    [
        lambda w: w.propose("alice", "R", FRAUD).push("carol", model("fraud", title="B")).merge("squash"),
        lambda w: w.propose("alice", "R", FRAUD, co_authors=["carol"]).merge("squash"),
        lambda w: w.propose("alice", "R", FRAUD, author="carol").merge("squash"),
        lambda w: w.propose("carol", "R", FRAUD, author="alice").merge("squash", by="erin"),
    ],
    ids=["pushed to it", "co-author", "author", "opener"],
)
def test_any_part_in_the_change_is_too_much(world: World, made: Any) -> None:
    pushed = made(world)
    landed = mend(world, pushed.commit, by="alice")
    only_there = [one.rule for one in at(verdict(world), landed)]
    assert only_there == ["approver-is-beneficiary"]


@pytest.mark.threat("C40", rule="approver-is-beneficiary")
def test_an_account_that_is_registered_later_is_remembered(world: World) -> None:
    """Carol pushed from an account of which nobody knew then that it is hers; its login is not her name."""
    pushed = world.push("ccc", FRAUD, account="secret", author="X <x@else.example>")
    accounts = [{"forge": "local", "id": name, "login": "carol"} for name in ("id-carol", "secret")]
    world.propose("alice", "Register it", user("carol", accounts=accounts)).approve("erin").merge("squash")
    landed = mend(world, pushed.commit)
    assert [one.rule for one in at(verdict(world), landed)] == ["approver-is-beneficiary"]


@pytest.mark.threat("C40", rule="not-approved")
def test_a_ratification_that_nobody_approved_accepts_nothing(world: World) -> None:
    pushed = world.push("mallory", FRAUD)
    landed = world.push("mallory", ratification("mend", pushed.commit))
    report = verdict(world)
    assert statuses(report, pushed, landed) == [Status.FAIL, Status.FAIL]


@pytest.mark.threat("C40", rule="not-approved")
def test_nor_does_it_when_it_is_ratified_itself(world: World) -> None:
    """Those who approve that need not be strangers to what it names: it has to be proposed again."""
    pushed = world.push("carol", FRAUD)
    own = world.push("mallory", ratification("own", pushed.commit))
    mend(world, own.commit)
    assert statuses(verdict(world), pushed, own) == [Status.FAIL, Status.WAIVED]


@pytest.mark.threat("C40", rule="not-approved")
def test_a_ratification_that_was_widened_without_approval_accepts_no_more(world: World) -> None:
    first, second = (world.push("mallory", model(name)) for name in ("fraud", "churn"))
    mend(world, first.commit)
    world.push("mallory", ratification("mend", first.commit, second.commit))
    assert statuses(verdict(world), first, second) == [Status.WAIVED, Status.FAIL]


def test_a_ratification_that_was_widened_with_approval_accepts_the_rest(world: World) -> None:
    first, second = (world.push("mallory", model(name)) for name in ("fraud", "churn"))
    mend(world, first.commit)
    mend(world, first.commit, second.commit)
    report = verdict(world)
    assert statuses(report, first, second) == [Status.WAIVED, Status.WAIVED]
    assert [one.rule for one in report.findings if one.status is Status.WARN] == []
    assert dict(report.waivers[0].facts)["findings waived"] == "2"


def test_rules_from_outside_know_no_ratification_of_the_history(world: World, tmp_path: Path) -> None:
    """They are applied to every change alike; what the history excused by its own rules it has to answer for."""
    pushed = world.push("mallory", FRAUD)
    mend(world, pushed.commit)
    for path, (_, oid) in world.tree(world.adoption).items():
        target = tmp_path / "outside" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(world.objects.read(oid))
    report = verdict(world, policies=str(tmp_path / "outside"))
    assert statuses(report, pushed) == [Status.FAIL]


@pytest.mark.threat("C40", "C41", rule="delegation-does-not-count")
def test_nobody_approves_in_the_seat_of_somebody_who_gains(tmp_path: Path) -> None:
    """Carol made the change and is away; whoever acts for her acts for her here too."""
    world = World(tmp_path, delegation("summer", "carol", "mallory", ["admin"]))
    pushed = world.push("carol", FRAUD)
    landed = mend(world, pushed.commit, approver="mallory")
    report = verdict(world)
    assert [one.rule for one in at(report, landed)] == ["delegation-does-not-count"]
    assert statuses(report, pushed) == [Status.FAIL]


@pytest.mark.threat("C39", "C40", rule="history-expunged")
@pytest.mark.parametrize("exact", [False, True], ids=["the change", "the finding"])
def test_what_was_accepted_stays_so_when_the_history_had_to_be_rewritten(world: World, *, exact: bool) -> None:
    """The ratification names commit and finding as they were called before, and its text is the same."""
    secret, clean = model("churn", purpose="Scores Jane Doe"), model("churn", purpose="Scores somebody")
    world.propose("alice", "Register churn", secret).approve("bob").merge("squash")
    pushed = world.push("mallory", FRAUD)
    prints = [found.fingerprint for found in at(verdict(world), pushed)] if exact else []
    mend(world, pushed.commit, fingerprints=prints)
    rewrite = rewritten(world, *clean)
    rewrite.sign("carol")
    rewrite.sign("erin")
    report = verdict(world)
    assert [found.status for found in report.findings if found.rule == "not-approved"] == [Status.WAIVED]
    assert [found.rule for found in report.findings if found.status is Status.WARN] == ["history-expunged"]
    assert sums(report) == {"approved": 2, "waived": 1}


# ---- what it names in vain


def unmatched(report: Report) -> list[tuple[str, int | None]]:
    """What is warned of, and in which line."""
    return [(one.subject, one.line) for one in report.findings if one.rule == "ratification-unmatched"]


@pytest.mark.threat("C40", rule="ratification-unmatched")
def test_what_a_ratification_names_in_vain_is_told(world: World) -> None:
    """A change that nobody knows, one that was allowed, and a finding that nobody made."""
    pushed = world.push("mallory", FRAUD)
    allowed = world.propose("alice", "Register", model("churn")).approve("bob").merge("squash")
    nowhere = "0" * 40
    mend(world, pushed.commit, allowed.commit, nowhere, fingerprints=["0123456789abcdef"])
    report = verdict(world)
    named = [f"change {oid[:12]}" for oid in (pushed.commit, allowed.commit, nowhere)]
    assert unmatched(report) == [(named[0], 7), (named[1], 8), (named[2], 9), ("finding 0123456789abcdef", 12)]
    assert statuses(report, pushed) == [Status.FAIL]


@pytest.mark.threat("C40", rule="ratification-unmatched")
def test_a_commit_that_never_landed_is_no_change(world: World) -> None:
    """The squash has another id than what was proposed, and a rebase goes by its last commit."""
    change = world.propose("mallory", "Register", FRAUD).push("mallory", model("churn"))
    landed = change.merge("rebase")
    mend(world, change.head, landed.commits[0])
    report = verdict(world)
    assert unmatched(report) == [
        (f"change {oid[:12]}", line) for oid, line in ((change.head, 7), (landed.commits[0], 8))
    ]
    assert statuses(report, landed) == [Status.FAIL]


@pytest.mark.threat("C40", rule="ratification-unmatched")
def test_what_is_accepted_already_is_not_accepted_again(world: World) -> None:
    pushed = world.push("mallory", FRAUD)
    mend(world, pushed.commit)
    again = ratification("again", pushed.commit)
    landed = world.propose("erin", "Ratify again", again).approve("carol").merge("squash")
    report = verdict(world)
    assert [one.rule for one in at(report, landed)] == ["ratification-unmatched"]
    waived = [one.waived for one in report.findings if one.status is Status.WAIVED]
    assert waived == [PATH]


# ---- rules that landed without approval


def weak(world: World) -> Landed:
    """A policy that asks for nobody, pushed past the review."""
    return world.push("mallory", policy("models", actions=["model.*"], approvals=[{"count": 1, "role": "analyst"}]))


@pytest.mark.threat("C40", "C24", rule="rests-on-unapproved-rule")
def test_an_unapproved_rule_is_law_from_its_ratification_on(world: World) -> None:
    """What rested on it before stays as it was, until it is ratified as well."""
    pushed = weak(world)
    before = world.propose("alice", "Register", FRAUD).approve("dave").merge("squash")
    mend(world, pushed.commit)
    after = world.propose("alice", "Edit", model("fraud", title="Other")).approve("dave").merge("squash")
    report = verdict(world)
    assert statuses(report, pushed, before, after) == [Status.WAIVED, Status.FAIL, Status.PASS]
    mend(world, pushed.commit, before.commit)
    assert statuses(verdict(world), pushed, before, after) == [Status.WAIVED, Status.WAIVED, Status.PASS]


def test_a_ratified_rule_is_the_deed_of_those_who_approved_its_ratification(world: World) -> None:
    """Bob approved that as well, and may not; what is no rule becomes nobody's deed."""
    pushed = weak(world)
    other = world.push("mallory", FRAUD)
    text = ratification("mend", pushed.commit, other.commit)
    landed = world.propose("erin", "Ratify", text).approve("carol").approve("bob").merge("squash")
    with opened(world) as facts:
        deeds = arrive(RULES, facts).deeds
    (last,) = (deed for deed in deeds if deed.action == "change.ratify")
    assert (last.resource, last.commit, last.is_approved) == ("ApprovalPolicy/models", landed.commit, True)
    assert last.time == change_of(verdict(world), landed).time
    assert (last.approvers, last.vouching, last.approving) == (("carol",), ("carol",), ("bob", "carol"))


@pytest.mark.threat("C40", "C24", rule="rests-on-unapproved-rule")
def test_a_rule_whose_change_is_accepted_only_in_part_is_no_law(world: World) -> None:
    pushed = world.push(
        "mallory",
        policy("models", actions=["model.*"], approvals=[{"count": 1, "role": "analyst"}]),
        version("fraud", "1.0.0", status="approved"),
        FRAUD,
    )
    prints = {found.rule: found.fingerprint for found in at(verdict(world), pushed)}
    mend(world, pushed.commit, fingerprints=[prints["not-approved"]])
    after = world.propose("alice", "Edit", model("fraud", title="Other")).approve("dave").merge("squash")
    assert statuses(verdict(world), pushed, after) == [Status.FAIL, Status.FAIL]


@pytest.mark.threat("C40", "C24", rule="rests-on-unapproved-rule")
def test_a_rule_of_which_nobody_knows_whether_it_was_approved_is_no_law_when_the_rest_is_accepted(world: World) -> None:
    """The change broke a rule, which is accepted, and has no record, which nobody can make good."""
    rule = policy("models", actions=["model.*"], approvals=[{"count": 1, "role": "analyst"}])
    pushed = world.push("mallory", rule, deployment("staging", "fraud", "9.0.0"), record=False)
    mend(world, pushed.commit)
    after = world.propose("alice", "Register", FRAUD).approve("dave").merge("squash")
    assert statuses(verdict(world), pushed, after) == [Status.UNVERIFIABLE, Status.UNVERIFIABLE]


@pytest.mark.threat("C40", "C23", rule="approver-lacks-role")
def test_a_ratification_is_judged_by_the_rules_before_it(world: World) -> None:
    """Mallory makes herself an admin by a push; her approval does not ratify that, nor does a friend's."""
    pushed = world.push("mallory", user("mallory", roles=["admin"]))
    landed = mend(world, pushed.commit, approver="mallory")
    report = verdict(world)
    assert statuses(report, pushed, landed) == [Status.FAIL, Status.FAIL]


# ---- ranges, and what is reported


def test_a_ratification_of_what_lies_before_the_range_changes_no_sum_of_it(world: World) -> None:
    pushed = world.push("mallory", FRAUD)
    between = world.propose("alice", "Register", model("churn")).approve("bob").merge("squash")
    mend(world, pushed.commit)
    report = verdict(world, first=between.commit)
    assert sums(report) == {"approved": 1}
    assert [one.rule for one in report.findings] == []
    assert dict(report.waivers[0].facts)["findings waived"] == "0"
    assert sums(verdict(world, first=pushed.commit)) == {"approved": 2}
    assert sums(verdict(world, to=between.commit)) == {"approved": 1, "violating": 1}


def test_a_ratification_outside_of_the_range_accepts_within_it(world: World) -> None:
    """It landed later than the last change that is reported: then it is not seen at all."""
    pushed = world.push("mallory", FRAUD)
    mend(world, pushed.commit)
    assert statuses(verdict(world, to=pushed.commit), pushed) == [Status.FAIL]


# ---- reverts


@pytest.mark.threat("C40", rule="not-approved")
def test_an_approved_revert_remediates_a_violation_which_stays_one(world: World) -> None:
    pushed = world.push("mallory", FRAUD, model("churn"))
    gone = [delete(FRAUD[0]), delete(model("churn")[0])]
    landed = world.propose("alice", "Revert", *gone).approve("bob").merge("squash")
    report = verdict(world)
    assert change_of(report, pushed).remediated_by == landed.commit
    assert statuses(report, pushed) == [Status.FAIL]
    assert report.exit_code() is ExitCode.VIOLATION
    for name in ("text", "markdown"):
        assert f"remediated by {landed.commit[:10]}" in render(report, name).replace("`", ""), name


@pytest.mark.threat("C40", rule="not-approved")
@pytest.mark.parametrize(
    "reverted",
    [
        lambda w: w.propose("alice", "Revert", delete(FRAUD[0]), delete(model("churn")[0])).merge("squash"),
        lambda w: w.propose("alice", "Revert", delete(FRAUD[0])).approve("bob").merge("squash"),
        lambda w: w.propose("alice", "Edit", model("fraud", title="B")).approve("bob").merge("squash"),
        lambda w: w.push("alice", delete(FRAUD[0]), delete(model("churn")[0])),
    ],
    ids=["nobody approved it", "only half of it", "something else", "a push"],
)
def test_anything_less_remediates_nothing(world: World, reverted: Any) -> None:
    pushed = world.push("mallory", FRAUD, model("churn"))
    reverted(world)
    assert change_of(verdict(world), pushed).remediated_by == ""


def test_the_state_before_counts_and_the_first_revert_is_told(world: World) -> None:
    """An edit is reverted to what stood before it; a second revert adds nothing."""
    world.propose("alice", "Register", FRAUD).approve("bob").merge("squash")
    pushed = world.push("mallory", model("fraud", title="Worse"))
    first = world.propose("alice", "Revert", FRAUD).approve("bob").merge("squash")
    again = world.push("mallory", model("fraud", title="Worse"))
    second = world.propose("alice", "Revert again", FRAUD).approve("bob").merge("squash")
    report = verdict(world)
    assert [change_of(report, one).remediated_by for one in (pushed, again)] == [first.commit, second.commit]


def test_what_was_reverted_may_be_ratified_too(world: World) -> None:
    pushed = world.push("mallory", FRAUD)
    landed = world.propose("alice", "Revert", delete(FRAUD[0])).approve("bob").merge("squash")
    mend(world, pushed.commit)
    found = change_of(verdict(world), pushed)
    assert (found.status, found.remediated_by) == (Status.WAIVED, landed.commit)
