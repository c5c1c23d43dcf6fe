"""A walk that goes on from an earlier one says of each new step what a walk from the start says of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govops.git import CleanRoom
from govops.history import Past, Step
from tests.git.conftest import SETTINGS
from tests.git.loose import Loose, commit_bytes

PARENTS = st.lists(st.lists(st.integers(0, 30), max_size=3), min_size=2, max_size=14)
DATES = st.integers(0, 3)


def whole(path: Path) -> list[Step]:
    with CleanRoom.open(path) as room:
        return list(room.steps(room.chain(room.resolve("HEAD")), settings_path=SETTINGS))


def past_of(steps: list[Step]) -> Past:
    """What is known after these steps."""
    chain = tuple(step.commit.oid for step in steps)
    side = frozenset(other.commit.oid for step in steps for other in step.side)
    bare: set[str] = set()
    for step in steps:
        for commit in (*[other.commit for other in step.side], step.commit):
            if commit.oid not in step.introduces and bare.issuperset(commit.parents):
                bare.add(commit.oid)
    return Past(chain, side, frozenset(bare))


def further(path: Path, past: Past) -> list[Step] | None:
    with CleanRoom.open(path) as room:
        chain = room.continued(room.resolve("HEAD"), past)
        return list(room.steps(chain, settings_path=SETTINGS, past=past)) if chain else None


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(above=PARENTS, dates=st.lists(DATES, min_size=14, max_size=14), settled=st.booleans())
def test_any_graph_with_any_dates(
    tmp_path_factory: pytest.TempPathFactory, above: list[list[int]], dates: list[int], *, settled: bool
) -> None:
    """Merges, roots, criss-crosses, and commits that claim to be older than their parents."""
    repo = Loose(tmp_path_factory.mktemp("graph") / "audited.git")
    made: list[str] = []
    for number, chosen in enumerate(above):
        first = [len(made) - 1] if made and number % 4 else []
        parents = dict.fromkeys(made[at % len(made)] for at in (*first, *chosen) if made)
        files = {b"n": b"%d" % number, b"d/%d" % (number % 3): b"x"}
        if settled and number % 5 == 3:
            files[SETTINGS.encode()] = b"s"
        who = b"Ada <ada@example.org> %d +0000" % (1_700_000_000 - 40_000_000 * dates[number])
        made.append(repo.put("commit", commit_bytes(repo.tree(files), tuple(parents), committer=who)))
    repo.ref(made[-1])
    steps = whole(repo.path)
    for cut in range(1, len(steps) + 1):
        assert further(repo.path, past_of(steps[:cut])) == steps[cut:]


def test_a_branch_that_left_its_past_is_not_continued(loose: Loose) -> None:
    root = loose.commit({b"a": b"1"})
    old = loose.commit({b"a": b"2"}, root)
    loose.ref(old)
    past = past_of(whole(loose.path))
    for tip in (root, loose.commit({b"a": b"3"}, root), loose.commit({b"a": b"2"}, root, old)):
        loose.ref(tip)
        assert further(loose.path, past) is None
    loose.ref(loose.commit({b"a": b"2"}, old, root))
    assert further(loose.path, past) is not None


def test_a_past_that_does_not_know_all_of_itself_is_of_no_use(loose: Loose) -> None:
    """Nor one that claims to know what is new."""
    root = loose.commit({b"a": b"1"})
    side = loose.commit({b"b": b"1"}, root)
    old = loose.commit({b"a": b"2"}, root)
    new = loose.commit({b"a": b"3"}, old, side)
    loose.ref(new)
    assert further(loose.path, Past((root, old))) is not None
    assert further(loose.path, Past((root, old), frozenset({side}))) is None
    assert further(loose.path, Past((old,))) is None
