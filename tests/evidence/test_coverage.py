"""How landed content relates to reviewed content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.evidence.coverage import Coverage, NotMerged, cover, replay
from govops.evidence.records import FileState, Subject
from govops.history import Entry, PathChange
from tests.support.facts import entry, oid

PATH = "registry/models/fraud/model.yaml"
CONTENTS = st.one_of(
    st.none(), st.builds(Entry, st.sampled_from(["100644", "100755"]), st.sampled_from(list(map(oid, "abcd"))))
)


def state(of: Entry | None) -> FileState | None:
    return None if of is None else FileState(mode=of.mode, oid=of.oid)


def subject(old: Entry | None, new: Entry | None) -> Subject:
    return Subject(path=PATH, old=state(old), new=state(new))


def to_d(base: str, ours: str, theirs: str) -> str:
    """A text merge in which every three contents become one: ``d``."""
    return oid("d")


def only_c_and_b(base: str, ours: str, theirs: str) -> str | NotMerged:
    """A text merge that knows what to do where ``a`` became ``c`` on the branch and ``b`` in the proposal."""
    return oid("d") if (base, ours, theirs) == (oid("a"), oid("c"), oid("b")) else NotMerged.CONFLICT


def conflict(base: str, ours: str, theirs: str) -> NotMerged:
    return NotMerged.CONFLICT


def missing(base: str, ours: str, theirs: str) -> NotMerged:
    return NotMerged.MISSING


A, B, C, D = map(entry, "abcd")
X = entry("b", "100755")
CASES: dict[str, tuple[tuple[Entry | None, Entry | None], tuple[Entry | None, Entry | None], Coverage]] = {
    "as reviewed": ((A, B), (A, B), Coverage.IDENTITY),
    "added as reviewed": ((None, B), (None, B), Coverage.IDENTITY),
    "deleted as reviewed": ((A, None), (A, None), Coverage.IDENTITY),
    "merged with what moved": ((A, B), (C, D), Coverage.REPLAY),
    "what moved meanwhile is undone": ((A, B), (C, B), Coverage.RESIDUAL),
    "other content": ((A, B), (A, C), Coverage.RESIDUAL),
    "other mode": ((A, B), (A, X), Coverage.RESIDUAL),
    "a deletion instead": ((A, B), (A, None), Coverage.RESIDUAL),
    "an edit instead of the deletion": ((A, None), (A, B), Coverage.RESIDUAL),
    "a deletion of what moved": ((A, None), (C, None), Coverage.RESIDUAL),
    "added onto what somebody else added": ((None, B), (C, B), Coverage.RESIDUAL),
    "the old side moved, the merge was overridden": ((A, B), (C, A), Coverage.RESIDUAL),
}


@pytest.mark.threat("C04", "C05", "C48")
@pytest.mark.parametrize(("reviewed", "landed", "expected"), CASES.values(), ids=CASES)
def test_how_content_is_covered(
    reviewed: tuple[Entry | None, Entry | None], landed: tuple[Entry | None, Entry | None], expected: Coverage
) -> None:
    assert cover(PathChange(PATH, *landed), subject(*reviewed), to_d) is expected


def test_content_that_nobody_reviewed_is_residual() -> None:
    assert cover(PathChange(PATH, None, A), None, to_d) is Coverage.RESIDUAL


def test_a_merge_whose_objects_are_missing_is_unverifiable_and_never_residual() -> None:
    assert cover(PathChange(PATH, C, D), subject(A, B), missing) is Coverage.UNVERIFIABLE


def test_a_merge_that_conflicts_is_residual() -> None:
    assert cover(PathChange(PATH, C, D), subject(A, B), conflict) is Coverage.RESIDUAL


def test_a_mode_and_a_content_that_moved_apart_merge_without_reading_text() -> None:
    landed = PathChange(PATH, Entry("100755", A.oid), X)
    assert cover(landed, subject(A, B), missing) is Coverage.REPLAY


@given(CONTENTS, CONTENTS, CONTENTS, CONTENTS)
def test_identity_is_equality_of_both_sides_and_nothing_less(
    old: Entry | None, new: Entry | None, was: Entry | None, became: Entry | None
) -> None:
    found = cover(PathChange(PATH, was, became), subject(old, new), to_d)
    assert (found is Coverage.IDENTITY) == ((old, new) == (was, became))


@given(CONTENTS, CONTENTS, CONTENTS)
def test_where_the_old_side_did_not_move_only_the_reviewed_content_is_covered(
    old: Entry | None, new: Entry | None, became: Entry | None
) -> None:
    found = cover(PathChange(PATH, old, became), subject(old, new), to_d)
    assert found is (Coverage.IDENTITY if became == new else Coverage.RESIDUAL)


@given(CONTENTS, CONTENTS, CONTENTS, CONTENTS)
def test_a_conflict_never_covers(old: Entry | None, new: Entry | None, was: Entry | None, became: Entry | None) -> None:
    found = cover(PathChange(PATH, was, became), subject(old, new), conflict)
    one_sided = {was and was.oid, old and old.oid, new and new.oid}
    if found is Coverage.REPLAY:
        assert became is not None
        assert became.oid in one_sided, "without a text merge only contents that somebody wrote come out"


@given(CONTENTS, CONTENTS)
def test_replaying_onto_the_same_base_gives_the_reviewed_content(old: Entry | None, new: Entry | None) -> None:
    assert replay(old, new, onto=old, merge=missing) == new


@given(CONTENTS, CONTENTS)
def test_replaying_onto_the_result_changes_nothing(old: Entry | None, new: Entry | None) -> None:
    assert replay(old, new, onto=new, merge=missing) == new


@pytest.mark.threat("C05")
def test_what_was_reviewed_is_merged_onto_what_the_branch_had_become() -> None:
    assert cover(PathChange(PATH, C, D), subject(A, B), only_c_and_b) is Coverage.REPLAY
    assert cover(PathChange(PATH, B, D), subject(A, C), only_c_and_b) is Coverage.RESIDUAL
