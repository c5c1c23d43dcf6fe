"""From steps to changes: which steps one receipt covers, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.engine.grouping import Attribution, attribute, combine
from govops.evidence.book import EvidenceBook, Recorded, Trust
from govops.evidence.records import Receipt
from govops.history import Entry, PathChange, SideCommit, Step
from tests.evidence.sample import BRANCH, REPOSITORY, receipt, recorded
from tests.support.cast import public_line
from tests.support.facts import change, commit, entry, oid, step

TRUST = Trust((("recorder", public_line("recorder")),), REPOSITORY, BRANCH)
NAMES = ("adoption", "one", "two", "three")
POSITIONS = {oid(name): place for place, name in enumerate(NAMES)}
ONE = step("one", "adoption")


def covers(base: str, tip: str, **fields: object) -> Recorded:
    """A trusted receipt of the steps after ``base`` up to ``tip``; ``signer`` replaces the recorder's key."""
    signer = fields.pop("signer", "recorder")
    assert signer is None or isinstance(signer, str)
    return recorded(receipt(base=oid(base), tip=oid(tip), **fields), signer)


def attributed(*records: Recorded) -> Attribution:
    """Whose receipt the step after the adoption belongs to."""
    return attribute(ONE, POSITIONS, EvidenceBook(records), TRUST, lambda key, change: False)


SERIES = {"one step": "one", "two steps": "two", "a rebase merge of three": "three"}


@pytest.mark.threat("C13")
@pytest.mark.parametrize("tip", SERIES.values(), ids=SERIES)
def test_a_receipt_covers_the_steps_from_its_base_to_its_tip(tip: str) -> None:
    record = covers("adoption", tip)
    found = attributed(record)
    assert (found.last, found.problem) == (oid(tip), "")
    assert found.receipt == (record, record.payload)


def test_receipts_that_agree_are_one() -> None:
    again = covers("adoption", "one", sequence=1, recorded_at="2026-03-01T00:00:00Z")
    assert attributed(covers("adoption", "one"), again).problem == ""


PROBLEMS: dict[str, tuple[list[Recorded], str, str]] = {
    "none": ([], "no-receipt", "one"),
    "of another change": ([covers("one", "two")], "no-receipt", "one"),
    "of a commit that is not on the branch": ([covers("adoption", "elsewhere")], "no-receipt", "one"),
    "that begins at another parent": ([covers("root", "one")], "receipt-mismatch", "one"),
    "two of different lengths": ([covers("adoption", "one"), covers("adoption", "two")], "receipts-disagree", "two"),
    "two that tell different times": (
        [covers("adoption", "one"), covers("adoption", "one", landed_at="2026-01-05T09:00:00Z")],
        "receipts-disagree",
        "one",
    ),
    "unsigned": ([covers("adoption", "one", signer=None)], "evidence-untrusted", "one"),
    "by a stranger": ([covers("adoption", "one", signer="mallory")], "evidence-untrusted", "one"),
    "for another branch": ([covers("adoption", "one", branch="develop")], "evidence-untrusted", "one"),
    "that ends before it begins": ([covers("adoption", "adoption")], "no-receipt", "one"),
}


@pytest.mark.threat("C18")
@pytest.mark.parametrize(("records", "problem", "last"), PROBLEMS.values(), ids=PROBLEMS)
def test_without_one_believed_receipt_the_reason_is_told(records: list[Recorded], problem: str, last: str) -> None:
    found = attributed(*records)
    assert (found.problem, found.last, found.receipt) == (problem, oid(last), None)


UNSIGNED, STRANGE = covers("adoption", "one", signer=None), covers("adoption", "one", signer="mallory")
ELSEWHERE = covers("adoption", "one", repository="local:acme/else")
BRANCHED = covers("adoption", "one", branch="develop")
MISPLACED = covers("root", "one")
ENDING, STRANGE_SERIES = covers("root", "one", signer=None), covers("adoption", "two", signer="mallory")
DETAILS: dict[str, tuple[list[Recorded], str]] = {
    "unsigned": ([UNSIGNED], f"record {UNSIGNED.id[:12]} has no valid signature"),
    "by a stranger": ([STRANGE], f"record {STRANGE.id[:12]} is not signed by a recorder of approved Settings"),
    "for another repository": ([ELSEWHERE], f'record {ELSEWHERE.id[:12]} was made for repository "local:acme/else"'),
    "for another branch": ([BRANCHED], f'record {BRANCHED.id[:12]} was made for branch "develop"'),
    "that begins elsewhere": (
        [MISPLACED],
        f"record {MISPLACED.id[:12]} ends at this commit and begins at another parent",
    ),
    "two that begin or end here, the one that ends first": (
        [ENDING, STRANGE_SERIES],
        f"record {ENDING.id[:12]} has no valid signature",
    ),
    "none": ([], ""),
}


@pytest.mark.parametrize(("records", "detail"), DETAILS.values(), ids=DETAILS)
def test_the_record_that_cannot_be_used_is_named_with_the_reason(records: list[Recorded], detail: str) -> None:
    assert attributed(*records).detail == detail


def test_receipts_that_disagree_are_both_named() -> None:
    short, long = covers("adoption", "one"), covers("adoption", "two")
    assert attributed(short, long).detail == ", ".join(sorted((short.id[:12], long.id[:12])))


def test_a_key_that_is_not_trusted_yet_is_remembered() -> None:
    """Settings may name it later; the walk is then repeated."""
    stranger = covers("adoption", "one", signer="mallory")
    assert set(attributed(stranger).strangers) == {stranger.signer}


def doubting(*records: Recorded, doubted: Iterable[Recorded]) -> Attribution:
    """The same where nothing is believed that the signers of these said of the changes that they end with."""
    pairs = {(record.signer, record.payload.tip) for record in doubted if isinstance(record.payload, Receipt)}
    return attribute(ONE, POSITIONS, EvidenceBook(records), TRUST, lambda key, change: (key, change) in pairs)


@pytest.mark.parametrize("tips", list(permutations(("one", "two", "three"), 2)))
def test_a_change_that_only_a_compromised_key_tells_of_ends_where_it_says_and_is_not_proven(
    tips: tuple[str, ...],
) -> None:
    """Of several such receipts the one counts that reaches farthest."""
    records = [covers("adoption", tip) for tip in tips]
    first = EvidenceBook(records).receipts_from(oid("adoption"))[0]
    assert doubting(*records, doubted=records) == Attribution(
        max(map(oid, tips), key=POSITIONS.__getitem__),
        problem="key-compromised",
        detail=f"record {first.id[:12]} is signed with a key that approved Settings call compromised",
    )


def test_a_receipt_that_is_believed_stands_beside_one_that_is_not() -> None:
    short, long = covers("adoption", "one"), covers("adoption", "two")
    assert doubting(short, long, doubted=[long]) == Attribution(oid("one"), (short, short.payload))  # type: ignore[arg-type]  # a receipt
    assert doubting(short, long, doubted=[short]).last == oid("two")


CONTENTS = st.one_of(st.none(), st.sampled_from([entry("a"), entry("b"), entry("a", "100755")]))
TREES = st.lists(st.dictionaries(st.sampled_from(["p", "q", "r"]), CONTENTS), min_size=1, max_size=5)
Contents = dict[str, Entry | None]


def difference(old: Contents, new: Contents) -> tuple[PathChange, ...]:
    paths = sorted({*old, *new})
    found = (PathChange(path, old.get(path), new.get(path)) for path in paths)
    return tuple(diff for diff in found if diff.old != diff.new)


@pytest.mark.threat("C13", "C14")
@given(TREES)
def test_steps_add_up_to_the_difference_of_the_first_and_the_last_tree(trees: list[Contents]) -> None:
    states: list[Contents] = trees if len(trees) > 1 else [{}, *trees]
    steps = [
        step(f"s{place}", f"s{place - 1}", diffs=difference(states[place - 1], states[place]))
        for place in range(1, len(states))
    ]
    combined = combine(steps, Attribution(oid("s")))
    assert combined.landed == difference(states[0], states[-1])
    touched = {diff.path for one in steps for diff in one.diffs or ()}
    assert {path for path, _ in combined.passed} == touched - {diff.path for diff in combined.landed or ()}


@pytest.mark.threat("C14")
def test_what_a_merged_commit_changed_and_the_merge_left_alone_is_transient() -> None:
    side = SideCommit(commit("side", "adoption"), (change("p", None, "a"), change("q", None, "b")))
    merged = combine([step("one", "adoption", diffs=[change("q", None, "b")], side=[side])], Attribution(oid("one")))
    assert [path for path, _ in merged.passed] == ["p"]
    assert merged.attribution == Attribution(oid("one"))
    assert list(merged.side) == [side.commit]


def test_one_unreadable_step_makes_the_whole_change_unreadable() -> None:
    found = combine([ONE, step("two", "one", diffs=None)], Attribution(oid("two")))
    assert (found.landed, found.passed, found.attribution) == (None, (), Attribution(oid("two")))
    assert (found.id, found.parent) == (oid("two"), oid("adoption"))


def test_a_change_is_named_by_its_last_commit_and_begins_at_the_parent_of_its_first() -> None:
    steps: list[Step] = [ONE, step("two", "one")]
    found = combine(steps, Attribution(oid("two")))
    assert [made.oid for made in found.commits] == [oid("one"), oid("two")]
