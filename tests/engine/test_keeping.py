"""What one walk keeps for another, and when a later record speaks of what it will not look at again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from govops.engine.keeping import Before, Heard, concerns, heard, is_plain, is_what_stands
from govops.evidence.book import Earlier, EvidenceBook, Recorded
from govops.evidence.records import Checkpoint, SignedProposal, Subject
from govops.evidence.threads import Thread, Voice
from govops.history import PathChange
from govops.history.snapshot import File
from tests.evidence.sample import ADDED, BRANCH, PATH, REPOSITORY, approval, receipt, recorded
from tests.support.facts import change, entry, oid, snapshot, standing
from tests.support.files import model, policy

CHAIN = tuple(oid(f"commit {number}") for number in range(5))
BEFORE = Before({commit: number for number, commit in enumerate(CHAIN)}, 3, frozenset({oid("side")}))
"""Three of five commits lie before: 0, 1 and 2."""
ELSEWHERE = oid("elsewhere")


def from_to(base: int | str | None, tip: int | str) -> Recorded:
    """The receipt of a change from one commit of the chain, or another, to another."""
    first, last = (CHAIN[one] if isinstance(one, int) else one for one in (base, tip))
    return recorded(receipt(base=first, tip=last))


def checkpoint(tip: int | str, recorder: str = "recorder") -> Recorded:
    at = CHAIN[tip] if isinstance(tip, int) else tip
    shared = {"sequence", "previous", "recorded_at", "repository", "branch"}
    fields = receipt(recorder=recorder).model_dump(include=shared)
    payload = Checkpoint(type="govops/checkpoint/v1", recorder=recorder, tip=at, report="0" * 64, **fields)
    return recorded(payload, recorder)


def of_file(path: str) -> Subject:
    """The added file at another path."""
    return ADDED.model_copy(update={"path": path})


def approved(head: str, *paths: str) -> Recorded:
    return recorded(approval(head=head, subjects=tuple(map(of_file, paths))))


def proposed(head: str, *paths: str) -> Recorded:
    shared = {"repository", "branch", "person", "at", "merge_base"}
    fields = approval("alice").model_dump(include=shared) | {"head": head, "subjects": tuple(map(of_file, paths))}
    return recorded(SignedProposal(type="govops/proposal/v1", name="fraud", **fields), "alice")


class TestAPlainSnapshot:
    """It would be the same if its files were put into a new one."""

    def test_has_one_file_for_each_resource(self) -> None:
        assert is_plain(snapshot(model("fraud"), model("churn"), policy("models", actions=["model.*"])))

    def test_may_hold_files_that_cannot_be_read(self) -> None:
        plain = snapshot(model("fraud"))
        plain.put(model("churn")[0], File(entry("broken"), None, standing(model("churn")).resource))
        assert is_plain(plain)

    def test_lacks_no_object(self) -> None:
        lacking = snapshot(model("fraud"))
        lacking.put(model("churn")[0], File(entry("gone"), is_missing=True))
        assert not is_plain(lacking)

    @pytest.mark.parametrize("other", ["a/first.yaml", "z/last.yaml"])
    def test_has_no_two_files_of_one_resource(self, other: str) -> None:
        twofold = snapshot(model("fraud"))
        twofold.put(other, standing(model("fraud")))
        assert not is_plain(twofold)


FILES = {"a/1": File(entry("one")), "a/2": File(entry("two"))}
TREE = {"a/1": entry("one"), "a/2": entry("two"), "other/3": entry("three")}


class TestWhatStands:
    """The kept files are those of the tree: as many, at the same paths, each with its mode and blob."""

    @pytest.mark.parametrize(
        ("tree", "same"),
        [
            (TREE, True),
            ({**TREE, "a/2": entry("two", "100755")}, False),
            ({**TREE, "a/2": entry("else")}, False),
            ({**TREE, "a/4": entry("four")}, False),
            ({"a/1": entry("one"), "a/4": entry("two")}, False),
            ({"a/1": entry("one")}, False),
        ],
        ids=["the same", "another mode", "another blob", "one more", "another path", "one less"],
    )
    def test_is_compared_path_by_path(self, tree: Any, *, same: bool) -> None:
        assert is_what_stands(FILES, tree, lambda path: path.startswith("a/")) is same


class TestBefore:
    """Where the changes end that nobody looks at again."""

    def test_has_the_commits_up_to_there(self) -> None:
        assert [BEFORE.has(commit) for commit in (*CHAIN, ELSEWHERE)] == [True, True, True, False, False, False]

    def test_is_over_for_a_change_whose_first_commit_lies_before(self) -> None:
        """It begins after its first parent; the root has none."""
        over = [BEFORE.is_over(commit) for commit in (None, *CHAIN, ELSEWHERE)]
        assert over == [True, True, True, False, False, False, False]

    @pytest.mark.parametrize(
        ("base", "tip", "is_open", "spans"),
        [
            (None, 0, False, False),
            (1, 2, False, False),
            (1, 3, True, True),
            (None, 4, True, True),
            (2, 3, True, False),
            (3, 2, True, False),
            (1, ELSEWHERE, True, False),
            (ELSEWHERE, 2, True, False),
        ],
    )
    def test_leaves_open_what_reaches_beyond(
        self, base: int | str | None, tip: int | str, *, is_open: bool, spans: bool
    ) -> None:
        """And a change from here to there would have been judged as one."""
        record = from_to(base, tip)
        payload = receipt(base=None, tip=CHAIN[0])
        assert BEFORE.leaves_open(record.payload) is is_open  # type: ignore[arg-type]  # a payload of this type only
        assert BEFORE.is_spanned(EvidenceBook([record, recorded(payload)])) is spans

    def test_leaves_a_checkpoint_open_by_its_tip(self) -> None:
        told = [BEFORE.leaves_open(checkpoint(tip).payload) for tip in (2, 3, ELSEWHERE)]  # type: ignore[arg-type]  # of this type as well
        assert told == [False, True, True]


def test_of_a_book_the_open_records_are_kept_and_who_was_believed() -> None:
    """A checkpoint of no commit of the chain may still find its place."""
    believed, doubted = Voice("recorder", "key", REPOSITORY, BRANCH), "other"
    done, late, lost = from_to(0, 1), from_to(2, 3), from_to(0, ELSEWHERE)
    marks = [checkpoint(2), checkpoint(4), checkpoint(ELSEWHERE, doubted)]
    book = EvidenceBook([done, late, lost, *marks, recorded(approval())])
    voices = book.voices()
    trusted = frozenset(voice for voice in voices if voice.recorder != doubted)
    threads = (Thread("recorder"),)
    assert believed.recorder in {voice.recorder for voice in trusted}
    assert heard(book, trusted, threads, BEFORE) == Heard(
        believed=trusted,
        doubted=voices - trusted,
        threads=threads,
        open=frozenset(record.id for record in (late, lost, *marks[1:])),
        unplaced=frozenset({marks[2].id}),
    )


LANDED = (change("registry/models/other/model.yaml", None, "x"), change(PATH, None, "a"))


def matters(*fresh: Recorded, book: EvidenceBook | None = None, landed: Iterable[PathChange] = LANDED) -> bool:
    """Whether these records make another walk of what lies before necessary; signatures speak of added files."""
    return concerns(
        EvidenceBook(fresh) if book is None else book,
        fresh,
        before=BEFORE,
        landed=tuple(landed),
        speaks=lambda subject, diff: diff.old is None and subject.path == diff.path,
    )


class TestNewRecords:
    """They concern what lies before if a walk from the start would have heard them there."""

    @pytest.mark.parametrize(
        ("base", "tip", "expected"),
        [(1, 2, True), (None, 0, True), (3, 4, False), (2, 3, False), (1, ELSEWHERE, True), (ELSEWHERE, 2, True)],
    )
    def test_of_a_recorder_by_either_end(self, base: int | str | None, tip: int | str, *, expected: bool) -> None:
        assert matters(from_to(3, 4), from_to(base, tip)) is expected

    def test_of_a_recorder_are_new_or_were_heard(self) -> None:
        assert not matters(book=EvidenceBook([from_to(1, 2)]))

    def test_that_span_are_noticed_whenever_they_came(self) -> None:
        """A new place on the branch makes one of what were two changes."""
        assert matters(book=EvidenceBook([from_to(1, 3)]))

    @pytest.mark.parametrize("unplaced", [True, False])
    def test_do_not_matter_where_old_checkpoints_found_another_place(self, *, unplaced: bool) -> None:
        mark = checkpoint(4)
        none: frozenset[Any] = frozenset()
        ids = frozenset({mark.id})
        kept = Earlier(0, ids, ids if unplaced else none, none, none, (), lambda paths: (), lambda paths: ())
        assert matters(book=EvidenceBook([mark], earlier=kept)) is unplaced

    @pytest.mark.parametrize(
        ("head", "expected"),
        [(CHAIN[2], True), (CHAIN[3], False), (oid("side"), True), (ELSEWHERE, False)],
        ids=["of the chain", "of the chain, later", "merged", "of another place"],
    )
    def test_that_propose_what_was_merged_before(self, head: str, *, expected: bool) -> None:
        assert matters(proposed(head, "registry/models/unheard/model.yaml")) is expected

    @pytest.mark.parametrize("made", [proposed, approved])
    def test_that_are_signed_by_people_for_what_landed(self, made: Any) -> None:
        """Any one of several subjects, of any one record, where the signature says anything of the change."""
        other = made(ELSEWHERE, "registry/models/unheard/model.yaml")
        assert not matters(other)
        assert matters(other, made(ELSEWHERE, PATH))
        assert not matters(made(ELSEWHERE, PATH), landed=[change(PATH, "b", "a")])
        assert matters(made(ELSEWHERE, PATH), landed=[change(PATH, "b", "a"), change(PATH, None, "b")])

    def test_with_several_subjects_matter_by_any(self) -> None:
        assert matters(approved(ELSEWHERE, "registry/models/unheard/model.yaml", PATH))

    def test_matter_not_where_there_are_none(self) -> None:
        assert not matters()
