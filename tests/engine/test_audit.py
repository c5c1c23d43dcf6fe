"""The walk itself, of histories in memory: what it asks for ahead, tells on the way, looks back at and goes by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govops.engine import Told, look, run
from govops.errors import GovopsError, UndecidableError
from govops.finding import Report, Status
from govops.rules import RULES
from tests.engine.remembered import Announced, company_files, company_of, lands, report, rules, snapshot_of, told
from tests.oracle.play import Remembered
from tests.support.audit import change_of
from tests.support.cast import public_line
from tests.support.files import (
    File,
    clause,
    company,
    deployment,
    framework,
    incident,
    kind,
    model,
    policy,
    ratification,
    rule,
    settings,
    user,
    version,
)
from tests.support.rewriting import rewritten
from tests.support.world import World

FRAUD, _ = model("fraud")


@pytest.fixture
def world() -> Remembered:
    return company_of()


class TestTheWay:
    """Every step is read once, ahead of time, and told of."""

    def test_is_told_of_as_it_goes(self, world: Remembered) -> None:
        for number in range(3):
            world.push("alice", ("a", str(number).encode()))
        seen: list[tuple[int, int]] = []
        report(world, watch=lambda done, total: seen.append((done, total)))
        assert seen == [(number, 4) for number in (1, 2, 3, 4)]

    def test_announces_what_will_be_read_and_nothing_else(self) -> None:
        """The governed contents that came, of many steps in one go; at the adoption those of the two folders."""
        world = company_of(("other.txt", b"x"), kind("Report", "a-reports"), ("a-reports/x.yaml", b"status: new\n"))
        lands(world, model("fraud"), ("else.txt", b"y"))
        lands(world, model("churn"), {FRAUD: None})
        known = told(world)
        documents = Announced(known)
        run(RULES, replace(known, documents=documents))
        trees = [known.documents.tree(commit) or {} for commit in known.chain.steps]
        adopted = sorted(path for path in trees[0] if path.startswith(("registry/", "policies/")))
        steps, at_once = documents.wanted
        assert set(at_once) == {trees[0][path].oid for path in adopted}
        came = [trees[1][FRAUD].oid, trees[2][model("churn")[0]].oid]
        assert steps[-2:] == tuple(came)
        assert trees[1]["else.txt"].oid not in steps

    @pytest.mark.parametrize("external", [False, True])
    def test_is_the_chain_that_was_counted(self, world: Remembered, *, external: bool) -> None:
        """No commit more, none less, none in another place; with rules from outside as well."""
        for number in range(3):
            world.push("alice", ("a", str(number).encode()))
        known = told(world, external=snapshot_of(*company_files()) if external else None)
        steps = list(known.steps())
        for wrong in (steps[:3], steps[:1] + steps[2:], [*steps[:2], steps[3], steps[2]], []):
            with pytest.raises(GovopsError, match="walk"):
                run(RULES, replace(known, steps=lambda wrong=wrong: wrong))  # type: ignore[misc]  # bound at once

    def test_says_where_it_came_to_another_commit(self, world: Remembered) -> None:
        for number in range(2):
            world.push("alice", ("a", str(number).encode()))
        known = told(world)
        first, second, third = known.steps()
        with pytest.raises(GovopsError, match=f"^the walk came to {third.commit.oid} where the chain has another"):
            run(RULES, replace(known, steps=lambda: [first, third, second]))
        with pytest.raises(GovopsError, match=r"^walked 2 of 3 commits of the chain$"):
            run(RULES, replace(known, steps=lambda: [first, second]))

    def test_does_not_end_in_the_middle_of_a_change(self, world: Remembered) -> None:
        change = world.propose("alice", "Two", model("fraud")).push("alice", model("churn")).approve("bob")
        change.merge("rebase")
        known = told(world)
        with pytest.raises(GovopsError, match=f"^the walk ended before {world.main}, which the chain has$"):
            run(RULES, replace(known, steps=lambda: list(known.steps())[:-1]))

    def test_needs_the_tree_of_the_adoption(self, world: Remembered) -> None:
        known = told(world)

        class Torn(Announced):
            def tree(self, commit: str) -> None:
                return None

        with pytest.raises(UndecidableError, match=f"^the tree of the adoption {world.adoption} cannot be read$") as e:
            run(RULES, replace(known, documents=Torn(known)))
        assert e.value.hint == "check it with git fsck"


class TestRulesFromOutside:
    """They judge every change from the first one on, and no change of theirs moves them."""

    def judged(self, world: Remembered, *files: File) -> Report:
        return report(world, external=snapshot_of(*company_files(), *files))

    def test_know_the_recorder_the_people_and_the_rules(self) -> None:
        world = company_of(adopt=False)
        world.commit_raw(("README.md", b"x"), author="carol")
        good = world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
        pushed = world.push("mallory", model("churn"))
        found = self.judged(world, rule("titled", 'resource.spec.title != "X"'))
        assert (change_of(found, good).status, change_of(found, pushed).status) == (Status.PASS, Status.FAIL)
        assert (found.counts.no_claim, found.counts.chain, found.provenance.adoption) == (0, 3, None)
        again = world.propose("alice", "Edit", model("fraud", title="X")).approve("bob").merge("squash")
        own = self.judged(world, rule("titled", 'resource.spec.title != "X"'))
        assert [one.rule for one in own.findings if one.commit == again.commit] == ["titled"]

    def test_make_no_foreign_adoption_of_settings_that_land(self) -> None:
        world = company_of(adopt=False)
        world.commit_raw(("README.md", b"x"), author="carol")
        world.propose("carol", "Settings", settings()).approve("erin").merge("squash")
        assert "adoption-not-on-chain" not in rules(self.judged(world))


class TestWhatCannotBeRead:
    """It is undecidable, and what it left is taken up before the next change, as nobody's word."""

    def test_is_told_with_the_reason(self, world: Remembered) -> None:
        lost = lands(world, model("fraud"))
        (found,) = report(world, lost=[lost]).findings
        (change,) = report(world, lost=[lost]).changes
        assert (change.time, change.evidence, change.contributors) == (None, "", ()), (
            "its record may be of something else"
        )
        assert (found.rule, found.status, found.commit) == ("unreadable-history", Status.UNVERIFIABLE, lost.commit)
        assert "it is gone" in found.message

    def test_is_known_by_the_next_change_as_it_stands(self) -> None:
        """A deployment that nobody saw coming was there, and is not what the next change did."""
        world = company_of(model("fraud"), *(version("fraud", one, status="approved") for one in ("1.0", "1.1")))
        before = lands(world, model("churn"))
        lost = lands(world, deployment("staging", "fraud", "1.0"), by="dave")
        after = lands(world, deployment("staging", "fraud", "1.1"), by="dave")
        found = report(world, lost=[lost])
        assert [(event.what, event.commit, event.time, event.people) for event in found.deployments] == [
            ("nothing to 1.0", lost.commit, before.at, ()),
            ("1.0 to 1.1", after.commit, after.at, ("dave",)),
        ]
        assert change_of(found, after).status is Status.PASS

    def test_makes_no_law(self, world: Remembered) -> None:
        promoted = user("mallory", roles=["approver"])
        lost = world.propose("carol", "Promote", promoted).approve("erin").merge("squash")
        after = lands(world, model("fraud"), approver="mallory")
        assert change_of(report(world), after).status is Status.PASS
        assert change_of(report(world, lost=[lost]), after).status is Status.UNVERIFIABLE

    def test_leaves_lawful_what_is_again_as_it_was_before(self) -> None:
        """Whoever restored it: what it says had been approved."""
        strict, weak = (
            policy("models", actions=["model.*"], approvals=[{"count": count, "role": "approver"}]) for count in (2, 1)
        )
        world = company_of(strict)
        lost = world.propose("carol", "Weaken", weak).approve("erin").merge("squash")
        world.push("mallory", strict)
        after = world.propose("alice", "Register", model("fraud")).approve("bob").approve("carol").merge("squash")
        assert change_of(report(world, lost=[lost]), after).status is Status.PASS

    def test_changes_the_rules_of_the_house_from_then_on(self, world: World) -> None:
        """Where nobody can tell whether a rule is in force, whoever breaks it is told so, and is not accused."""
        world = company_of()
        lost = (
            world.propose("carol", "Rule", rule("titled", 'resource.spec.title != "X"')).approve("erin").merge("squash")
        )
        after = lands(world, model("fraud", title="X"))
        assert [one.status for one in report(world).findings if one.commit == after.commit] == [Status.FAIL]
        open_ = [one.status for one in report(world, lost=[lost]).findings if one.commit == after.commit]
        assert open_ == [Status.UNVERIFIABLE]

    def test_leaves_all_open_while_what_it_left_cannot_be_read_either(self, world: Remembered) -> None:
        """A change of nothing is still a change of nothing."""
        lost = lands(world, model("fraud"))
        next_one, empty = lands(world, model("churn")), world.push("alice", message="Nothing")
        after = lands(world, model("debt"))
        known = told(world, lost=[lost])

        class Torn(Announced):
            def tree(self, commit: str) -> Any:
                return None if commit in (lost.commit, next_one.commit) else self._documents.tree(commit)

        found = run(RULES, replace(known, documents=Torn(known)))
        assert [change_of(found, one).status for one in (lost, next_one, after)] == [
            Status.UNVERIFIABLE,
            Status.UNVERIFIABLE,
            Status.PASS,
        ]
        (reason,) = (one.message for one in found.findings if one.commit == next_one.commit)
        assert f"what stood at {lost.commit}, before it, cannot be read" in reason
        assert (found.counts.undecidable, found.counts.chain) == (2, 5)
        assert empty.commit not in {one.id for one in found.changes}
        assert look(RULES, replace(known, documents=Torn(known)))[1].told[empty.commit] == Told(empty.at, empty.at)


class TestBeforeTheAdoption:
    """Nothing is claimed; what cannot be read there may hide an earlier one."""

    def late(self) -> tuple[Remembered, str, str]:
        world = company_of(adopt=False)
        early = world.commit_raw(("README.md", b"1"), author="carol").commit
        adopted = world.commit_raw(company(), author="carol").commit
        lands(world, model("fraud"))
        return world, early, adopted

    def test_nothing_is_judged(self) -> None:
        world, _, adopted = self.late()
        found = report(world)
        assert (found.counts.no_claim, found.counts.approved, found.provenance.adoption) == (2, 1, adopted)
        assert found.findings == ()

    def test_what_cannot_be_read_is_told(self) -> None:
        world, early, _ = self.late()
        known = told(world)
        steps = [replace(s, diffs=None, unreadable="gone") if s.commit.oid == early else s for s in known.steps()]
        (found,) = run(RULES, replace(known, steps=lambda: steps)).findings
        assert (found.rule, found.status, found.commit) == ("unreadable-history", Status.UNVERIFIABLE, early)
        assert found.message == f"commit {early[:12]} before the adoption cannot be read: gone"

    def test_an_adoption_can_be_pinned_later_than_it_was(self) -> None:
        world, *_ = self.late()
        pinned = lands(world, model("churn"))
        pushed = world.push("mallory", model("debt"))
        found = report(world, adoption=pinned.commit)
        assert (found.counts.no_claim, found.provenance.adoption) == (4, pinned.commit)
        assert [one.commit for one in found.findings] == [pushed.commit]

    def test_another_adoption_that_is_merged_in_is_foreign(self) -> None:
        """Unless the auditor says which one is meant."""
        world, *_ = self.late()
        other = world.commit(world.tree(), [], message="Begin elsewhere", author="mallory")
        merge = world.commit(world.tree(), [world.main, other], message="Merge", author="mallory")
        world.advance(merge)
        assert [one.commit for one in report(world).findings if one.rule == "adoption-not-on-chain"] == [other]
        assert "adoption-not-on-chain" not in rules(report(world, adoption=world.node(world.main).parents[0]))

    def test_changes_are_reported_from_the_one_after_the_first(self) -> None:
        world, early, adopted = self.late()
        for first, no_claim in ((None, 2), (early, 1), (adopted, 0)):
            counts = report(world, first=first).counts
            assert (counts.no_claim, counts.approved) == (no_claim, 1)
        assert report(world, first=world.main).counts.chain == 0


class TestWhatIsRecorded:
    """With ``settled``, changes after the last recorded one are pending; others wait for nothing."""

    def test_is_not_missed_at_the_end(self, world: Remembered) -> None:
        lands(world, model("fraud"))
        world.push("alice", model("churn"), record=False)
        world.push("alice", model("debt"), record=False)
        found = report(world, settled=True)
        assert (found.counts.pending, found.counts.approved, found.findings) == (2, 1, ())
        assert report(world).counts.pending == 0

    def test_is_missed_before_a_record(self, world: Remembered) -> None:
        missed = world.push("alice", model("fraud"), record=False)
        lands(world, model("churn"))
        found = report(world, settled=True)
        assert (found.counts.pending, [one.commit for one in found.findings]) == (0, [missed.commit])

    def test_is_missed_before_no_record_of_a_stranger(self, world: Remembered) -> None:
        world.push("alice", model("fraud"), record=False)
        world.push("alice", ("a", b"x"), recording={"signer": "mallory"})
        assert report(world, settled=True).counts.pending == 1


class TestOneChangeOfManyCommits:
    """What stood only on the way is told, and what a merge merely brings is not."""

    def test_tells_what_was_something_else_on_the_way(self, world: Remembered) -> None:
        change = world.propose("alice", "Sneak", user("mallory", roles=["admin"]))
        change.push("alice", user("mallory"), model("fraud")).approve("bob").approve("carol")
        change.merge("rebase")
        (found,) = (one for one in report(world).findings if one.rule == "transient-state")
        assert found.path == user("mallory")[0]

    def test_an_octopus_is_no_merge_of_a_proposal(self, world: Remembered) -> None:
        sides = [world.commit(world.tree(), [world.main], message=name, author="alice") for name in "ab"]
        tree = dict(world.tree()) | {FRAUD: ("100644", world.objects.blob(model("fraud")[1]))}
        world.advance(world.commit(tree, [world.main, *sides], message="Three", author="alice"))
        assert "octopus-merge" in rules(report(world))
        (found,) = (one for one in report(world).findings if one.rule == "octopus-merge")
        assert "3 parents" in found.message


class TestRulesOfTheHouse:
    """They are asked of what lands, by the rules that stood before it."""

    def test_judge_what_landed_and_what_it_was(self) -> None:
        world = company_of(rule("titled", 'resource.spec.title != "X"'), model("churn", title="X"))
        good, bad = lands(world, model("fraud")), lands(world, model("fraud", title="X"))
        found = [one for one in report(world).findings if one.rule == "titled"]
        assert [(one.commit, one.path) for one in found] == [(bad.commit, FRAUD)]
        assert change_of(report(world), good).status is Status.PASS
        assert [change.parent for change in report(world).changes] == [world.adoption, good.commit]

    def test_do_not_judge_the_change_that_brings_them(self, world: Remembered) -> None:
        both = (rule("titled", 'resource.spec.title != "X"'), model("fraud", title="X"))
        world.propose("alice", "Both", *both).approve("carol").approve("bob").merge("squash")
        assert rules(report(world)) == []


def test_a_kind_claims_what_stands_and_its_files_are_read_by_it_from_then_on(world: Remembered) -> None:
    """Of what they held before, nothing is said."""
    world.push("alice", ("reports/a.yaml", b"status: 1\n"))
    world.propose("carol", "Define", kind("Report", "reports")).approve("erin").merge("squash")
    assert rules(report(world)) == []
    bad = world.push("alice", ("reports/a.yaml", b"status: 2\n"))
    assert {one.rule for one in report(world).findings if one.commit == bad.commit} == {"invalid-resource"}


def test_a_ratification_knows_a_change_by_its_old_name_after_a_rewrite(world: Remembered) -> None:
    pushed = world.push("mallory", model("fraud", purpose="Scores Jane Doe"))
    rewrite = rewritten(world, *model("fraud", purpose="Scores somebody"))
    for person in ("carol", "erin"):
        rewrite.sign(person)
    world.propose("erin", "Ratify", ratification("mend", pushed.commit)).approve("carol").merge("squash")
    found = report(world)
    assert (found.counts.waived, found.counts.violating) == (1, 0)


class TestFrameworkSections:
    """What a section has by the end of an era: lines of the ledger, of who held what, of reviews that are due."""

    def test_are_counted_where_the_walk_has_come_to(self) -> None:
        asked = settings(reviews={"models": {"high": "90d"}, "use_cases": {}})
        names = ["ledger", "inventory", "roles", "reviews", "policies", "deployments"]
        house = framework("house", clause("1", sections=names))
        world = company_of(asked, house, model("fraud", risk_tier="high"), version("fraud", "1.0", status="approved"))
        lands(world, model("churn"))
        found = report(world)
        rows = {row.source: row.items for one in found.frameworks[0].clauses for row in one.evidence}
        assert rows == {
            "ledger": len(found.changes),
            "inventory": len(found.inventory),
            "roles": len(found.tenures),
            "reviews": len(found.reviews),
        }
        assert len(found.reviews) == 1


@pytest.mark.parametrize(("approved", "status"), [(True, Status.PASS), (False, Status.UNVERIFIABLE)])
def test_settings_that_are_approved_name_recorders_and_others_do_not(
    world: Remembered, *, approved: bool, status: Status
) -> None:
    """For what was recorded before, too: a key may be approved after its first use."""
    early = lands(world, model("fraud"), recorder="next", signer="next")
    assert change_of(report(world), early).status is Status.UNVERIFIABLE
    named = settings(recorders=[{"name": name, "key": public_line(name)} for name in ("recorder", "next")])
    change = world.propose("erin", "Name it", named)
    (change.approve("carol") if approved else change).merge("squash")
    assert change_of(report(world), early).status is status


def test_a_clause_is_shown_by_allowed_changes_that_are_reported() -> None:
    world = company_of(framework("house", clause("1", rules=["invalid-resource", "not-approved"])))
    first, second = lands(world, model("fraud")), lands(world, model("churn"))
    world.push("mallory", model("debt"))
    rows = {
        (row.source, row.status): row for row in report(world, first=first.commit).frameworks[0].clauses[0].evidence
    }
    for rule_id in ("invalid-resource", "not-approved"):
        row = rows[rule_id, Status.PASS]
        assert (row.changes, row.first, row.last) == (1, second.commit, second.commit)
    assert rows["not-approved", Status.FAIL].changes == 1


def test_each_change_belongs_to_the_clauses_of_its_time() -> None:
    """One counts until a day and the other from it on."""
    until, since = (
        clause(name, rules=["not-approved"], **{f"in_force_{name}": "2026-02-01"}) for name in ("until", "from")
    )
    world = company_of(framework("house", until, since))
    early = lands(world, model("fraud"))
    world.clock.pass_by(days=60)
    late = lands(world, model("churn"))
    rows = {one.id: [row.first for row in one.evidence] for one in report(world).frameworks[0].clauses}
    assert rows == {"until": [early.commit], "from": [late.commit]}


def test_an_incident_that_was_open_before_stands_in_the_way(world: Remembered) -> None:
    """And a later one does not."""
    world = company_of(
        model("fraud"),
        *(version("fraud", one, status="approved") for one in ("1.0", "1.1")),
        incident("outage", resource="Model/fraud", severity="critical"),
    )
    blocked = lands(world, deployment("production", "fraud", "1.0"), by="dave")
    assert {one.rule for one in report(world).findings if one.commit == blocked.commit} >= {"open-incident"}
