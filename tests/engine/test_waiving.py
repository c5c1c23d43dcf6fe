"""Waivers and findings made by hand: what is excused, what is not and why, and how often a waiver was of use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from govops.decision import Cause, ChangeFacts, Unlawful, Verdict
from govops.engine.waiving import Ground, Tally, Waiving, approved, approvers_of, ground_of, left_of
from govops.finding import Finding, Status
from govops.history.deeds import Deed, Deeds
from govops.kinds.waiver import Waiver
from govops.lifecycle import Action
from govops.rules import RULES
from tests.decision.sample import LANDED, PATH, facts, house
from tests.support.facts import change, law, oid, read
from tests.support.files import File, kind, model, user, waiver

ENDS = "2026-03-31T00:00:00Z"
FAIL, WARN, OPEN, WAIVED = Status.FAIL, Status.WARN, Status.UNVERIFIABLE, Status.WAIVED


def named(name: str = "models", **spec: Any) -> tuple[str, Waiver]:
    """A waiver and its path."""
    path, _ = file = waiver(name, **spec)
    found = read(file)
    assert isinstance(found, Waiver)
    return path, found


HERE, _ = named()


def ground(*waivers: tuple[str, Waiver], approvers: Iterable[str] = (), **fields: Any) -> Ground:
    """They stood before a change of January; each was let in by the same people."""
    known: dict[str, Any] = {"time": LANDED, "days": 90, "approvers": lambda name: frozenset(approvers)}
    return Ground(waivers or (named(),), **(known | fields))


def found(rule: str = "not-approved", path: str | None = PATH, **fields: Any) -> Finding:
    return Finding(rule, "found", path=path, **({"hint": "ask somebody"} | fields))


def waived(finding: Finding, under: Ground) -> Finding:
    return Waiving({rule.id: rule for rule in RULES}).waived(finding, under)


class TestAFinding:
    """It is excused by a waiver of its rule whose scope holds all of its paths."""

    @pytest.mark.parametrize("status", [FAIL, WARN])
    def test_is_excused_with_the_reason_and_the_end(self, status: Status) -> None:
        one = found(status=status)
        hint = f"excused until {ENDS}: Nobody is there to review"
        assert waived(one, ground()) == replace(one, status=WAIVED, waived=HERE, hint=hint)

    def test_is_excused_with_the_beginning_of_a_long_reason(self) -> None:
        told = waived(found(), ground(named(reason="abcd" * 51))).hint
        assert told == f"excused until {ENDS}: {'abcd' * 50}"

    @pytest.mark.parametrize(
        "one",
        [
            found(status=OPEN),
            found(status=Status.ERROR),
            found("not-approved", None),
            found("no-receipt"),
            found("approver-lacks-role"),
            found("of-their-own"),
            found(path="registry/users/dave.yaml"),
            found(others=("registry/users/dave.yaml",)),
            found(path=".github/workflows/x.yml"),
        ],
    )
    def test_of_something_else_is_left_as_it_is(self, one: Finding) -> None:
        """Also where the waiver names the rule: what is open, of no file, of the rules themselves, or not waivable."""
        assert waived(one, ground(named(rules=["not-approved", "no-receipt"], scope={"path": "**"}))) == one

    def test_of_several_files_is_excused_where_all_are_in_scope(self) -> None:
        inside, outside = (found(others=(path,)) for path in (model("churn")[0], "registry/use-cases/claims.yaml"))
        assert waived(inside, ground()).status is WAIVED
        assert waived(outside, ground()) == outside

    def test_of_a_rule_of_ones_own_can_always_be_excused(self) -> None:
        assert waived(found("of-their-own"), ground(named(rules=["of-their-own"]))).status is WAIVED

    def test_is_excused_by_the_first_waiver_that_counts(self) -> None:
        ended, other = named("a", expires=LANDED), named("b", scope={"path": "registry/use-cases/**"})
        assert waived(found(), ground(ended, other, named("c"), named("d"))).waived == named("c")[0]


class TestWhyNot:
    """A waiver that is about the finding and does not count says why; the finding stands."""

    @pytest.mark.parametrize(
        ("how", "spec", "why"),
        [
            ({}, {"expires": LANDED}, f"it ended at {LANDED}"),
            ({"days": 84}, {}, "it lasts longer than 84 days"),
            (
                {"approvers": ["bob", "erin"], "makers": frozenset({"dave", "erin"})},
                {},
                "erin approved it, and took part in this change",
            ),
            ({"approvers": ["carol"]}, {}, "carol approved it, and this was found against them"),
        ],
    )
    def test_is_told_beside_what_there_was_to_do(self, how: dict[str, Any], spec: dict[str, Any], why: str) -> None:
        one = found(subject="carol")
        hint = f"ask somebody; {HERE} does not count: {why}"
        assert waived(one, ground(named(**spec), **how)) == replace(one, hint=hint)

    def test_is_told_of_each_and_of_those_that_nobody_approved(self) -> None:
        barred = (*named("c"), "nobody approved it")
        elsewhere = (*named("d", scope={"path": "registry/use-cases/**"}), "nobody approved it")
        old, older = named("a", expires=LANDED), named("b", expires="2026-01-01T00:00:00Z")
        told = waived(found(), ground(old, older, barred=(barred, elsewhere))).hint.split("; ")
        assert [line.split(":")[0] for line in told[1:]] == [
            f"policies/waivers/{name}.yaml does not count" for name in "abc"
        ]
        assert told[-1].endswith(": nobody approved it")

    def test_is_told_of_a_barred_one_that_names_the_resource(self) -> None:
        barred = (*named(scope={"resource": "Model/fraud"}), "nobody approved it")
        under = ground(named("other", rules=["other"]), barred=(barred,), is_in=lambda path, resource: path == PATH)
        assert waived(found(), under).hint == f"ask somebody; {HERE} does not count: nobody approved it"

    def test_is_all_there_is_to_say_where_nothing_else_was(self) -> None:
        assert waived(found(hint=""), ground(named(expires=LANDED))).hint.startswith(HERE)

    @pytest.mark.parametrize(("status", "left"), [(FAIL, OPEN), (WARN, WARN)])
    def test_leaves_a_violation_open_where_nobody_tells_the_time(self, status: Status, left: Status) -> None:
        """Whatever else is wrong with another waiver; a warning stays one."""
        told = waived(found(status=status, subject="x"), ground(named("a"), named("b"), time=None))
        assert told.status is left
        assert told.hint.count("nobody attests when this change landed, so nobody can tell") == 2
        one = ground(named("a"), named("b"), time=None, approvers=("x",))
        assert waived(found(status=status, subject="x"), one).status is status

    def test_is_that_one_of_those_who_let_this_very_waiver_in_made_the_change(self) -> None:
        """Whoever let another one in is served by this."""
        let_in = {"a": frozenset({"erin"}), "b": frozenset({"carol"})}
        under = replace(ground(named("a"), named("b"), makers=frozenset({"erin"})), approvers=let_in.__getitem__)
        assert waived(found(), under).waived == named("b")[0]

    def test_may_leave_it_open_by_one_waiver_of_several(self) -> None:
        under = ground(named("a"), named("b"), time=None)
        for mine in ("a", "b"):
            one = replace(
                under, approvers={"a": frozenset[str](), "b": frozenset[str](), mine: frozenset({"x"})}.__getitem__
            )
            assert waived(found(subject="x"), one).status is OPEN


@pytest.mark.parametrize(
    ("landed", "days", "counts"),
    [
        ("2026-03-30T23:59:59Z", 90, True),
        (ENDS, 90, False),
        ("2026-03-01T00:00:00Z", 30, True),
        ("2026-02-28T23:59:59Z", 30, False),
    ],
)
def test_a_waiver_counts_to_the_second_and_for_no_longer_than_allowed(landed: str, days: int, *, counts: bool) -> None:
    assert (waived(found(), ground(time=landed, days=days)).status is WAIVED) == counts


class TestScope:
    """A path, a pattern, a resource by name; given two, both."""

    @pytest.mark.parametrize(
        ("scope", "covered"),
        [
            ({"path": "registry/models/**"}, True),
            ({"path": "registry/use-cases/**"}, False),
            ({"resource": "Model/fraud"}, True),
            ({"resource": "Model/churn"}, False),
            ({"resource": "Model/fraud", "path": "registry/models/**"}, True),
            ({"resource": "Model/fraud", "path": "registry/use-cases/**"}, False),
            ({"resource": "Model/churn", "path": "registry/models/**"}, False),
        ],
    )
    def test_holds_what_lies_in_all_that_it_gives(self, scope: dict[str, str], *, covered: bool) -> None:
        under = ground(named(scope=scope), is_in=lambda path, resource: (path, resource) == (PATH, "Model/fraud"))
        assert (waived(found(), under).status is WAIVED) == covered


def change_under(*landed: str) -> ChangeFacts:
    return facts(house(), landed=tuple(change(path, None, "new") for path in landed))


class TestTallies:
    """How often a waiver was of use, and whether it had a chance to be."""

    def test_count_what_is_reported_and_what_is_not(self) -> None:
        waiving, one, other = Waiving({}), named("one"), named("other", rules=["executable-file"])
        under = ground(one, other)
        told = waiving.apply([found(), found("x"), found()], change_under(PATH), under, reporting=False)
        assert [finding.waived for finding in told] == [one[0], "", one[0]]
        waiving.apply([found(), found("executable-file")], change_under(PATH), under, reporting=True)
        assert waiving.tallies == {
            one[0]: Tally(one[1], counted=1, ever=3, had_chance=True),
            other[0]: Tally(other[1], counted=1, ever=1, had_chance=True),
        }

    def test_know_the_waiver_as_it_was_when_it_was_last_of_use(self) -> None:
        waiving, (path, edited) = Waiving({}), named(reason="Other")
        waiving.apply([found()], change_under(PATH), ground(), reporting=True)
        waiving.apply([], change_under(PATH), ground((path, edited)), reporting=True)
        assert waiving.tallies[path].waiver == named()[1]
        waiving.apply([found()], change_under(PATH), ground((path, edited)), reporting=True)
        assert waiving.tallies[path] == Tally(edited, counted=2, ever=2, had_chance=True)

    def test_know_a_chance_by_what_landed_while_it_was_in_force(self) -> None:
        waiving, (path, one) = Waiving({}), named()
        waiving.apply([], change_under("registry/use-cases/x.yaml"), ground(), reporting=True)
        waiving.apply([], change_under(PATH), ground(time=ENDS), reporting=True)
        assert waiving.tallies == {}
        waiving.apply([], change_under("registry/use-cases/x.yaml", PATH), ground(), reporting=True)
        assert waiving.tallies == {path: Tally(one, had_chance=True)}

    def test_are_of_use_without_a_file_that_landed(self) -> None:
        """A finding on what stands, that another change brought to light."""
        waiving, (path, one) = Waiving({}), named()
        waiving.apply([found()], change_under(), ground(), reporting=True)
        assert waiving.tallies == {path: Tally(one, counted=1, ever=1)}

    def test_know_a_chance_of_a_resource_that_is_named(self) -> None:
        waiving, (path, one) = Waiving({}), named(scope={"resource": "Model/fraud"})
        under = ground((path, one), is_in=lambda path, resource: (path, resource) == (PATH, "Model/fraud"))
        waiving.apply([], change_under("registry/models/churn/model.yaml"), under, reporting=True)
        assert waiving.tallies == {}
        waiving.apply([], change_under(PATH), under, reporting=True)
        assert waiving.tallies == {path: Tally(one, had_chance=True)}

    def test_say_nothing_where_no_waiver_stood(self) -> None:
        waiving, findings = Waiving({}), [found()]
        assert waiving.apply(findings, change_under(PATH), None, reporting=True) == findings
        assert waiving.tallies == {}


def brings(file: File) -> Action:
    return Action("policy.change", "Waiver", "models", file[0], None, read(file))


class TestWhatStoodBefore:
    """The ground on which the waivers of a change are judged."""

    def test_is_none_without_any_waiver(self) -> None:
        assert ground_of(facts(house()), Verdict(Status.PASS)) is None

    def test_has_the_lawful_ones_and_those_who_made_the_change(self) -> None:
        deeds = Deeds()
        deeds.add([Deed("Waiver/models", "policy.change", oid("before"), approving=("carol",))])
        deeds.add([Deed("Waiver/models", "policy.change", oid("change"), approving=("erin",))])
        known = facts(law(waiver("models"), user("alice")), deeds=deeds)
        under = ground_of(known, Verdict(Status.PASS, contributors=("a stranger",), makers=("alice",)))
        assert under is not None
        assert (under.waivers, under.barred, under.makers) == ((named(),), (), frozenset({"alice"}))
        assert (under.time, under.days) == (LANDED, known.law.settings.limits.waiver_days)
        assert under.approvers("models") == {"carol"}
        assert under.approvers("other") == frozenset()

    def test_bars_what_nobody_approved_and_what_comes_with_the_change(self) -> None:
        pushed, brought = waiver("pushed"), waiver("brought")
        rules = law(pushed, unlawful={pushed[0]: Unlawful(FAIL, oid("push"), None)})
        other = Action("model.register", "Model", "fraud", PATH, None, read(model("fraud")))
        under = ground_of(facts(rules, actions=(other, brings(brought))), Verdict(Status.PASS))
        assert under is not None
        assert under.waivers == ()
        assert under.barred == (
            (*named("pushed"), f"commit {oid('push')[:12]} left it without approval"),
            (*named("brought"), "it lands with this very change"),
        )

    @pytest.mark.parametrize("unlawful", [True, False])
    def test_is_there_for_a_single_one_of_them(self, *, unlawful: bool) -> None:
        file = waiver("models")
        rules = law(file, unlawful={file[0]: Unlawful(FAIL, oid("push"), None)}) if unlawful else house()
        told = facts(rules, actions=() if unlawful else (brings(file),))
        assert ground_of(told, Verdict(Status.PASS)) is not None

    @pytest.mark.parametrize(
        ("path", "resource", "is_in"),
        [
            (PATH, "Model/fraud", True),
            (PATH, "Model/churn", False),
            ("sheets/one.yaml", "Sheet/one", True),
            ("sheets/one.yaml", "Sheet/two", False),
            ("sheets/one.yaml", "Book/one", False),
            ("books/one.yaml", "Book/one", True),
            ("elsewhere/one.yaml", "Sheet/one", False),
        ],
    )
    def test_knows_where_a_resource_stands(self, path: str, resource: str, *, is_in: bool) -> None:
        """Also one of a kind of one's own."""
        rules = law(waiver("models"), kind("Sheet", "sheets"), kind("Book", "books"))
        under = ground_of(facts(rules), Verdict(Status.PASS))
        assert under is not None
        assert under.is_in(path, resource) is is_in


def test_everybody_who_ever_approved_it_is_an_approver() -> None:
    """In any change, whatever became of it; but for one that is being judged."""
    deeds = Deeds()
    for number, people in enumerate([("carol",), ("erin", "bob"), ()]):
        deeds.add([Deed("Waiver/models", "policy.change", oid(f"{number}"), approving=people)])
    deeds.add([Deed("Waiver/other", "policy.change", oid("0"), approving=("mallory",))])
    assert approved("Waiver/models", deeds) == {"bob", "carol", "erin"}
    assert approved("Waiver/models", deeds, but=oid("1")) == approvers_of("models", deeds, but=oid("1")) == {"carol"}


def because(rule: str, status: Status = FAIL, who: str = "") -> Cause:
    return Cause(rule, status, who=who)


@pytest.mark.parametrize(
    ("causes", "findings", "left"),
    [
        ([], [], Status.PASS),
        ([because("a")], [], FAIL),
        ([because("a")], [found("a", status=WAIVED)], WAIVED),
        ([because("a")], [found("a", status=OPEN)], OPEN),
        ([because("a"), because("b")], [found("a", status=WAIVED)], FAIL),
        ([because("a"), because("b", OPEN)], [found("a", status=WAIVED)], OPEN),
        ([because("a", who="x")], [found("a", status=WAIVED, subject="y")], FAIL),
        ([because("a", who="x")], [found("a", status=WAIVED, subject="x"), found("a", subject="y")], WAIVED),
        ([because("a", Status.ERROR), because("b")], [], Status.ERROR),
        ([because("a", WARN)], [], Status.PASS),
        ([because("a", WARN)], [found("a", status=WAIVED)], Status.PASS),
        ([because("a")], [found("a", status=WAIVED), found("a", status=WARN)], WAIVED),
        ([because("a"), because("b", WARN)], [found("a", status=WAIVED), found("b", status=WAIVED)], WAIVED),
    ],
)
def test_a_verdict_amounts_to_the_worst_cause_that_is_not_excused(
    causes: list[Cause], findings: list[Finding], left: Status
) -> None:
    assert left_of(Verdict(FAIL, tuple(causes)), findings) is left
