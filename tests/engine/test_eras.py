"""Along a chain of changes, which frameworks counted when, and what was judged meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from govops.engine import Parsed
from govops.engine.era import Era, KeptEras, Tally, begins, keep, restore
from govops.engine.eras import Eras
from govops.engine.ledger import Ledger
from govops.engine.sections import Contents
from govops.finding import ClauseEvidence, Finding, Status
from govops.history import PathChange
from govops.history.deeds import Deeds
from govops.kinds.framework import Framework
from tests.engine.story import Story, day
from tests.support.facts import change, oid, read
from tests.support.files import File, clause, company, framework, model, policy, role, segregation, user

FIRST, SECOND, THIRD = (oid(name) for name in ("first", "second", "third"))
HOUSE = framework("house", clause("1", rules=["not-approved"]))
DATED = framework(
    "dated",
    clause("old", rules=["not-approved"], in_force_until="2026-01-03"),
    clause("new", rules=["not-approved"], in_force_from="2026-01-05"),
)


def story(*files: File) -> Story:
    """A company has adopted with these."""
    return Story(*((path, text) for path, text in company().items() if isinstance(text, bytes)), *files)


def eras_of(story: Story) -> Eras:
    contents = Contents(story.registry, Ledger(), Deeds(), None)
    return Eras(story.registry, {}, lambda: contents)


def spans(eras: Eras) -> list[tuple[str | None, str | None]]:
    return [(era.since, era.time) for era in eras.all]


class TestAnEra:
    """It begins with the change that other clauses judge than the one before."""

    def test_goes_on_for_as_long_as_the_same_frameworks_count(self) -> None:
        told = story(HOUSE)
        eras = eras_of(told)
        for number, name in enumerate((FIRST, SECOND)):
            eras.reach(name, day(number))
            told.lands(policy(f"p{number}", actions=["model.*"]))
        eras.end(day(5))
        assert spans(eras) == [(FIRST, day(0))]
        (era,) = eras.all
        assert [path for path, _ in era.frameworks] == [HOUSE[0]]

    def test_ends_where_a_framework_changes_comes_or_goes(self) -> None:
        told = story(HOUSE)
        eras = eras_of(told)
        eras.reach(FIRST, None)
        told.lands(framework("house", clause("1", rules=["stale-approval"])))
        eras.reach(SECOND, day(1))
        told.lands(gone=(HOUSE[0],))
        eras.reach(THIRD, day(2))
        eras.end(day(2))
        assert spans(eras) == [(FIRST, None), (SECOND, day(1)), (THIRD, day(2))]
        rules = [[one.rules for _, part in era.frameworks for one in part.spec.clauses] for era in eras.all]
        assert rules == [[("not-approved",)], [("stale-approval",)], []]

    def test_is_none_before_there_is_a_framework(self) -> None:
        told = story()
        eras = eras_of(told)
        eras.reach(FIRST, day(0))
        eras.allowed(FIRST, [], [], [])
        eras.end(day(0))
        assert eras.all == []
        eras.reach(FIRST, day(0))
        told.lands(HOUSE)
        eras.reach(SECOND, day(1))
        assert spans(eras) == [(SECOND, day(1))]

    def test_ends_where_a_rule_has_other_ground_to_go_by(self) -> None:
        """What no policy gave anything to go by shows nothing."""
        told = story(HOUSE)
        eras = eras_of(told)
        eras.reach(FIRST, day(0))
        pair = {"roles": ["auditor", "operator"], "reason": "Who audits does not operate"}
        told.lands(segregation(role_pairs=[pair]))
        eras.reach(SECOND, day(1))
        assert spans(eras) == [(FIRST, day(0)), (SECOND, day(1))]
        idle = [set(era.idle) for era in eras.all]
        assert idle[0] - idle[1] == {"conflict-not-ended", "conflicting-roles"}

    @pytest.mark.parametrize("kept", [False, True])
    def test_ends_on_the_days_on_which_clauses_begin_and_end(self, *, kept: bool) -> None:
        """Whether by another walk that goes on or by one."""
        told = story(DATED)
        eras = eras_of(told)
        days = ["2026-01-02T23:59:59Z", "2026-01-03T00:00:00Z", "2026-01-04T23:59:59Z", "2026-01-05T00:00:00Z", day(9)]
        for number, time in enumerate(days):
            if kept:
                later = eras_of(told)
                later.recall(restore(keep(eras.all)))
                eras = later
            eras.reach(oid(str(number)), time)
        eras.end(day(9))
        assert spans(eras) == [(oid(str(number)), days[number]) for number in (0, 1, 3)]
        counting = [[one.id for one in era.demands()] for era in eras.all]
        assert counting == [["old"], [], ["new"]]

    def test_is_another_one_while_nobody_tells_the_time(self) -> None:
        """Then any of them may count."""
        eras = eras_of(story(DATED))
        for name, time in ((FIRST, None), (SECOND, None), (THIRD, day(1))):
            eras.reach(name, time)
        assert spans(eras) == [(FIRST, None), (THIRD, day(1))]
        assert [[one.id for one in era.demands()] for era in eras.all] == [["old", "new"], ["old"]]

    def test_needs_no_time_where_no_clause_has_a_day(self) -> None:
        eras = eras_of(story(HOUSE))
        for name, time in ((FIRST, None), (SECOND, day(1)), (THIRD, None)):
            eras.reach(name, time)
        assert spans(eras) == [(FIRST, None)]

    def test_begins_empty_though_nothing_but_the_day_is_another(self) -> None:
        always = clause("always", permissions=["model:approve"])
        eras = eras_of(story(framework("dated", always, clause("new", in_force_from="2026-01-05"))))
        eras.reach(FIRST, day(0))
        eras.allowed(FIRST, [], [], [])
        eras.reach(SECOND, day(8))
        assert [(len(era.tallies), len(era.closing)) for era in eras.all] == [(1, 1), (0, 0)]
        assert eras.all[1].closing == ()
        assert eras.all[0].frameworks == eras.all[1].frameworks
        assert eras.all[0].idle == eras.all[1].idle

    def test_may_begin_at_the_end_of_the_chain(self) -> None:
        eras = eras_of(story(DATED))
        eras.reach(FIRST, day(0))
        eras.end(day(8))
        assert spans(eras) == [(FIRST, day(0)), (None, day(8))]


def landed(*files: File, gone: str | None = None, missing: str | None = None) -> list[tuple[PathChange, Parsed]]:
    """These files came, one went, and of another nobody has the content."""
    found = [(change(path, None, "new"), Parsed(read((path, text)))) for path, text in files]
    found += [(change(gone, "old", None), Parsed(None))] if gone else []
    lost = Parsed(None, (Finding("missing-object", "gone", Status.UNVERIFIABLE),))
    return [*found, *([(change(missing, None, "new"), lost)] if missing else [])]


def warned(*rules: str) -> list[Finding]:
    return [Finding(rule, "found", Status.WARN) for rule in rules]


class TestAllowedChanges:
    """They are counted together where they are alike: in kinds, in rules of the house, in what they were warned of."""

    def test_count_what_they_left(self) -> None:
        eras = eras_of(story(HOUSE))
        eras.reach(FIRST, day(0))
        eras.allowed(FIRST, landed(model("a"), user("x"), model("b"), gone="c"), warned("w", "v", "w"), [("own", 2)])
        eras.allowed(SECOND, landed(user("x"), model("a"), missing="d"), warned("v", "w"), [("own", 1)])
        (tally,) = eras.all[0].tallies.values()
        assert tally == Tally(
            ("Model", "User"),
            ("own",),
            ("v", "w"),
            FIRST,
            SECOND,
            changes=2,
            files=5,
            resources={"Model": 3, "User": 2},
            asked={"own": 3},
        )

    @pytest.mark.parametrize(
        ("files", "warnings", "own"),
        [((model("a"), user("x")), (), ()), ((model("a"),), ("w",), ()), ((model("a"),), (), [("own", 1)])],
    )
    def test_are_told_apart_by_each_of_that(self, files: tuple[File, ...], warnings: Any, own: Any) -> None:
        eras = eras_of(story(HOUSE))
        eras.reach(FIRST, day(0))
        eras.allowed(FIRST, landed(model("a")), (), ())
        eras.allowed(SECOND, landed(*files), warned(*warnings), own)
        assert [(one.first, one.last, one.changes) for one in eras.all[0].tallies.values()] == [
            (FIRST, FIRST, 1),
            (SECOND, SECOND, 1),
        ]

    def test_count_files_that_nobody_can_read(self) -> None:
        eras = eras_of(story(HOUSE))
        eras.reach(FIRST, day(0))
        eras.allowed(FIRST, [(change("a", None, "new"), Parsed(None))], (), ())
        (tally,) = eras.all[0].tallies.values()
        assert (tally.kinds, tally.files, tally.resources) == ((), 1, {})

    def test_belong_to_the_era_that_was_reached_last(self) -> None:
        eras = eras_of(story(DATED))
        for name, time in ((FIRST, day(0)), (SECOND, day(8))):
            eras.reach(name, time)
            eras.allowed(name, [], (), ())
        assert [[one.first for one in era.tallies.values()] for era in eras.all] == [[FIRST], [SECOND]]


class TestClosing:
    """When an era ends, it keeps what the permissions and sections that its clauses name show by then."""

    def test_tells_who_may_and_by_which_roles(self) -> None:
        names = [f"person-{number}" for number in range(7)]
        people = [user(name, roles=["steward"]) for name in names]
        steward, chief = (
            role("steward", permissions=["incident:report"]),
            role("chief", permissions=["incident:report"]),
        )
        asked = framework("house", clause("1", permissions=["incident:report", "audit:read"]))
        told = Story(asked, steward, chief, *people[:5])
        eras = eras_of(told)
        eras.reach(FIRST, day(0))
        eras.end(day(0))
        listed = ", ".join(names[:5])
        assert eras.all[0].closing == (
            ClauseEvidence(
                "permission", "incident:report", Status.PASS, items=5, detail=f"{listed}, as chief, steward"
            ),
        )
        told.lands(*people[5:])
        eras.end(day(1))
        (row,) = eras.all[0].closing
        assert (row.items, row.detail) == (7, f"{listed} and 2 more, as chief, steward")

    def test_counts_the_lines_of_sections_that_have_any(self) -> None:
        told = story(framework("house", clause("1", sections=["inventory", "incidents", "roles"])), model("fraud"))
        eras = eras_of(told)
        eras.reach(FIRST, day(0))
        told.lands(model("churn"))
        eras.end(day(1))
        held = len(told.registry.held())
        assert eras.all[0].closing == (
            ClauseEvidence("section", "inventory", Status.PASS, items=2),
            ClauseEvidence("section", "roles", Status.PASS, items=held),
        )

    def test_is_of_each_eras_own_end(self) -> None:
        """By the clauses that count, or may: not by one whose day has not come."""
        early = clause("early", sections=["inventory"], in_force_until="2026-01-03")
        late = clause("late", permissions=["model:approve"], in_force_from="2026-01-03")
        told = story(framework("house", early, late), model("fraud"))
        eras = eras_of(told)
        eras.reach(FIRST, day(0))
        told.lands(model("churn"))
        eras.reach(SECOND, day(5))
        told.lands(model("debt"))
        eras.end(day(5))
        assert [[(row.source, row.items) for row in era.closing] for era in eras.all] == [
            [("inventory", 2)],
            [("model:approve", len(told.registry.law.holders(permission="model:approve")))],
        ]


def standard(*clauses: dict[str, Any], **spec: Any) -> Framework:
    found = read(framework("house", *clauses, **spec))
    assert isinstance(found, Framework)
    return found


@pytest.mark.parametrize(
    ("dates", "time", "counts"),
    [
        ({}, None, True),
        ({}, day(1), True),
        ({"in_force_from": "2026-01-03"}, None, None),
        ({"in_force_until": "2026-01-03"}, None, None),
        ({"in_force_from": "2026-01-03"}, "2026-01-02T23:59:59Z", False),
        ({"in_force_from": "2026-01-03"}, "2026-01-03T00:00:00Z", True),
        ({"in_force_until": "2026-01-03"}, "2026-01-02T23:59:59Z", True),
        ({"in_force_until": "2026-01-03"}, "2026-01-03T00:00:00Z", False),
        ({"in_force_from": "2026-01-03", "in_force_until": "2026-01-05"}, "2026-01-04T00:00:00Z", True),
        ({"in_force_from": "2026-01-03", "in_force_until": "2026-01-05"}, "2026-01-05T00:00:00Z", False),
    ],
)
def test_a_clause_counts_from_its_first_day_to_its_last(
    dates: dict[str, str], time: str | None, *, counts: bool | None
) -> None:
    """Where that depends on a time that nobody told, it may."""
    house = standard(clause("1", **dates))
    era = Era(FIRST, time, (("a", house),))
    assert era.in_force(house, house.spec.clauses[0]) is counts
    assert [one.id for one in era.demands()] == ([] if counts is False else ["1"])


def test_what_is_kept_does_not_change_with_what_goes_on() -> None:
    """Nor the other way round; each content is kept once."""
    house, other = standard(clause("1")), standard(clause("1"), version="2")
    tally = Tally(("Model",), ("own",), (), FIRST, FIRST, 1, 1, {"Model": 1}, {"own": 1})
    eras = [
        Era(FIRST, None, (("a", house), ("b", other)), ("idle",), {tally.key: tally}),
        Era(None, day(1), (("a", house),), closing=(ClauseEvidence("section", "roles", Status.PASS, items=1),)),
    ]
    kept = keep(eras)
    assert [era.frameworks for era in kept.eras] == [(("a", 0), ("b", 1)), (("a", 0),)]
    assert len(kept.texts) == 2
    again = restore(kept)
    assert again == eras
    for one in (tally, again[0].tallies[tally.key]):
        one.changes += 1
        one.resources["Model"] += 1
        one.asked["own"] += 1
    (known,) = restore(kept)[0].tallies.values()
    assert known == Tally(("Model",), ("own",), (), FIRST, FIRST, 1, 1, {"Model": 1}, {"own": 1})
    assert keep([]) == KeptEras()


def test_an_era_begins_where_its_first_change_is_or_at_the_end() -> None:
    positions = {FIRST: 0, SECOND: 1}
    assert [begins(Era(since, None, ()), positions) for since in (FIRST, SECOND, None)] == [0, 1, 2]
