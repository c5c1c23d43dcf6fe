"""The end of a walk: what is asked of the history as a whole, as of which instant, and what of it is old."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from govops.engine import run, run_on, watch
from govops.engine.registry import Registry
from govops.evidence.book import Tampering
from govops.finding import ClauseState, Finding, Report, Status, troubled
from govops.incident import Kept
from govops.rules import RULES
from tests.engine.test_memory import at_once, paused, resumed, told
from tests.oracle.play import Remembered, facts
from tests.support.cast import FORGE_COMMITTER, public_line
from tests.support.facts import snapshot
from tests.support.files import (
    TRAILERS,
    clause,
    company,
    framework,
    incident,
    model,
    ratification,
    segregation,
    settings,
    sla,
    usecase,
    user,
    version,
    violation,
    waiver,
)
from tests.support.rewriting import rewritten
from tests.support.world import World

LATER = "2026-06-01T00:00:00Z"
HISTORY = {rule.id for rule in RULES if rule.scope.value == "history"}


@pytest.fixture
def world() -> World:
    """A company, in memory."""
    return Remembered(Path("nowhere"))


def report(world: World, *, new_since: str | None = None, **asked: Any) -> Report:
    assert isinstance(world, Remembered)
    known = facts(world)
    provenance = replace(known.provenance, new_since=new_since)
    return run(RULES, replace(known, new_since=new_since, provenance=provenance, **asked))


def lands(world: World, *files: Any, by: str = "alice", approver: str = "bob") -> str:
    return world.propose(by, "Change", *files).approve(approver).merge("squash").commit


def of(found: Report, rule: str) -> list[Finding]:
    return [finding for finding in found.findings if finding.rule == rule]


class TestWhatIsOld:
    """What was found up to a stated commit does not decide; what concerns the history as a whole always does."""

    def test_is_what_was_found_against_changes_up_to_the_commit(self, world: World) -> None:
        pushed = [world.push("mallory", model(name)).commit for name in ("fraud", "churn", "debt")]
        known = {since: [one.known for one in report(world, new_since=since).findings] for since in (None, *pushed)}
        assert known == {
            since: [f"at or before {since[:12]}" if since and place <= number else "" for place in range(3)]
            for number, since in enumerate((None, *pushed), -1)
        }

    def test_is_nothing_that_concerns_the_history_as_a_whole(self, world: World) -> None:
        """Though it names a commit on the branch."""
        world.push("mallory", model("fraud"))
        edited = Tampering("receipts/x.json", "the record was edited", world.main)
        found = report(world, new_since=world.main, cut=(edited,))
        assert [(one.rule, bool(one.known)) for one in found.findings] == [
            ("not-approved", True),
            ("record-tampered", False),
        ]

    def test_is_nothing_of_before_the_adoption(self) -> None:
        """Of what stood there, no change is to blame."""
        world = Remembered(Path("nowhere"), adopt=False)
        assert isinstance(world, Remembered)
        early = world.commit_raw(("README.md", b"1"), author="carol")
        world.commit_raw(company(), author="carol")
        known = facts(world)
        lost = [replace(s, diffs=None, unreadable="gone") if s.commit.oid == early.commit else s for s in known.steps()]
        provenance = replace(known.provenance, new_since=world.main)
        told = replace(known, steps=lambda: lost, new_since=world.main, provenance=provenance)
        assert [(one.rule, one.known) for one in run(RULES, told).findings] == [("unreadable-history", "")]

    def test_is_nothing_where_no_commit_was_stated(self, world: World) -> None:
        """Though something of what was found is accepted."""
        bad, worse = (world.push("mallory", model(name)).commit for name in ("fraud", "churn"))
        lands(world, ratification("mend", bad), by="erin", approver="carol")
        assert [(one.commit, one.status, one.known) for one in report(world).findings] == [
            (bad, Status.WAIVED, ""),
            (worse, Status.FAIL, ""),
        ]

    def test_begins_with_the_first_commit_where_nothing_was_adopted(self) -> None:
        """Rules from outside judge that one as well."""
        outside = snapshot(*((path, text) for path, text in company().items() if isinstance(text, bytes)))
        world = Remembered(Path("nowhere"), adopt=False)
        for name in ("fraud", "churn"):
            world.push("mallory", model(name))
        found = report(world, external=outside, new_since=world.main)
        assert [(one.commit, bool(one.known)) for one in found.findings] == [
            (commit, True) for commit in (world.node(world.main).parents[0], world.main)
        ]


class TestTheHistoryAsAWhole:
    """What an earlier report knew otherwise, what was cut, what is junk, and what else descends from nothing here."""

    def test_is_without_fault_where_all_is_told(self, world: World) -> None:
        lands(world, model("fraud"))
        found = report(world)
        assert found.findings == ()
        assert (found.provenance.adoption, found.provenance.tip) == (world.adoption, world.main)

    def test_tells_what_an_earlier_report_knew_otherwise(self, world: World) -> None:
        moved = (("the report ended at another commit", "a" * 40), ("and at a third", "b" * 40))
        found = of(report(world, moved=moved), "history-rewritten")
        assert [(one.message, one.commit) for one in found] == list(moved)

    def test_tells_all_signs_of_tampering(self, world: World) -> None:
        cut = Tampering("receipts/x.json", "it is gone")
        assert isinstance(world, Remembered)
        told = replace(facts(world), cut=(cut,))
        edited = Tampering("receipts/y.json", "the record was edited")
        told = replace(told, book=type(told.book)(told.book.records, (edited,)))
        assert [one.subject for one in of(run(RULES, told), "record-tampered")] == [
            "it is gone",
            "the record was edited",
        ]

    def test_tells_a_gap_in_a_recorders_chain(self, world: World) -> None:
        for number in range(3):
            world.push("alice", ("README.txt", str(number).encode()))
        assert isinstance(world, Remembered)
        told = facts(world)
        first, second, third = sorted(told.book.records, key=lambda record: record.payload.sequence)  # type: ignore[union-attr]  # receipts only
        (gap,) = of(run(RULES, replace(told, book=type(told.book)([first, third]))), "record-tampered")
        assert gap.message.startswith("the chain of recorder")
        assert "no record number 1" in gap.message
        assert of(run(RULES, replace(told, book=type(told.book)([first, second]))), "record-tampered") == []

    def test_tells_what_landed_and_is_gone(self, world: World) -> None:
        before = world.main
        gone = world.push("alice", ("README.txt", b"x")).commit
        world.advance(before)
        world.push("alice", ("README.txt", b"y"))
        (lost,) = of(report(world), "history-rewritten")
        assert lost.commit == gone

    def test_believes_nobody_but_recorders_that_something_is_gone(self, world: World) -> None:
        before = world.main
        world.push("alice", ("README.txt", b"x"), recording={"signer": "mallory"})
        world.advance(before)
        assert of(report(world), "history-rewritten") == []

    def test_tells_junk(self, world: World) -> None:
        assert [one.path for one in of(report(world, junk=("notes.txt",)), "junk-record")] == ["notes.txt"]

    def test_says_who_swore_that_it_had_to_be_rewritten(self, world: World) -> None:
        lands(world, model("fraud", purpose="Scores Jane Doe"))
        rewrite = rewritten(world, *model("fraud", purpose="Scores somebody"))
        for person in ("erin", "carol"):
            rewrite.sign(person)
        (told,) = report(world).findings
        assert (told.rule, told.message) == (
            "history-expunged",
            "1 commit had to be rewritten, say carol and erin: A court ordered it",
        )
        assert told.hint == "content was replaced in registry/models/fraud/model.yaml"
        old = next(iter(rewrite.commits))
        moved = (("the report ended elsewhere", old), ("and elsewhere", "a" * 40))
        assert [one.commit for one in of(report(world, moved=moved), "history-rewritten")] == ["a" * 40]

    def test_takes_no_word_for_another_beginning_unless_the_auditor_does(self, world: World) -> None:
        """Who stood there could have been put there by whoever rewrote it."""
        lands(world, model("fraud"))
        rewrite = rewritten(world, *user("dave", display_name="Somebody"))
        for person in ("carol", "erin"):
            rewrite.sign(person)
        assert of(report(world), "history-rewritten") != []
        vouched = report(world, adoption=rewrite.commits[world.adoption])
        assert [one.rule for one in vouched.findings] == ["history-expunged"]


class TestAsOf:
    """By default the report is as of the latest attested time; asked for another instant, all of it is as of that."""

    def test_tells_waivers_reviews_and_frameworks_as_of_the_instant(self) -> None:
        asked = settings(reviews={"models": {"high": "90d"}, "use_cases": {}})
        dated = framework("dated", clause("1", sections=["inventory"], in_force_from="2026-05-01"))
        world = Remembered(Path("nowhere"), waiver("models"), asked, dated)
        lands(world, model("fraud", risk_tier="high"), version("fraud", "1.0"))
        lands(world, version("fraud", "1.0", status="approved"))
        now, later = report(world), report(world, as_of=LATER)
        assert [one.provenance.as_of for one in (now, later)] == [now.provenance.latest, LATER]
        assert [[one.status for one in told.waivers] for told in (now, later)] == [["in force"], ["ended"]]
        assert [[one.status for one in told.reviews] for told in (now, later)] == [[Status.PASS], [Status.WARN]]
        assert [sorted(one.rule for one in told.findings) for told in (now, later)] == [
            ["waiver-unmatched"],
            ["review-overdue", "waiver-expired", "waiver-unmatched"],
        ]
        states = [[one.state for framework in told.frameworks for one in framework.clauses] for told in (now, later)]
        assert states == [[ClauseState.NOT_IN_FORCE], [ClauseState.SHOWN]]

    def test_tells_nothing_that_depends_on_a_time_where_nobody_tells_one(self, world: World) -> None:
        found = report(world)
        assert (found.provenance.as_of, found.provenance.latest) == (None, None)


class TestFrameworks:
    """What was found belongs to the clauses of its time, what the history shows as a whole to those at its end."""

    def test_are_shown_by_what_was_judged_and_found(self) -> None:
        house = framework(
            "house",
            clause("people", rules=["not-approved"]),
            clause("records", rules=["record-tampered"]),
            clause("files", rules=["near-duplicate"]),
        )
        world = Remembered(Path("nowhere"), house)
        good = lands(world, model("fraud"))
        found = report(world)
        states = {one.id: one.state for framework in found.frameworks for one in framework.clauses}
        assert states == dict.fromkeys(("people", "records", "files"), ClauseState.SHOWN)
        rows = {row.source: row for framework in found.frameworks for one in framework.clauses for row in one.evidence}
        assert (rows["not-approved"].first, rows["not-approved"].last) == (good, good)
        assert (rows["record-tampered"].last, rows["record-tampered"].changes) == (world.main, found.counts.chain)
        bad = world.push("mallory", model("churn")).commit
        failing = report(world)
        states = {one.id: one.state for framework in failing.frameworks for one in framework.clauses}
        assert states == {
            "people": ClauseState.FAILING,
            "records": ClauseState.SHOWN,
            "files": ClauseState.SHOWN,
        }
        rows = {row.status: row for framework in failing.frameworks for row in framework.clauses[0].evidence}
        assert rows[Status.FAIL].first == bad


BOTH = {"roles": ["auditor", "operator"], "reason": "Who audits does not operate"}


class TestRolesThatGoOn:
    """Roles that may not meet and are held together at the end are told once: with the change, or with the history."""

    def test_are_told_with_the_change_that_brought_them_together(self) -> None:
        world = Remembered(Path("nowhere"), segregation(role_pairs=[BOTH]))
        change = world.propose("carol", "Both", user("dave", roles=["auditor", "operator"])).approve("erin")
        change.merge("squash")
        found = report(world)
        assert [one.rule for one in found.findings if "role" in one.rule or "conflict" in one.rule] == [
            "conflicting-roles"
        ]
        assert [(one.person, one.until) for one in found.duties.conflicts] == [("dave", None)]

    def test_are_told_of_the_history_where_they_met_before_anybody_kept_them_apart(self) -> None:
        """Of each person; one for whom a change is to blame does not speak for the other."""
        both = ["auditor", "operator"]
        world = Remembered(Path("nowhere"), user("dave", roles=both))
        apart = world.propose("carol", "Apart", segregation(role_pairs=[BOTH])).approve("erin").merge("squash")
        later = world.propose("carol", "Both", user("bob", roles=both)).approve("erin").merge("squash")
        found = report(world)
        told = [(one.rule, one.subject, one.commit) for one in found.findings if one.rule.startswith("conflict")]
        assert told == [
            ("conflicting-roles", "dave", apart.commit),
            ("conflicting-roles", "bob", later.commit),
            ("conflict-not-ended", "dave role auditor role operator", world.adoption),
        ]


class TestIncidents:
    """As they stand at the tip, by files and by signed reports that came after all changes too."""

    def test_are_told_with_what_depends_on_what_they_name(self) -> None:
        used = usecase("claims", status="approved", models=[{"model": "fraud", "versions": "*"}])
        open_ = incident("outage", resource="Model/fraud", severity="critical")
        world = Remembered(Path("nowhere"), model("fraud"), used, open_)
        found = report(world)
        assert [one.name for one in found.incidents] == ["outage"]
        assert [(one.path, one.status) for one in of(found, "use-case-affected")] == [(used[0], Status.WARN)]
        (line,) = (one for one in found.inventory if one.path == used[0])
        assert "outage" in str(line)

    def test_are_none_where_none_was_reported(self, world: World) -> None:
        assert report(world).incidents == ()

    def test_are_known_by_signed_reports_that_came_after_all_changes(self) -> None:
        """Of those who may report, with keys that nobody calls stolen."""
        world = Remembered(Path("nowhere"), model("fraud"))
        lands(world, model("churn"))
        world.report_incident("dave", "outage")
        world.report_incident("mallory", "nothing")
        found = report(world)
        assert [one.name for one in found.incidents] == ["outage"]
        assert sorted(one.rule for one in found.findings) == ["incident-report-without-effect"]

    @pytest.mark.parametrize(("key", "believed"), [("dave", False), ("bob", True)])
    def test_are_not_known_by_reports_with_a_stolen_key(self, key: str, *, believed: bool) -> None:
        world = Remembered(Path("nowhere"), model("fraud"))
        since = lands(world, model("churn"))
        entry = {"key": public_line(key), "since": since, "reason": "The laptop is gone"}
        lands(world, settings(compromised=[entry]), by="carol", approver="erin")
        world.report_incident("dave", "outage")
        assert [one.name for one in report(world).incidents] == (["outage"] if believed else [])

    def test_are_late_as_of_the_instant(self) -> None:
        """By what was promised for their severity."""
        promise = sla("fraud", incident_response_minutes=30, incident_resolution_minutes=300)
        open_ = incident("outage", resource="Model/fraud", severity="critical")
        world = Remembered(Path("nowhere"), model("fraud"), promise)
        lands(world, open_, by="dave", approver="bob")
        now, later = report(world), report(world, as_of=LATER)
        kept = [[run.kept for run in told.incidents[0].targets] for told in (now, later)]
        assert kept == [[Kept.RUNNING, Kept.RUNNING], [Kept.OVERDUE, Kept.OVERDUE]]


def test_violations_of_a_promise_are_told_with_answers_that_are_lawful() -> None:
    answer = {"by": "alice", "at": "2026-02-02T00:00:00Z", "notes": "Disk full"}
    world = Remembered(Path("nowhere"), model("fraud"), sla("fraud"), violation("fraud", "january"))
    world.push("mallory", violation("fraud", "january", acknowledged=answer))
    (told,) = report(world).violations
    assert (told.id, told.acknowledged) == ("january", None)


class TestWhatLiesElsewhere:
    """A record may be ahead of a clone, and Settings may stand in a history that was merged in."""

    def test_a_clone_that_is_behind_has_lost_nothing(self, world: World) -> None:
        """The recorded commit is there and has the tip among its ancestors."""
        before = world.main
        world.push("alice", ("README.txt", b"x"))
        world.advance(before)
        assert report(world).findings == ()

    def test_settings_of_another_beginning_are_told_once(self, world: World) -> None:
        other = world.commit(world.tree(), [], message="Begin elsewhere", author="mallory")
        world.advance(world.commit(world.tree(), [world.main, other], message="Merge", author="mallory"))
        lands(world, model("fraud"))
        assert [one.commit for one in of(report(world), "adoption-not-on-chain")] == [other]


class TestGoingOn:
    """A walk that goes on from what another kept tells of the whole history too."""

    def assert_the_same(self, world: World, **asked: Any) -> Report:
        """Wherever it pauses; the report."""
        assert isinstance(world, Remembered)
        whole = replace(facts(world), **asked)
        for count in range(1, len(whole.chain.steps)):
            then = paused(whole, count)
            ended = run_on(RULES, resumed(whole, then, at_once(then)[1]))
            assert ended is not None
            assert told(ended[0]) == told(run(RULES, whole))
            assert list(troubled(ended[0].changes)) == list(troubled(run(RULES, whole).changes))
        return run(RULES, whole)

    def test_tells_of_all_changes_that_rest_on_weak_evidence(self) -> None:
        world = Remembered(Path("nowhere"), settings={"evidence": TRAILERS})
        for name in ("fraud", "churn"):
            message = f"Register {name}\n\nReviewed-by: Bob Brown <bob@acme.example>\n"
            world.commit_raw(model(name), message=message, author="alice", committer=FORGE_COMMITTER)
        (weak,) = of(self.assert_the_same(world), "evidence-weak")
        assert weak.message.startswith("2 approved change(s)")

    def test_accuses_nobody_twice_of_roles_that_met(self) -> None:
        world = Remembered(Path("nowhere"), segregation(role_pairs=[BOTH]))
        world.propose("carol", "Both", user("dave", roles=["auditor", "operator"])).approve("erin").merge("squash")
        lands(world, model("fraud"))
        found = self.assert_the_same(world)
        assert of(found, "conflict-not-ended") == []
        assert len(of(found, "conflicting-roles")) == 1

    def test_believes_no_key_that_was_called_stolen_before_it_paused(self) -> None:
        """What it knows of that is kept with the rest."""
        world = Remembered(Path("nowhere"))
        since = lands(world, model("fraud"))
        entry = {"key": public_line("bob"), "since": since, "reason": "The laptop is gone"}
        lands(world, settings(compromised=[entry]), by="carol", approver="erin")
        lands(world, model("churn"))
        whole = facts(world)
        then = paused(whole, len(whole.chain.steps) - 1)
        ended = run_on(RULES, resumed(whole, then, at_once(then)[1]))
        assert ended is not None
        assert told(ended[0]) == told(run(RULES, whole))

    def test_knows_the_frameworks_and_incidents_of_before(self) -> None:
        house = framework("house", clause("1", rules=["not-approved"], sections=["inventory"]))
        world = Remembered(Path("nowhere"), house, model("fraud"), sla("fraud", incident_response_minutes=30))
        lands(world, incident("outage", resource="Model/fraud", severity="critical"), by="dave")
        world.push("mallory", incident("outage", resource="Model/fraud", severity="info"))
        lands(world, model("churn"))
        found = self.assert_the_same(world)
        assert [one.severity for one in found.incidents] == ["critical"]
        assert found.frameworks[0].clauses[0].state is ClauseState.FAILING

    @pytest.mark.parametrize("signs", ["approve_signed", "propose_signed", None])
    def test_begins_anew_where_somebody_signs_for_what_landed_before(self, signs: str | None) -> None:
        """What is signed for something that did not land is no reason."""
        world = Remembered(Path("nowhere"))
        early = world.propose("alice", "Register", model("fraud")).approve("bob")
        early.merge("merge")
        for name in ("churn", "debt"):
            lands(world, model(name))
        then = paused(facts(world), 3)
        kept = at_once(then)[1]
        other = world.propose("alice", "Other", model("fraud", owner="carol"))
        if signs == "propose_signed":
            world.propose_signed("alice", early)
        else:
            world.approve_signed("bob", early if signs else other)
        ended = run_on(RULES, resumed(facts(world), then, kept))
        assert (ended is None) == (signs is not None)

    def test_begins_anew_where_somebody_signs_a_proposal_that_a_merge_had_brought(self) -> None:
        """Its commits are on no chain of first parents."""
        world = Remembered(Path("nowhere"))
        for name in ("fraud", "churn"):
            lands(world, model(name))
        then = paused(facts(world), 2)
        kept = at_once(then)[1]
        change = world.propose("alice", "Other", model("debt"))
        world.propose_signed("alice", change)
        known = resumed(facts(world), then, kept)
        assert known.past is not None
        assert run_on(RULES, known) is not None
        assert run_on(RULES, replace(known, past=replace(known.past, side=frozenset({change.head})))) is None

    def test_begins_anew_where_something_else_stands_there(self) -> None:
        """The tree of the commit that it was kept for is compared with what was kept."""
        world = Remembered(Path("nowhere"))
        for name in ("fraud", "churn"):
            lands(world, model(name))
        whole = facts(world)
        then = paused(whole, 2)
        kept = at_once(then)[1]
        assert run_on(RULES, resumed(whole, then, kept)) is not None
        assert run_on(RULES, resumed(whole, then, replace(kept, files=kept.files[:-1]))) is None

    def test_judges_by_rules_from_outside_as_before(self) -> None:
        outside = snapshot(*((path, text) for path, text in company().items() if isinstance(text, bytes)))
        world = Remembered(Path("nowhere"), adopt=False)
        world.push("alice", ("README.txt", b"x"))
        lands(world, model("fraud"))
        world.push("mallory", model("churn"))
        found = self.assert_the_same(world, external=outside)
        assert [one.rule for one in found.findings] == ["not-approved"]

    def test_shows_a_watcher_what_came_since(self) -> None:
        """And keeps what it knows for the next one."""
        world = Remembered(Path("nowhere"))
        lands(world, model("fraud"))
        last = lands(world, model("churn"))
        whole = replace(facts(world), keep_at=world.main)
        then = paused(whole, 2)
        first = watch(RULES, replace(then, keep_at=then.chain.tip), Seen)
        assert first is not None
        assert first.kept is not None
        done = watch(RULES, resumed(whole, then, first.kept), Seen)
        assert done is not None
        assert (done.watcher.changes, list(done.told)) == ([last], [last])
        assert done.kept is not None


class Seen:
    """The changes that were shown."""

    def __init__(self) -> None:
        self.changes: list[str] = []

    def saw(self, change: str, paths: Iterable[str], registry: Registry) -> None:
        self.changes.append(change)
