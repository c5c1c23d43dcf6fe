"""What ratifications accept and reverts restore, of cases made by hand: sums and overlays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.engine.cases import Case, Cases, Charge
from govops.engine.ledger import Ledger
from govops.engine.series import Changes, Mapped
from govops.finding import ChangeRecord, Finding, Status, worst_of
from govops.history import Entry
from govops.kinds.ratification import Ratification
from tests.support.facts import change, entry, law, oid, read
from tests.support.files import ratification, user

PATH = "policies/ratifications/mend.yaml"
OPEN, FAIL, WARN, WAIVED = Status.UNVERIFIABLE, Status.FAIL, Status.WARN, Status.WAIVED


def finding(of: str, number: int, status: Status) -> Finding:
    return Finding("some-rule", "found", status, commit=oid(of), path=f"registry/{number}", subject=str(number))


def case(of: str, *statuses: Status, reported: bool = True, **before: str | None) -> Case:
    """A change of which these were found; ``before`` are its paths as they were."""
    found = [finding(of, number, status) for number, status in enumerate(statuses)]
    charges = tuple(Charge(one.fingerprint, one.rule, one.path, one.status) for one in found)
    stood = tuple((path, None if text is None else entry(text)) for path, text in sorted(before.items()))
    return Case(oid(of), worst_of(statuses), ("mallory",), (), charges, stood, reported)


def mend(*changes: str, **spec: Any) -> Ratification:
    found = read(ratification("mend", *map(oid, changes), **spec))
    assert isinstance(found, Ratification)
    return found


def changed(cases: Cases, *named: str, commit: str = "r", **spec: Any) -> list[tuple[str, Status, Status]]:
    return [(one.change, was, now) for one, was, now in cases.accept(PATH, mend(*named, **spec), oid(commit))]


def having(*those: Case) -> Cases:
    cases = Cases()
    for one in those:
        cases.add(one)
    return cases


@pytest.mark.threat("C40")
@pytest.mark.parametrize(
    ("statuses", "now"),
    [
        ((FAIL,), WAIVED),
        ((FAIL, FAIL), WAIVED),
        ((FAIL, WARN), WAIVED),
        ((FAIL, OPEN), OPEN),
        ((FAIL, WAIVED), WAIVED),
        ((FAIL, Status.ERROR), None),
        ((OPEN,), None),
        ((WARN,), None),
    ],
)
def test_a_violation_becomes_an_exception_and_nothing_else_does(
    statuses: tuple[Status, ...], now: Status | None
) -> None:
    found = changed(having(case("v", *statuses)), "v")
    assert found == ([(oid("v"), worst_of(statuses), now)] if now else [])


def test_what_another_walk_kept_is_known_like_what_this_one_found() -> None:
    kept = having(case("a", FAIL), case("b", FAIL))
    list(kept.accept(PATH, mend("a"), oid("r")))
    later = Cases(kept.since, kept.mending)
    later.add(case("c", FAIL))
    assert later.answer("other", mend("a", "b", "c")).accepted == tuple(
        (one, one.charges[0]) for one in (kept.since[1], later.since[0])
    )
    assert [one.named for one in later.answer("other", mend("a")).unmatched] == [f"change {oid('a')[:12]}"]
    assert later.answer(PATH, mend("a")).unmatched == ()


@pytest.mark.threat("C40")
def test_a_revert_has_to_restore_every_path_to_what_it_was() -> None:
    cases = having(case("v", FAIL, a=None, b="old"), case("w", FAIL, a=None))
    cases.restore([change("a", "x", None)], oid("half"))
    assert cases.mending.remediated == {oid("w"): oid("half")}
    cases.restore([change("a", "x", None), change("b", "y", "other")], oid("other"))
    assert oid("v") not in cases.mending.remediated
    cases.restore([change("a", "x", None), change("b", "y", "old"), change("c", None, "new")], oid("whole"))
    cases.restore([change("a", "x", None), change("b", "y", "old")], oid("again"))
    assert cases.mending.remediated[oid("v")] == oid("whole")


@pytest.mark.threat("C40")
def test_a_file_that_a_revert_leaves_alone_is_not_gone() -> None:
    """Two files were added, and one of them is removed again."""
    cases = having(case("v", FAIL, a=None, b=None))
    cases.restore([change("a", "x", None)], oid("half"))
    assert cases.mending.remediated == {}
    cases.restore([change("a", "y", None), change("b", "x", None)], oid("whole"))
    assert cases.mending.remediated == {oid("v"): oid("whole")}


STATUSES = st.lists(st.sampled_from([FAIL, FAIL, WARN, OPEN, WAIVED]), min_size=1, max_size=3)
NAMED = st.lists(st.integers(0, 5), min_size=1, max_size=3, unique=True)
BINS = {Status.PASS: "approved", WAIVED: "waived", OPEN: "undecidable", FAIL: "violating"}


@pytest.mark.threat("A04")
@given(st.lists(st.tuples(STATUSES, st.booleans()), max_size=6), st.lists(st.tuples(NAMED, st.booleans()), max_size=4))
def test_whatever_is_ratified_every_change_stays_in_one_bin(
    changes: list[tuple[list[Status], bool]], ratifications: list[tuple[list[int], bool]]
) -> None:
    """The sums hold, each bin is what its changes amount to, and each ratification counts what it accepts."""
    cases, ledger = Cases(), Ledger()
    found: list[Finding] = []
    for number, (statuses, reported) in enumerate(changes):
        one = case(str(number), *statuses, reported=reported)
        cases.add(one)
        if reported:
            ledger.bins[BINS[one.status]] = ledger.bins.get(BINS[one.status], 0) + 1
            found += [finding(str(number), place, status) for place, status in enumerate(statuses)]
    for number, (named, exact) in enumerate(ratifications):
        prints = [finding(str(name), place, FAIL).fingerprint for name in named for place in range(2)] if exact else []
        text = mend(*map(str, named), fingerprints=prints)
        for one, was, now in cases.accept(f"policies/ratifications/{number}.yaml", text, oid(f"r{number}")):
            if one.reported:
                ledger.rebin(was, now)
    mending, counts = cases.mending, ledger.counts()
    assert (counts.problem, counts.governed) == ("", sum(reported for _, reported in changes))
    left: dict[str, list[Status]] = {}
    for told in found:
        stands = mending.finding(told).status
        left.setdefault(told.commit or "", []).extend([] if (stands, told.status) == (WAIVED, WARN) else [stands])
    for status, name in BINS.items():
        assert getattr(counts, name) == sum(worst_of(those) is status for those in left.values())
    accepted = sum(mending.finding(told) != told for told in found)
    assert accepted == sum(mending.counts.values())


def test_a_sequence_is_told_in_another_way_as_it_is_read() -> None:
    seen: list[int] = []

    def twice(number: int) -> int:
        seen.append(number)
        return 2 * number

    told_twice = Mapped((1, 2, 3), twice)
    assert (seen, len(told_twice), told_twice[1], told_twice[1:]) == ([2, 2, 3], 3, 4, (4, 6))
    assert list(told_twice) == [2, 4, 6]


def test_troubled_changes_are_told_as_they_stand_too() -> None:
    """Those that were kept and those that were not: one that is waived by now is still not plainly allowed."""
    broken = ChangeRecord(oid("v"), None, (oid("v"),), "V", FAIL)
    fine = ChangeRecord(oid("w"), None, (oid("w"),), "W", Status.PASS)
    cases = having(case("v", FAIL))
    list(cases.accept(PATH, mend("v"), oid("r")))
    how = cases.mending.change
    changes = Changes(*(Mapped(those, how) for those in ((broken, fine), (broken,), (broken,))))
    assert [one.status for one in changes] == [WAIVED, Status.PASS, WAIVED]
    assert [one.status for one in changes.troubled()] == [WAIVED, WAIVED]


def test_what_is_open_stays_open_though_it_is_called_like_what_was_accepted() -> None:
    """A name says nothing of a finding's status, so two of one name may stand apart."""
    cases = having(case("v", FAIL))
    list(cases.accept(PATH, mend("v"), oid("r")))
    told = {status: cases.mending.finding(finding("v", 0, status)) for status in (FAIL, WARN, OPEN, Status.ERROR)}
    assert {status: one.status for status, one in told.items()} == {
        FAIL: WAIVED,
        WARN: WAIVED,
        OPEN: OPEN,
        Status.ERROR: Status.ERROR,
    }
    assert (told[FAIL].waived, told[OPEN].waived) == (PATH, "")


def test_what_is_accepted_says_by_which_change_and_why() -> None:
    """Of a long reason the beginning."""
    cases = having(case("v", FAIL), case("w", FAIL))
    list(cases.accept(PATH, mend("v", reason="Short"), oid("r")))
    list(cases.accept("other", mend("w", reason="abcd" * 51), oid("s")))
    told = [cases.mending.finding(finding(of, 0, FAIL)) for of in "vw"]
    assert [one.hint for one in told] == [
        f"accepted by change {oid('r')[:12]}: Short",
        f"accepted by change {oid('s')[:12]}: {'abcd' * 50}",
    ]


def test_a_change_that_is_accepted_or_restored_is_told_so_and_nothing_else_of_it() -> None:
    broken = ChangeRecord(oid("v"), None, (oid("v"),), "V", FAIL)
    cases = having(case("v", FAIL, a="x"))
    assert cases.mending.change(broken) is broken
    restored = having(case("v", FAIL, a="x"))
    restored.restore([change("a", "y", "x")], oid("back"))
    assert restored.mending.change(broken) == replace(broken, remediated_by=oid("back"))
    list(cases.accept(PATH, mend("v"), oid("r")))
    assert cases.mending.change(broken) == replace(broken, status=WAIVED)


def test_a_finding_is_known_by_what_it_was_called_before_the_history_was_rewritten() -> None:
    """Of two that differ only in whom they are about, the one that is named."""
    was, now = oid("as it was"), oid("as it is")
    about = [Finding("conflicting-roles", "", commit=now, path="a", subject=name) for name in ("dave", "erin")]
    charges = tuple(Charge(one.fingerprint, one.rule, one.path, FAIL, one.subject) for one in about)
    cases = having(replace(case("v", FAIL), change=now, charges=charges))
    cases.renamed = {was: now}.__getitem__
    named = read(ratification("mend", was, fingerprints=[replace(about[1], commit=was).fingerprint]))
    assert isinstance(named, Ratification)
    assert cases.answer(PATH, named).accepted == ((cases.since[0], charges[1]),)
    assert cases.answer(PATH, named).unmatched == ()


@pytest.mark.parametrize("address", ["account:local:secret", "email:x@else.example"])
def test_whoever_had_an_address_of_a_maker_is_a_maker_as_soon_as_that_is_known(address: str) -> None:
    cases = having(replace(case("v", FAIL), addresses=("account:local:other", address)))
    account = {"forge": "local", "id": "secret", "login": "ccc"}
    carol = user("carol", accounts=[account], emails=["x@else.example"])
    assert list(cases.made_by(law(user("carol")), oid("v"))) == ["mallory"]
    assert list(cases.made_by(law(carol), oid("v"))) == ["mallory", "carol"]
    assert list(cases.made_by(law(carol), oid("w"))) == []


def test_what_a_ratification_names_in_vain_is_told_with_the_reason() -> None:
    """Nothing of it was found, or nothing is left of it to be accepted."""
    cases = having(case("open", OPEN), case("done", FAIL))
    list(cases.accept("other", mend("done"), oid("r")))
    named = cases.answer(PATH, mend("done", "open", "unknown", fingerprints=["0123456789abcdef"])).unmatched
    assert [(one.path, one.field, one.named) for one in named] == [
        *((PATH, ("spec", "changes", n), f"change {oid(of)[:12]}") for n, of in enumerate(("done", "open", "unknown"))),
        (PATH, ("spec", "fingerprints", 0), "finding 0123456789abcdef"),
    ]
    nothing_left, as_little, no_change, no_finding = (one.reason for one in named)
    assert nothing_left == as_little
    assert "accepted that already" in nothing_left
    assert "no earlier change" in no_change
    assert "none of these changes" in no_finding


def test_a_violation_that_another_walk_kept_is_restored_like_one_of_this() -> None:
    kept = having(case("v", FAIL, a="old"), case("w", FAIL, b="old"))
    kept.restore([change("b", "y", "old")], oid("before"))
    later = Cases(kept.since, kept.mending)
    later.restore([change("a", "x", "old"), change("b", "x", "old")], oid("back"))
    assert later.mending.remediated == {oid("v"): oid("back"), oid("w"): oid("before")}


def test_a_change_changes_its_bin_once() -> None:
    """What is accepted of it later, when no violation is left, makes nothing else of it."""
    cases = having(case("v", FAIL, WARN))
    warning = finding("v", 1, WARN).fingerprint
    assert changed(cases, "v") == [(oid("v"), FAIL, WAIVED)]
    assert changed(cases, "v", fingerprints=[warning]) == []
    assert cases.mending.counts == {PATH: 2}


def test_an_accepted_warning_makes_no_exception_of_a_change() -> None:
    cases = having(case("v", WARN))
    assert changed(cases, "v", fingerprints=[finding("v", 0, WARN).fingerprint]) == []
    assert cases.mending.counts == {PATH: 1}


def test_what_is_found_after_others_were_asked_for_is_known_as_well() -> None:
    cases = having(case("v", FAIL))
    assert len(cases.answer(PATH, mend("v")).accepted) == 1
    cases.add(case("w", FAIL, a=None))
    assert len(cases.answer(PATH, mend("v", "w")).accepted) == 2
    cases.restore([change("a", "x", None)], oid("back"))
    assert cases.mending.remediated == {oid("w"): oid("back")}


def test_several_ratifications_are_answered_one_after_the_other() -> None:
    cases = having(case("v", FAIL), case("w", FAIL))
    answer = cases.answers([(PATH, mend("v", "unknown")), ("other", mend("neither", "w"))])
    assert [one.change for one, _ in answer.accepted] == [oid("v"), oid("w")]
    assert [(one.path, one.field[-1]) for one in answer.unmatched] == [(PATH, 1), ("other", 0)]


def test_a_change_that_is_named_twice_is_accepted_once() -> None:
    """By what it was called before the history was rewritten, and by what it is called now."""
    cases = having(case("v", FAIL))
    cases.renamed = lambda change: oid("v") if change == oid("old v") else change
    assert len(cases.answer(PATH, mend("v", "old v")).accepted) == 1
    list(cases.accept(PATH, mend("v", "old v"), oid("r")))
    assert cases.mending.counts == {PATH: 1}


def test_an_entry_of_no_path_restores_nothing() -> None:
    cases = having(case("v", FAIL, a="x"))
    cases.restore([], oid("empty"))
    cases.restore([change("b", None, "x")], oid("elsewhere"))
    assert cases.mending.remediated == {}
    assert Entry("", "") != entry("x")
