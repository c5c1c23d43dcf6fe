"""The stream of steps, compared with what the real git says pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govops.git import CleanRoom
from govops.git.differ import TreeDiffer
from govops.git.trees import Record
from govops.history import Entry, PathChange, Step
from tests.git.conftest import SETTINGS
from tests.git.loose import Loose, commit_bytes

Steps = Callable[[Path], list[Step]]


def asked(repo: Loose, old: str | None, new: str) -> tuple[PathChange, ...]:
    """The difference of two commits' trees as one ``git diff-tree`` tells it."""
    base = f"{old}^{{tree}}" if old else repo.tree({})
    said = repo.git("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", base, f"{new}^{{tree}}")
    fields = said.decode("utf-8", "surrogateescape").split("\0")
    changes = []
    for meta, path in zip(fields[::2], fields[1::2], strict=False):
        old_mode, new_mode, old_id, new_id, _ = meta[1:].split(" ")
        changes.append(PathChange(path, entry(old_mode, old_id), entry(new_mode, new_id)))
    return tuple(sorted(changes, key=lambda change: change.path.encode("utf-8", "surrogateescape")))


def entry(mode: str, oid: str) -> Entry | None:
    return None if mode == "000000" else Entry(mode, oid)


def assert_as_git_says(repo: Loose, steps: list[Step]) -> None:
    chain = repo.git("rev-list", "--first-parent", "--reverse", "HEAD").decode().split()
    assert [step.commit.oid for step in steps] == chain
    reached: set[str] = set()
    for step in steps:
        assert not step.unreadable
        brought = repo.git("rev-list", step.commit.oid, *(f"^{oid}" for oid in reached)).decode().split()
        assert {side.commit.oid for side in step.side} | {step.commit.oid} == set(brought)
        for commit, diffs in [*((side.commit, side.diffs) for side in step.side), (step.commit, step.diffs)]:
            assert set(commit.parents) <= reached, "parents come before children"
            reached.add(commit.oid)
            assert diffs == asked(repo, commit.first_parent, commit.oid)


def test_merges_bring_their_side_commits_and_an_octopus_all_of_them(loose: Loose, steps_of: Steps) -> None:
    root = loose.commit({b"a": b"1", b"d/b": b"1"})
    left = loose.commit({b"a": b"2", b"d/b": b"1"}, root)
    right = loose.commit({b"a": b"1", b"d/b": b"2"}, root)
    third = loose.commit({b"a": b"1", b"c": b"3"}, right)
    orphan = loose.commit({b"z": b"9"})
    merge = loose.commit({b"a": b"2", b"d/b": b"2"}, left, right)
    octopus = loose.commit({b"a": b"2", b"c": b"3", b"z": b"9"}, merge, third, orphan)
    loose.ref(octopus)
    steps = steps_of(loose.path)
    assert_as_git_says(loose, steps)
    assert [side.commit.oid for side in steps[2].side] == [right]
    assert {side.commit.oid for side in steps[3].side} == {third, orphan}


@pytest.mark.threat("C44")
def test_commits_that_change_nothing_are_steps_with_no_difference(loose: Loose, steps_of: Steps) -> None:
    root = loose.commit({b"a": b"1"})
    empty = loose.commit({b"a": b"1"}, root)
    merge = loose.commit({b"a": b"1"}, empty, loose.commit({b"a": b"2"}, root))
    loose.ref(merge)
    steps = steps_of(loose.path)
    assert [step.diffs for step in steps[1:]] == [(), ()]
    assert_as_git_says(loose, steps)


@pytest.mark.threat("F05")
def test_paths_of_any_bytes_come_back_as_they_are(loose: Loose, steps_of: Steps) -> None:
    names = [
        b"new\nline",
        b'quo"te',
        b"tab\t",
        b"\xff\xfe",
        "bidi\u202e".encode(),
        b"-rf.yaml",
        b":(top)",
        b":100644 x",
        b" ",
    ]
    names += [b"d/" + name for name in names]
    loose.ref(loose.commit(dict.fromkeys(names, b"x"), loose.commit({b"a": b"1"})))
    steps = steps_of(loose.path)
    assert_as_git_says(loose, steps)
    paths = [change.path.encode("utf-8", "surrogateescape") for change in steps[1].diffs or ()]
    assert paths == sorted([*names, b"a"])
    with CleanRoom.open(loose.path) as room:
        listing = room.tree(steps[1].commit.oid)
    assert sorted(path.encode("utf-8", "surrogateescape") for path in listing) == sorted(names)


def test_a_file_that_becomes_a_directory_is_a_delete_and_an_add(loose: Loose, steps_of: Steps) -> None:
    root = loose.commit({b"a": b"1", b"a.b": b"1", b"a0": b"1"})
    folder = loose.commit({b"a/x": b"1", b"a.b": b"1", b"a0": b"1"}, root)
    loose.ref(loose.commit({b"a": b"1", b"a.b": b"1", b"a0": b"1"}, folder))
    steps = steps_of(loose.path)
    assert_as_git_says(loose, steps)
    assert [change.path for change in steps[1].diffs or ()] == ["a", "a/x"]


@pytest.mark.threat("B20")
def test_modes_are_facts_links_and_submodules_too(loose: Loose, steps_of: Steps) -> None:
    blob = loose.blob(b"x")
    plain = loose.commit(loose.raw_tree((b"100644", b"a", blob)))
    odd = loose.raw_tree((b"100755", b"a", blob), (b"120000", b"l", blob), (b"160000", b"m", "1" * 40))
    loose.ref(loose.commit(odd, plain))
    steps = steps_of(loose.path)
    assert_as_git_says(loose, steps)
    assert [change.new and change.new.mode for change in steps[1].diffs or ()] == ["100755", "120000", "160000"]


def test_an_old_mode_and_an_empty_directory_are_odd_and_true(loose: Loose, steps_of: Steps) -> None:
    """Git shows neither in a diff: it is read from the trees themselves, and the steps after it too."""
    blob = loose.blob(b"x")
    root = loose.commit(loose.raw_tree((b"100664", b"a", blob), (b"40000", b"empty", loose.tree({}))))
    more = loose.raw_tree((b"100664", b"a", blob), (b"100644", b"b", blob), (b"40000", b"empty", loose.tree({})))
    loose.ref(loose.commit(more, root))
    first, second = steps_of(loose.path)
    assert (first.diffs, first.unreadable) == ((PathChange("a", None, Entry("100664", blob)),), "")
    assert (second.diffs, second.unreadable) == ((PathChange("b", None, Entry("100644", blob)),), "")


def introduced(steps: list[Step]) -> list[tuple[str, ...]]:
    return [step.introduces for step in steps]


@pytest.mark.threat("C38")
def test_adoption_is_told_wherever_it_lies_in_the_ancestry(loose: Loose, steps_of: Steps) -> None:
    settings_file = {SETTINGS.encode(): b"valid or not"}
    root = loose.commit({b"a": b"1"})
    adopted = loose.commit({b"a": b"1"} | settings_file, root)
    dropped = loose.commit({b"a": b"1"}, adopted)
    again = loose.commit({b"a": b"1"} | settings_file, dropped)
    orphan = loose.commit(settings_file)
    old_branch = loose.commit(settings_file, root)
    merge = loose.commit(settings_file, again, orphan, old_branch)
    loose.ref(merge)
    steps = steps_of(loose.path)
    assert introduced(steps)[:4] == [(), (adopted,), (), ()]
    assert set(introduced(steps)[4]) == {orphan, old_branch}


@pytest.mark.threat("C38")
def test_a_merge_whose_side_brings_the_settings_does_not_introduce_them_itself(loose: Loose, steps_of: Steps) -> None:
    root = loose.commit({b"a": b"1"})
    side = loose.commit({SETTINGS.encode(): b"x"}, root)
    loose.ref(loose.commit({SETTINGS.encode(): b"x"}, root, side))
    assert introduced(steps_of(loose.path)) == [(), (side,)]


@pytest.mark.threat("B21")
def test_a_repository_of_sha_256_reads_the_same(tmp_path: Path, steps_of: Steps) -> None:
    repo = Loose(tmp_path / "new.git", object_format="sha256")
    root = repo.commit({b"a": b"1", b"d/e/f": b"1"})
    side = repo.commit({b"a": b"1", b"d/e/f": b"2"}, root)
    repo.ref(repo.commit({b"a": b"2", b"d/e/f": b"2"}, root, side))
    steps = steps_of(repo.path)
    assert_as_git_says(repo, steps)
    assert len(steps[0].commit.oid) == 64
    with CleanRoom.open(repo.path) as room:
        chain = room.chain(room.resolve("main"))
        assert (room.object_format, chain.object_format) == ("sha256", "sha256")
        assert list(room.tree(chain.tip)) == ["a", "d/e/f"]
        assert chain.tree == steps[-1].commit.tree


def test_side_branches_that_forked_long_ago_are_still_compared_with_their_own_parent(
    loose: Loose, steps_of: Steps
) -> None:
    root = loose.commit({b"a": b"0", b"b": b"0"})
    side = root
    for number in range(3):
        side = loose.commit({b"a": b"0", b"b": b"s%d" % number}, side)
    tip = root
    for number in range(1, 151):
        tip = loose.commit({b"a": b"%d" % number, b"b": b"0"}, tip)
    loose.ref(loose.commit({b"a": b"150", b"b": b"s2"}, tip, side))
    steps = steps_of(loose.path)
    assert len(steps) == 152
    assert [len(step.diffs or ()) for step in steps] == [2] + [1] * 151
    assert [side.diffs for side in steps[-1].side] == [
        asked(loose, side.commit.first_parent, side.commit.oid) for side in steps[-1].side
    ]


def test_git_that_forgets_no_tree_is_replaced_on_the_way(
    loose: Loose, steps_of: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("govops.git.differ._LIFETIME", 70)
    tip = loose.commit({b"a": b"0"})
    for number in range(1, 200):
        tip = loose.commit({b"a": b"%d" % number}, tip)
    loose.ref(tip)
    assert [len(step.diffs or ()) for step in steps_of(loose.path)] == [1] * 200


def test_a_walk_that_is_left_early_leaves_nothing_behind(loose: Loose) -> None:
    tip = loose.commit({b"a": b"0"})
    for number in range(1, 300):
        tip = loose.commit({b"a": b"%d" % number}, tip)
    loose.ref(tip)
    with CleanRoom.open(loose.path) as room:
        chain = room.chain(tip)
        walk = room.steps(chain, settings_path=SETTINGS)
        assert next(walk).commit.oid == chain.steps[0]
        blobs = room.blobs([loose.blob(b"0")] * 500, limit=10)
        assert next(blobs)[1] == b"0"
        assert next(walk).diffs == asked(loose, *chain.steps[:2])
        assert isinstance(walk, Generator)
        walk.close()
        assert len(list(room.steps(chain, settings_path=SETTINGS))) == 300
        assert len(list(blobs)) == 499


FILES = st.dictionaries(
    st.sampled_from([b"a", b"a.b", b"b/c", b"b/d/e", b"b-", b"policies/govops.yaml"]), st.sampled_from([b"1", b"2"])
)
HISTORIES = st.lists(st.tuples(FILES, st.lists(st.integers(0, 30), max_size=3, unique=True)), min_size=1, max_size=8)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES)
def test_any_history_is_read_as_git_reads_it(
    history: list[tuple[dict[bytes, bytes], list[int]]], tmp_path_factory: pytest.TempPathFactory, steps_of: Steps
) -> None:
    repo = Loose(tmp_path_factory.mktemp("history") / "any.git")
    made: list[str] = []
    carries: dict[str, bool] = {}
    for number, (files, wanted) in enumerate(history):
        parents = list(dict.fromkeys(made[at] for at in wanted if at < len(made)))
        oid = repo.put("commit", commit_bytes(repo.tree(files), parents, message=b"%d\n" % number))
        carries[oid] = SETTINGS.encode() in files
        made.append(oid)
    repo.ref(made[-1])
    steps = steps_of(repo.path)
    assert_as_git_says(repo, steps)
    reached = [commit for step in steps for commit in (*(side.commit for side in step.side), step.commit)]
    ever: dict[str, bool] = {}
    first = set()
    for commit in reached:
        before = any(ever[parent] for parent in commit.parents)
        ever[commit.oid] = before or carries[commit.oid]
        if carries[commit.oid] and not before:
            first.add(commit.oid)
    assert {oid for step in steps for oid in step.introduces} == first


def test_a_sound_history_is_proven_without_reading_its_trees(
    loose: Loose, steps_of: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Following diffs is what makes the stream fast; reading trees is for those that do not fit."""
    root = loose.commit({b"a": b"1", b"d/e/f": b"1", b"d-": b"1"})
    side = loose.commit({b"a/b": b"1", b"d/e": b"1"}, root)
    loose.ref(loose.commit({b"d/e/f": b"2", b"d/e-": b"1"}, root, side))
    truth = steps_of(loose.path)
    monkeypatch.delattr("govops.git.exact.TreeReader.read")
    assert steps_of(loose.path) == truth


@pytest.mark.threat("B23")
@pytest.mark.parametrize("lie", [[], [Record(b"a", None, ("100644", "1" * 40))], None])
def test_a_git_that_lies_about_a_difference_is_not_believed(
    loose: Loose, steps_of: Steps, monkeypatch: pytest.MonkeyPatch, lie: list[Record] | None
) -> None:
    loose.ref(loose.commit({b"a": b"2", b"b": b"2"}, loose.commit({b"a": b"1"})))
    truth = steps_of(loose.path)
    answer = TreeDiffer.answer

    def lying(self: TreeDiffer) -> list[Record] | None:
        answer(self)
        return lie

    monkeypatch.setattr(TreeDiffer, "answer", lying)
    assert steps_of(loose.path) == truth
