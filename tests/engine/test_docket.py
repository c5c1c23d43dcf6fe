"""The exceptions along a walk, change by change, made by hand: what is heard against each, and what it concludes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govops.decision import Cause, ChangeFacts, Opinion, Unlawful, Verdict, Weighed
from govops.engine.cases import Case, Cases, Charge
from govops.engine.docket import RATIFY, Docket
from govops.engine.incident_course import Course, Mark, Step, taken
from govops.engine.ledger import Ledger
from govops.engine.registry import Registry
from govops.engine.waiving import Ground, Tally
from govops.evidence import testimony
from govops.evidence.testimony import Claim
from govops.finding import Finding, Status
from govops.history.deeds import Deed, Deeds
from govops.kinds.waiver import Waiver
from govops.lifecycle import Action
from govops.rule import JudgedChange, StandingWaiver
from tests.decision.sample import LANDED, PATH, facts, house, said
from tests.engine.shelf import Shelf
from tests.support.facts import change, entry, law, oid, read, standing
from tests.support.files import File, model, ratification, waiver

PASS, FAIL, WARN, OPEN, WAIVED = Status.PASS, Status.FAIL, Status.WARN, Status.UNVERIFIABLE, Status.WAIVED
ALICE = Claim("author", "account:local:alice", "Alice@Acme.example", "Alice", attested=True)


def docket(*deeds: Deed) -> Docket:
    known = Deeds()
    known.add(deeds)
    return Docket({}, lambda: known)


def brings(*files: File) -> tuple[Action, ...]:
    """New rule files, beside a model."""
    rules = tuple(Action("policy.change", "", "", path, None, read((path, text))) for path, text in files)
    return (Action("model.register", "Model", "fraud", PATH, None, read(model("fraud"))), *rules)


def landed(name: str = "change", verdict: Verdict | None = None, **fields: Any) -> JudgedChange:
    """A change of one model, made by alice."""
    known: ChangeFacts = replace(facts(house(), landed=(change(PATH, "old", "new"),), **fields), id=oid(name))
    return JudgedChange(known, verdict or Verdict(PASS, makers=("alice",)), lambda oid, place: None)


def found(rule: str, status: Status = FAIL, of: str = "change") -> Finding:
    return Finding(rule, "found", status, commit=oid(of), path=PATH, subject="somebody")


def only_waiver() -> tuple[str, Waiver]:
    path, _ = file = waiver("models", rules=["own", "other"])
    one = read(file)
    assert isinstance(one, Waiver)
    return path, one


GROUND = Ground((only_waiver(),), time=LANDED, days=90)


class TestHearing:
    """What is found against a change, as waivers leave it, makes a case of it."""

    @pytest.mark.parametrize(
        ("verdict", "statuses", "left", "is_case"),
        [
            (PASS, [], PASS, False),
            (PASS, [FAIL], FAIL, True),
            (PASS, [WARN], PASS, True),
            (PASS, [OPEN], OPEN, False),
            (PASS, [OPEN, FAIL], FAIL, True),
            (FAIL, [], FAIL, False),
            (OPEN, [WARN], OPEN, True),
        ],
    )
    def test_tells_the_worst_of_it_and_keeps_what_could_be_accepted(
        self, verdict: Status, statuses: list[Status], left: Status, *, is_case: bool
    ) -> None:
        """What is merely open cannot be."""
        heard, causes = docket(), () if verdict is PASS else (Cause("judged", verdict),)
        findings = [found("own", status) for status in statuses]
        told = heard.hear(findings, landed(verdict=Verdict(verdict, causes)), None, reporting=True)
        assert told == (findings, left)
        assert bool(heard.cases.since) == is_case

    @pytest.mark.parametrize("reporting", [True, False])
    def test_keeps_who_made_it_what_was_found_and_what_stood_before(self, *, reporting: bool) -> None:
        heard, findings = docket(), [found("own"), found("soft", WARN)]
        nameless, named = Claim("author", name="X"), Claim("committer", email="dave@acme.example", name="Dave")
        judged = landed(
            actions=brings(waiver("models", owner="carol")),
            testimony=testimony.Testimony(claims=(ALICE, nameless, named)),
        )
        heard.hear(findings, judged, None, reporting=reporting)
        charges = [Charge(one.fingerprint, one.rule, PATH, one.status, "somebody") for one in findings]
        assert heard.cases.since == (
            Case(
                oid("change"),
                FAIL,
                makers=("alice", "carol"),
                addresses=("account:local:alice", "email:alice@acme.example", "email:dave@acme.example"),
                charges=tuple(charges),
                before=((PATH, entry("old")),),
                reported=reporting,
            ),
        )

    def test_has_nothing_to_restore_of_what_is_no_violation(self) -> None:
        heard = docket()
        heard.hear([found("own", WARN)], landed(), None, reporting=True)
        assert [case.before for case in heard.cases.since] == [()]

    def test_makes_no_case_of_what_is_excused(self) -> None:
        """A waived violation is waived; a waived warning is nothing."""
        heard = docket()
        for status, left in ((FAIL, WAIVED), (WARN, PASS)):
            findings, told = heard.hear([found("own", status)], landed(), GROUND, reporting=True)
            assert ([one.status for one in findings], told) == ([WAIVED], left)
        assert heard.cases.since == ()
        assert heard.waiving.tallies[GROUND.waivers[0][0]] == Tally(GROUND.waivers[0][1], 2, 2, had_chance=True)

    def test_charges_what_was_excused_beside_what_was_not(self) -> None:
        """But for a warning that was."""
        heard = docket()
        heard.hear([found("own"), found("other", WARN), found("else")], landed(), GROUND, reporting=False)
        (case,) = heard.cases.since
        assert [(one.rule, one.status) for one in case.charges] == [("own", WAIVED), ("else", FAIL)]
        assert heard.waiving.tallies[GROUND.waivers[0][0]].counted == 0


MEND = ratification("mend", oid("bad"), oid("worse"))


def approved(*people: str, path: str = MEND[0]) -> Verdict:
    """Everybody approved it; of the last one's approval nobody had need, and it is valid all the same."""
    weighed = [
        Weighed(Opinion(said(name), (name,)), (path,) if name != people[-1] else (), ("admin",), (), valid=(path,))
        for name in people
    ]
    return Verdict(PASS, weighed=tuple(weighed))


def standing_rules(*files: File, left_by: str = "bad") -> Registry:
    """These rule files stand, and a violation left them."""
    registry = Registry(Shelf(), None, {})
    for file in files:
        registry.snapshot.put(file[0], standing(file))
        registry.law.unlawful[file[0]] = Unlawful(FAIL, oid(left_by), None)
    return registry


def heard(*names: str, reporting: bool = True) -> Docket:
    """Each of these changes was a violation."""
    result = docket()
    for name in names:
        result.hear([found("own", of=name)], landed(name), None, reporting=reporting)
    return result


class TestConcluding:
    """An approved change accepts what its ratifications name, and restores what it puts back."""

    def test_accepts_and_makes_law_of_what_the_violations_left(self) -> None:
        """A deed for each rule file, done by those who approved the ratification."""
        cases, ledger, registry = heard("bad", "worse", "other"), Ledger(), standing_rules(waiver("models"))
        verdict = approved("erin", "carol", "bob")
        deeds = list(cases.conclude(landed("mends", verdict, actions=brings(MEND)), PASS, registry, ledger))
        expected = Deed("Waiver/models", RATIFY, oid("mends"), LANDED, approvers=("carol", "erin"), is_approved=True)
        three = ("bob", "carol", "erin")
        assert deeds == [replace(expected, approving=three, vouching=three)]
        assert registry.law.unlawful == {}
        assert ledger.bins == {"violating": -2, "waived": 2}
        mending = cases.cases.mending
        assert mending.statuses == {oid("bad"): WAIVED, oid("worse"): WAIVED}
        assert {(one.path, one.commit) for one in mending.accepted.values()} == {(MEND[0], oid("mends"))}
        assert mending.counts == {MEND[0]: 2}

    def test_lets_count_what_the_violations_did_to_incidents(self) -> None:
        registry, mark = standing_rules(), Mark(oid("report"), LANDED)
        course = Course("critical", ("Model/fraud",), mark)
        bad = Mark(oid("bad"), LANDED)
        closes = Step(bad, "critical", ("Model/fraud",), counts=False, resolves=True)
        registry.incidents.courses = {"outage": taken(course, closes)}
        mends = landed("mends", approved("erin"), actions=brings(MEND))
        list(heard("bad").conclude(mends, PASS, registry, Ledger()))
        assert registry.incidents.courses == {"outage": replace(course, resolved=bad)}

    def test_is_done_by_those_only_whose_approval_was_of_the_ratification(self) -> None:
        verdict = approved("erin", "carol", path=PATH)
        mends = landed("mends", verdict, actions=brings(MEND))
        (deed,) = heard("bad").conclude(mends, PASS, standing_rules(waiver("models")), Ledger())
        assert (deed.approvers, deed.vouching, deed.approving) == ((), (), ("carol", "erin"))

    def test_rebins_only_what_the_report_tells_of(self) -> None:
        ledger = Ledger()
        mends = landed("mends", approved("erin"), actions=brings(MEND))
        assert [*heard("bad", reporting=False).conclude(mends, PASS, standing_rules(waiver("models")), ledger)] != []
        assert ledger.bins == {}

    def test_makes_no_law_of_what_stays_open(self) -> None:
        """A violation of which something else is not known either."""
        cases, registry, ledger = docket(), standing_rules(waiver("models")), Ledger()
        course = Course("critical", ("Model/fraud",), Mark(oid("report"), LANDED))
        course = taken(course, Step(Mark(oid("bad"), LANDED), "critical", ("Model/fraud",), counts=False, removes=True))
        registry.incidents.courses = {"outage": course}
        cases.hear([found("own", of="bad"), found("unknown", OPEN, of="bad")], landed("bad"), None, reporting=True)
        mends = landed("mends", approved("erin"), actions=brings(MEND))
        assert list(cases.conclude(mends, PASS, registry, ledger)) == []
        assert set(registry.law.unlawful) == {waiver("models")[0]}
        assert registry.incidents.courses == {"outage": course}
        assert ledger.bins == {"violating": -1, "undecidable": 1}

    @pytest.mark.parametrize("status", [FAIL, OPEN, WAIVED])
    def test_is_nothing_of_a_change_that_was_not_approved(self, status: Status) -> None:
        cases, registry = heard("bad"), standing_rules(waiver("models"))
        mends = landed("mends", Verdict(status), actions=brings(MEND))
        assert list(cases.conclude(mends, status, registry, Ledger())) == []
        assert cases.cases.mending == Cases().mending

    def test_is_nothing_where_the_rules_come_from_outside(self) -> None:
        """They name changes of another history."""
        outside = Registry(Shelf(), law(waiver("models")).snapshot, {})
        cases = heard("bad")
        assert list(cases.conclude(landed("mends", actions=brings(MEND)), PASS, outside, Ledger())) == []
        assert cases.cases.mending == Cases().mending

    @pytest.mark.parametrize(("status", "restored"), [(PASS, True), (WAIVED, False), (FAIL, False)])
    def test_restores_only_where_nothing_was_found_against_it(self, status: Status, *, restored: bool) -> None:
        cases, back = heard("bad"), landed("back")
        back = replace(back, facts=replace(back.facts, landed=(change(PATH, "new", "old"),)))
        assert list(cases.conclude(back, status, standing_rules(), Ledger())) == []
        assert cases.cases.mending.remediated == ({oid("bad"): oid("back")} if restored else {})


def test_what_a_change_names_in_vain_is_told() -> None:
    told = heard("bad").unmatched(landed(actions=brings(MEND, waiver("models"))).facts)
    assert [(one.path, one.named) for one in told] == [(MEND[0], f"change {oid('worse')[:12]}")]


def test_a_change_is_known_by_its_name_after_a_rewrite() -> None:
    """By the one who goes on from another walk, too."""
    known = Docket({}, Deeds, {oid("old"): oid("bad"), oid("worse"): oid("worse")}.__getitem__)
    known.hear([found("own", of="bad")], landed("bad"), None, reporting=True)
    mend = landed(actions=brings(ratification("mend", oid("old"))))
    assert known.unmatched(mend.facts) == ()
    known.recall({}, known.cases.since, known.cases.mending)
    assert known.unmatched(mend.facts) == ()


def test_whoever_goes_on_knows_what_the_other_knew() -> None:
    first, tallies = heard("bad"), {"a": Tally(only_waiver()[1], 1, 2, had_chance=True)}
    list(first.conclude(landed("mends", approved("erin"), actions=brings(MEND)), PASS, standing_rules(), Ledger()))
    second = docket()
    second.recall(tallies, first.cases.since, first.cases.mending)
    assert second.waiving.tallies == tallies
    assert second.waiving.tallies is not tallies
    assert second.cases.mending == first.cases.mending
    assert second.cases.since == ()
    assert set(second.cases.made_by(house(), oid("bad"))) == {"alice"}


def test_all_who_ever_approved_are_its_approvers() -> None:
    deeds = [Deed("Waiver/models", "policy.change", oid(name), approving=(name,)) for name in ("erin", "bob")]
    assert docket(*deeds).approvers("Waiver/models") == ("bob", "erin")


def test_in_the_end_lawful_waivers_stand_that_are_there() -> None:
    """With what they were of use for; one that was taken away without approval is not said to be unneeded."""
    here, gone, unused = waiver("here"), waiver("gone"), waiver("unused")
    rules = law(here, unused, unlawful={gone[0]: Unlawful(FAIL, oid("push"), read(gone))})
    known, (one, other) = docket(), (read(here), read(unused))
    assert isinstance(one, Waiver)
    assert isinstance(other, Waiver)
    known.waiving.tallies = {here[0]: Tally(one, counted=1, ever=3, had_chance=True)}
    assert [path for path, _ in rules.waivers()] == [gone[0], here[0], unused[0]]
    assert list(known.standing(rules)) == [
        StandingWaiver(here[0], one, 3, had_chance=True),
        StandingWaiver(unused[0], other),
    ]
