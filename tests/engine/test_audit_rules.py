"""By what the walk judges: keys that are believed or not, rules of the house, promises, what stood at the adoption."""

from __future__ import annotations

from typing import Any

import pytest

from govops.engine import Parsed, Until, look, run_on
from govops.finding import Finding, Report, Status
from govops.history import Entry
from govops.kinds.custom import CustomKind
from govops.rules import RULES
from tests.engine.remembered import Announced, company_files, company_of, lands, report, rules, snapshot_of, told
from tests.oracle.play import Remembered
from tests.support.audit import change_of
from tests.support.cast import RECORDER, public_line
from tests.support.change import Landed
from tests.support.files import (
    File,
    clause,
    deployment,
    framework,
    incident,
    kind,
    model,
    policy,
    ratification,
    rule,
    settings,
    sla,
    user,
    version,
    waiver,
)

SIGNED: dict[str, Any] = {"mode": "signature", "accept": ["signature"]}
NEXT: dict[str, Any] = {"recorder": "next", "signer": "next"}


def recorders(*names: str, comment: str = "") -> list[dict[str, str]]:
    return [{"name": name, "key": f"{public_line(name)}{comment}"} for name in names]


def statuses(found: Report, *landed: Landed) -> list[Status]:
    return [change_of(found, one).status for one in landed]


PASS, OPEN = Status.PASS, Status.UNVERIFIABLE


class TestKeys:
    """A recorder is believed by Settings that were approved, until they call its key stolen."""

    def test_that_were_stolen_are_believed_of_earlier_changes_only(self) -> None:
        world = company_of(settings={"recorders": recorders(RECORDER, "next")})
        early, late = lands(world, model("fraud")), lands(world, model("churn"))
        entry = {"key": f"{public_line(RECORDER)} a comment", "since": late.commit, "reason": "It was broken into"}
        stolen = settings(recorders=recorders(RECORDER, "next"), compromised=[entry])
        world.propose("erin", "Stolen", stolen).approve("carol").merge("squash", **NEXT)
        other = lands(world, model("debt"), **NEXT)
        found = report(world)
        assert statuses(found, early, late, other) == [PASS, OPEN, PASS]
        assert rules(found) == ["key-compromised"]

    def test_of_people_approve_nothing_once_they_were_stolen(self) -> None:
        world = company_of(settings={"evidence": SIGNED})

        def approved(name: str) -> Landed:
            change = world.propose("alice", f"Register {name}", model(name))
            world.propose_signed("alice", change)
            world.approve_signed("bob", change)
            return change.merge("squash", record=False)

        early, late = approved("fraud"), approved("churn")
        assert statuses(report(world), early, late) == [PASS, PASS]
        entry = {"key": public_line("bob"), "since": late.commit, "reason": "His laptop is gone"}
        change = world.propose("erin", "Stolen", settings(compromised=[entry], evidence=SIGNED))
        world.propose_signed("erin", change)
        world.approve_signed("carol", change)
        change.merge("squash", record=False)
        assert statuses(report(world), early, late) == [PASS, OPEN]

    @pytest.mark.parametrize("spoilt", [{"signer": "mallory"}, NEXT])
    def test_of_recorders_do_not_matter_where_people_sign(self, spoilt: dict[str, Any]) -> None:
        """A record that nobody believes is no worse than none: forged, or with a key that was stolen."""
        stolen = {"key": public_line("next"), "since": "f" * 40, "reason": "It was broken into"}
        known = {"evidence": SIGNED, "recorders": recorders(RECORDER, "next"), "compromised": [stolen]}
        world = company_of(settings=known)
        change = world.propose("alice", "Register", model("fraud"))
        world.propose_signed("alice", change)
        world.approve_signed("bob", change)
        landed = change.merge("squash", **spoilt)
        assert statuses(report(world), landed) == [PASS]

    def test_may_bear_a_comment_and_be_named_late(self) -> None:
        world = company_of()
        early = lands(world, model("fraud"), **NEXT)
        named = settings(recorders=recorders(RECORDER, "next", comment=" of the new machine"))
        world.propose("erin", "Name it", named).approve("carol").merge("squash")
        assert statuses(report(world), early) == [PASS]

    @pytest.mark.parametrize("accepted", [True, False])
    def test_are_not_needed_where_settings_accept_records_without(self, *, accepted: bool) -> None:
        """Such evidence is called weak."""
        world = company_of(settings={"evidence": {"mode": "receipt", "accept_unsigned": accepted}})
        landed = lands(world, model("fraud"), signer=None)
        found = report(world)
        assert statuses(found, landed) == [PASS if accepted else OPEN]
        assert ("evidence-weak" in rules(found)) == accepted

    def test_vouch_for_their_own_branch_only(self) -> None:
        """What is recorded of another branch or repository says nothing here."""
        world = company_of()
        for field in ("branch", "repository"):
            landed = lands(world, model(field), receipt_edit=lambda told, field=field: told.update({field: "other"}))
            assert statuses(report(world), landed) == [OPEN]


class TestRulesOfTheHouse:
    """They may ask what was done before, when, and what stands of a kind of the house."""

    def test_may_ask_who_made_it_over_its_whole_life(self) -> None:
        world = company_of(rule("fresh", "!contributors(key).exists(c, c == resource.spec.owner)"))
        good = lands(world, model("fraud", owner="dave"))
        lands(world, model("fraud", owner="erin"), by="dave")
        bad = lands(world, model("fraud", owner="dave"))
        found = report(world)
        assert [(one.rule, one.commit) for one in found.findings] == [("fresh", bad.commit)]
        assert statuses(found, good) == [PASS]

    def test_may_ask_what_stands_of_a_kind_of_the_house(self) -> None:
        few = rule("few", "Sheet.all().filter(s, s.status == 'lost').size() == 0", kinds=("Sheet",))
        world = company_of(kind("Sheet", "sheets"), policy("sheets", actions=["sheet.*"]), few)
        lands(world, ("sheets/a.yaml", b"status: here\n"))
        bad = lands(world, ("sheets/b.yaml", b"status: lost\n"))
        assert [(one.rule, one.commit) for one in report(world).findings] == [("few", bad.commit)]

    def test_may_be_about_the_registry_as_it_stands(self) -> None:
        world = company_of(rule("few", "Model.all().size() < 2", kinds=()))
        lands(world, model("fraud"))
        bad = lands(world, model("churn"))
        assert [(one.rule, one.commit) for one in report(world).findings] == [("few", bad.commit)]

    def test_may_ask_what_a_change_changes(self) -> None:
        """Compared with what stood before, or last could be read."""
        world = company_of(rule("same", "!changed('spec.owner')"), model("fraud"), model("churn"))
        lands(world, model("fraud", title="Other"))
        bad = lands(world, model("fraud", owner="dave"))
        world.push("mallory", (model("churn")[0], b"kind: Model\n"))
        worse = lands(world, model("churn", owner="dave"))
        assert [one.commit for one in report(world).findings if one.rule == "same"] == [bad.commit, worse.commit]

    def test_serve_a_framework_by_what_they_were_asked_from_their_day_on(self) -> None:
        dated = rule("titled", 'resource.spec.title != "X"', effective_from="2026-02-01T00:00:00Z")
        world = company_of(dated, framework("house", clause("1", rules=["titled"])))
        lands(world, model("fraud"))
        assert [row.source for row in report(world).frameworks[0].clauses[0].evidence] == []
        world.clock.pass_by(days=60)
        late = lands(world, model("churn"), model("debt"))
        (row,) = report(world).frameworks[0].clauses[0].evidence
        assert (row.source, row.first, row.items) == ("titled", late.commit, 2)

    def test_are_in_force_from_their_day_by_attested_time(self) -> None:
        dated = rule("titled", 'resource.spec.title != "X"', effective_from="2026-02-01T00:00:00Z")
        world = company_of(dated)
        lands(world, model("fraud", title="X"))
        world.clock.pass_by(days=60)
        late = lands(world, model("churn", title="X"))
        assert [one.commit for one in report(world).findings if one.rule == "titled"] == [late.commit]


TWO = [{"count": 2, "role": "approver"}]


@pytest.mark.parametrize(
    ("condition", "strict"),
    [
        ("new.spec.owner == 'dave'", False),
        ("new.spec.owner == 'alice'", True),
        ("author.metadata.name == 'alice'", True),
        ("author.metadata.name == 'dave'", False),
        ("Model.all().size() == 1", True),
        ("time > timestamp('2026-01-01T00:00:00Z')", True),
        ("time > timestamp('2027-01-01T00:00:00Z')", False),
    ],
)
def test_a_policy_may_depend_on_what_is_changed_by_whom_and_when(condition: str, *, strict: bool) -> None:
    """Where it asks for two approvals, one is not enough."""
    asked = policy("strict", actions=["*"], match={"kinds": ["Model"], "condition": condition}, approvals=TWO)
    world = company_of(asked, model("churn"))
    landed = lands(world, model("fraud"))
    assert statuses(report(world), landed) == [Status.FAIL if strict else PASS]


def test_a_waiver_excuses_along_the_walk_and_not_whoever_approved_it() -> None:
    world = company_of()
    lands(world, waiver("models"), by="erin", approver="carol")
    excused = world.push("alice", model("fraud"))
    own = world.push("carol", model("churn"))
    assert statuses(report(world), excused, own) == [Status.WAIVED, Status.FAIL]
    barred = world.push("mallory", waiver("others"))
    assert [one.status for one in report(world).waivers] == [
        "in force",
        f"not in force: change {barred.commit[:12]} left it without approval",
    ]


def test_every_change_of_a_policy_is_told_with_its_people_and_time() -> None:
    world = company_of()
    lands(world, model("fraud"))
    landed = lands(world, policy("models", actions=["model.*"], title="Models"), by="carol", approver="erin")
    (event,) = report(world).policy_changes
    assert (event.resource, event.commit, event.time) == ("policies/approvals/models.yaml", landed.commit, landed.at)
    assert event.people == ("carol",)
    assert event.what == report(world).changes[1].actions[0].summary


class TestPromises:
    """A promise about incidents counts if the last change of it was approved."""

    def told(self, world: Remembered) -> list[int]:
        lands(world, incident("outage", resource="Model/fraud", severity="critical"), by="dave")
        return [run.minutes for run in report(world).incidents[0].targets]

    def test_counts_as_it_was_approved_last(self) -> None:
        def promise(minutes: int) -> File:
            return sla("fast", incident_response_minutes=minutes, incident_resolution_minutes=minutes)

        world = company_of(model("fraud"), promise(120))
        world.push("mallory", promise(60))
        assert self.told(world) == []
        world = company_of(model("fraud"), promise(120))
        world.push("mallory", promise(60))
        lands(world, promise(90))
        assert self.told(world) == [90, 90]


class TestWhatAChangeClaims:
    """It may accept what was found, or close an incident: what it names in vain, and may not close, is told."""

    def test_a_reviewed_change_may_land_without_what_was_reviewed(self) -> None:
        world = company_of()
        change = world.propose("alice", "Register", model("fraud")).approve("bob")
        dropped = change.merge("squash", tree_override="ours")
        assert [(one.rule, one.commit) for one in report(world).findings] == [
            ("reviewed-change-not-landed", dropped.commit)
        ]

    def test_a_ratification_may_name_what_never_failed(self) -> None:
        world = company_of()
        good = lands(world, model("fraud"))
        vain = lands(world, ratification("mend", good.commit), by="erin", approver="carol")
        assert [(one.rule, one.commit) for one in report(world).findings] == [("ratification-unmatched", vain.commit)]

    def test_an_incident_is_closed_by_those_who_may_resolve_it(self) -> None:
        done = {"by": "bob", "at": "2026-01-06T00:00:00Z", "notes": "Restarted"}
        reporters = policy("incidents", actions=["incident.*"], approvals=[{"count": 1, "role": "analyst"}])
        analysts = (user("ann", roles=["analyst"]), user("ned", roles=["analyst"]))
        world = company_of(model("fraud"), reporters, *analysts, incident("outage", resource="Model/fraud"))
        closing = incident("outage", resource="Model/fraud", resolution=done)
        closed = world.propose("ann", "Close", closing).approve("ned").merge("squash")
        assert "resolver-lacks-permission" in [
            one.rule for one in report(world).findings if one.commit == closed.commit
        ]


class TestWhatStoodAtTheAdoption:
    """It is the beginning: who held what, what ran, which incidents were known; by the kinds of the house too."""

    def test_began_there(self) -> None:
        files = (model("fraud"), version("fraud", "1.0", status="approved"), deployment("production", "fraud", "1.0"))
        world = company_of(kind("Report", "a-reports"), ("a-reports/x.yaml", b"status: new\n"), *files)
        found, moment = look(RULES, told(world))
        assert (moment.commit, moment.is_known, moment.time) == (world.adoption, True, None)
        assert moment.found == dict.fromkeys(world.tree(), world.adoption)
        assert {tenure.since for tenure in found.tenures} == {world.adoption}
        assert [(event.what, event.commit, event.time) for event in found.deployments] == [
            ("nothing to 1.0", world.adoption, None)
        ]

    def test_is_read_by_the_kinds_of_the_house(self) -> None:
        """Though its path comes before their definitions: what it was is known when it changes."""
        world = company_of(kind("Report", "a-reports"), ("a-reports/x.yaml", b"status: new\n"))
        lands(world, ("a-reports/x.yaml", b"status: old\n"))
        (change,) = report(world).changes
        assert [action.name for action in change.actions] == ["report.update"]

    def test_may_have_been_closed_by_then(self) -> None:
        done = {"by": "bob", "at": "2026-01-06T00:00:00Z", "notes": "Restarted"}
        world = company_of(model("fraud"), incident("outage", resource="Model/fraud", resolution=done))
        (told_,) = report(world).incidents
        assert (told_.resolved_in, told_.resolved_at) == (world.adoption, None)

    def test_is_nobodys_fault(self) -> None:
        world = company_of(deployment("production", "nobody", "1.0"))
        assert report(world).findings == ()

    def test_may_be_a_merge_that_brings_it_in_from_the_side(self) -> None:
        """Then it began on no first-parent chain, unless the auditor pins it."""
        world = company_of(adopt=False)
        root = world.commit_raw(("README.md", b"1"), author="carol").commit
        files = {path: ("100644", world.objects.blob(text)) for path, text in company_files()}
        side = world.commit(dict(world.tree()) | files, [root], message="Adopt", author="carol")
        merge = world.commit(world.node(side).tree, [root, side], message="Merge", author="carol")
        world.advance(merge)
        (found,) = report(world).findings
        assert (found.rule, found.commit) == ("adoption-not-on-chain", side)
        assert report(world, adoption=merge).findings == ()


class TestCounting:
    """Every commit is in one bin, before the adoption and after it."""

    def test_is_of_commits_and_of_changes(self) -> None:
        world = company_of(adopt=False)
        world.commit_raw(("README.md", b"1"), author="carol")
        world.commit_raw(dict(company_files()), author="carol")
        change = world.propose("alice", "Two", model("fraud")).push("alice", model("churn")).approve("bob")
        change.merge("rebase")
        world.push("alice", ("README.md", b"2"))
        counts = report(world).counts
        assert (counts.commits, counts.chain) == (5, 4)
        assert (counts.no_claim, counts.approved, counts.evaluated) == (2, 1, 2)
        two = world.propose("alice", "Two", ("a", b"1")).push("alice", ("a", b"2"))
        two.merge("rebase")
        assert (report(world).counts.commits, report(world).counts.chain) == (7, 5)
        unread = world.propose("alice", "Two", ("b", b"1")).push("alice", ("b", b"2"))
        unread.merge("rebase", record=False)
        assert report(world, settled=True).counts.pending == 2

    def test_reports_what_comes_after_the_first_and_judges_all(self) -> None:
        """A commit on the way of a change stands for the change."""
        world = company_of()
        pushed = [world.push("mallory", model(name)).commit for name in ("fraud", "churn", "debt")]
        for place, first in enumerate(pushed, 1):
            found = report(world, first=first)
            assert [one.commit for one in found.findings] == pushed[place:]
            assert found.counts.chain == 3 - place
        change = world.propose("alice", "Two", model("loans")).push("alice", model("risk")).approve("bob")
        merged = change.merge("rebase")
        last = world.push("mallory", model("late"))
        assert [one.commit for one in report(world, first=merged.commits[0]).findings] == [last.commit]

    def test_spends_what_came_afterwards_on_what_it_came_for(self) -> None:
        """An emergency was approved after its landing; its content put back later takes another approval."""
        asked = {"within": "24h", "author": {"role": "operator"}, "reason": "It does harm as it is"}
        world = company_of(policy("models", actions=["model.*"], emergency=asked))
        change = world.propose("alice", "Rush", model("fraud"))
        rushed = change.merge("squash", record=False)
        world.approve_signed("bob", change)
        rushed.record()
        world.propose("alice", "Revert", {model("fraud")[0]: None}).approve("bob").merge("squash")
        world.clock.pass_by(days=3)
        again = world.push("alice", model("fraud"))
        assert statuses(report(world), rushed, again) == [PASS, Status.FAIL]

    def test_waits_for_no_record_of_what_is_not_governed(self) -> None:
        world = company_of()
        world.push("alice", ("README.txt", b"1"), record=False)
        lands(world, model("fraud"))
        found = report(world)
        assert found.findings == ()
        assert (found.counts.evaluated, found.counts.governed, found.counts.approved) == (2, 1, 1)

    @pytest.mark.parametrize("external", [False, True])
    def test_takes_no_record_of_what_is_not_on_the_branch_for_a_later_one(self, *, external: bool) -> None:
        """The clone is behind; what it ends with is pending all the same, be it the very first commit."""
        world = company_of(adopt=not external)
        pushed = world.push("alice", model("fraud"), record=False)
        world.push("alice", ("README.txt", b"1"))
        world.advance(pushed.commit)
        outside = snapshot_of(*company_files()) if external else None
        assert report(world, settled=True, external=outside).counts.pending == 1

    def test_knows_no_commit_before_the_first_one(self) -> None:
        """With rules from outside, an instant may lie before everything."""
        world = company_of(adopt=False)
        lands_at = world.push("alice", ("README.md", b"1"))
        asked = told(world, external=snapshot_of(*company_files()), until=Until(instant="2020-01-01T00:00:00Z"))
        moment = look(RULES, asked)[1]
        assert (moment.commit, moment.time) == (None, None)
        assert moment.following is not None
        assert moment.following[0] == lands_at.commit


class Lacking(Announced):
    """Documents of which the content of some paths is lost."""

    paths: tuple[str, ...] = ()

    def load(self, path: str, entry: Entry, custom: tuple[CustomKind, ...], *, limit: int) -> Parsed:
        if path in self.paths:
            return Parsed(None, (Finding("missing-object", "it is gone", Status.UNVERIFIABLE, path=path),))
        return super().load(path, entry, custom, limit=limit)


def lacking(world: Remembered, *paths: str) -> Report:
    documents = Lacking(told(world))
    documents.paths = paths
    return report(world, documents=documents)


class TestLostContent:
    """Where nobody can tell what a rule says, nobody is accused by it, and nothing is let off."""

    def test_of_a_kind_may_govern_any_path(self) -> None:
        """A file that looks like any other may be one of that kind."""
        sheet = kind("Sheet", "sheets")
        world = company_of(sheet)
        pushed = world.push("mallory", ("sheets/a.yaml", b"status: new\n"))
        assert statuses(report(world), pushed) == [Status.FAIL]
        found = lacking(world, sheet[0])
        assert statuses(found, pushed) == [OPEN]
        assert rules(found) == ["rests-on-missing-object"]
        assert sheet[0] in found.findings[0].message

    def test_leaves_nothing_of_a_record_but_claims(self) -> None:
        """What cannot be trusted decides nothing and tells no time."""
        lost = kind("Sheet", "sheets")
        world = company_of(lost)
        landed = lands(world, model("fraud"))
        whole, torn = (change_of(found, landed) for found in (report(world), lacking(world, lost[0])))
        assert (whole.time, len(whole.approvals), whole.status) == (landed.at, 1, PASS)
        assert whole.opened is not None
        assert (torn.time, torn.opened, torn.approvals, torn.status) == (None, None, (), OPEN)
        assert torn.contributors == whole.contributors
        assert lacking(world, lost[0]).provenance.as_of is None

    def test_of_another_policy_governs_no_other_path(self) -> None:
        lost = policy("others", actions=["usecase.*"])
        world = company_of(lost)
        world.push("mallory", ("sheets/a.yaml", b"status: new\n"))
        assert lacking(world, lost[0]).counts.governed == 0

    def test_before_a_change_that_cannot_be_compared_leaves_a_push_open(self) -> None:
        """Reviewed or not, what was governed then may have been changed."""
        world = company_of()
        lost, pushed = lands(world, model("fraud")), world.push("mallory", model("churn"))
        asked = told(world, lost=[lost])

        class Torn(Announced):
            def tree(self, commit: str) -> Any:
                return None if commit == lost.commit else self._documents.tree(commit)

        found = report(world, lost=[lost], documents=Torn(asked))
        assert statuses(found, lost, pushed) == [OPEN, OPEN]


class TestKeeping:
    """What was not read whole is not kept for another walk."""

    def kept(self, world: Remembered, **asked: Any) -> bool:
        done = run_on(RULES, told(world, keep_at=world.main, **asked))
        assert done is not None
        return done[1] is not None

    def test_is_possible_where_every_commit_could_be_read(self) -> None:
        world = company_of()
        lands(world, model("fraud"))
        assert self.kept(world)

    def test_is_refused_after_one_that_could_not(self) -> None:
        world = company_of()
        lost = lands(world, model("fraud"))
        lands(world, model("churn"))
        assert not self.kept(world, lost=[lost])

    def test_is_refused_while_something_is_pending(self) -> None:
        """The record may still come."""
        world = company_of()
        lands(world, model("fraud"))
        world.push("alice", model("churn"), record=False)
        assert self.kept(world)
        assert not self.kept(world, settled=True)
        before = world.main
        world.push("alice", model("debt"), record=False)
        done = run_on(RULES, told(world, keep_at=before, settled=True))
        assert done is not None
        assert done[1] is None

    def test_is_refused_though_that_was_before_the_adoption(self) -> None:
        world = company_of(adopt=False)
        early = world.commit_raw(("README.md", b"1"), author="carol")
        world.commit_raw(dict(company_files()), author="carol")
        assert not self.kept(world, lost=[early])


def test_a_violation_is_known_to_the_people_who_made_it_and_a_ratification_serves_none_of_them() -> None:
    world = company_of()
    pushed = world.push("erin", model("fraud"))
    world.propose("alice", "Ratify", ratification("mend", pushed.commit)).approve("erin").merge("squash")
    assert "approver-is-beneficiary" in rules(report(world))
    assert report(world).counts.waived == 0
