"""Trees as values: what a diff makes of one, what differs between two, and which bytes are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.errors import LimitError
from govops.git.commits import MalformedError
from govops.git.hashing import format_named
from govops.git.rewrite import MismatchError, compare, rewrite
from govops.git.trees import MAX_DEPTH, HoleError, Record, Tree, files, hole, parse_tree, sealed
from govops.history import Entry

SHA1 = format_named("sha1")
EMPTY = sealed(b"", [], {}, SHA1)
ID = bytes(range(20))

Listing = dict[bytes, tuple[str, str]]


def entry(mode: bytes, name: bytes) -> bytes:
    return mode + b" " + name + b"\0" + ID


MALFORMED = {
    "two entries of one name": entry(b"100644", b"a") * 2,
    "a file and a directory of one name": entry(b"100644", b"a") + entry(b"100644", b"a.b") + entry(b"40000", b"a"),
    "not in order": entry(b"100644", b"b") + entry(b"100644", b"a"),
    "a directory in a file's place": entry(b"40000", b"a") + entry(b"100644", b"a.b"),
    "zero-padded mode": entry(b"040000", b"a"),
    "unknown mode": entry(b"100600", b"a"),
    "dot": entry(b"40000", b"."),
    "dot dot": entry(b"40000", b".."),
    "dot git": entry(b"40000", b".git"),
    "dot git in capitals": entry(b"40000", b".GIT"),
    "dot git as Windows reads it": entry(b"40000", b"git~1"),
    "dot git with what Windows drops": entry(b"40000", b".git. "),
    "slash": entry(b"100644", b"a/b"),
    "no name": entry(b"100644", b""),
    "no mode": b"a\0" + ID,
    "cut off in the id": entry(b"100644", b"a")[:-1],
    "cut off in the name": b"100644 a",
}


@pytest.mark.threat("B14")
@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_trees_are_refused(name: str) -> None:
    with pytest.raises(MalformedError):
        parse_tree(MALFORMED[name], SHA1)


@pytest.mark.parametrize("mode", [b"100644", b"100664", b"100755", b"120000", b"160000", b"40000"])
def test_every_mode_that_git_ever_wrote_is_read(mode: bytes) -> None:
    keys, folders = parse_tree(entry(mode, b"a"), SHA1)
    assert (keys, folders) == (([b"a/"], {b"a/": ID}) if mode == b"40000" else ([b"a"], {}))


NAMES = st.sampled_from([b"a", b"a-", b"a.b", b"a0", b"b", b"c\n", b"\xff"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(b"/".join)
SIDES = st.tuples(st.sampled_from(["100644", "100755", "120000"]), st.sampled_from(["11" * 20, "22" * 20, "33" * 20]))


@st.composite
def listings(draw: st.DrawFn) -> Listing:
    listing: Listing = {}
    for path, side in draw(st.dictionaries(PATHS, SIDES, max_size=12)).items():
        parts = path.split(b"/")
        above = {b"/".join(parts[:depth]) for depth in range(1, len(parts))}
        if not above & listing.keys() and not any(other.startswith(path + b"/") for other in listing):
            listing[path] = side
    return listing


def difference(old: Listing, new: Listing) -> list[Record]:
    paths = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    return [Record(path, old.get(path), new.get(path)) for path in paths]


def grown(listing: Listing) -> Tree:
    """The tree of a listing made without ``rewrite``: every directory from its own sorted entries."""
    here: dict[bytes, bytes] = {}
    below: dict[bytes, Listing] = {}
    for path, (mode, oid) in listing.items():
        first, slash, rest = path.partition(b"/")
        if slash:
            below.setdefault(first + b"/", {})[rest] = mode, oid
        else:
            here[first] = mode.encode() + b" " + first + b"\0" + bytes.fromhex(oid)
    kids = {key: grown(inner) for key, inner in below.items()}
    here |= {key: b"40000 " + key[:-1] + b"\0" + kid.raw for key, kid in kids.items()}
    keys = sorted(here)
    return sealed(b"".join(here[key] for key in keys), keys, kids, SHA1)


@given(listings(), listings())
def test_a_diff_applied_to_a_tree_gives_the_other_tree(old: Listing, new: Listing) -> None:
    changed = rewrite(grown(old), difference(old, new), SHA1)
    assert changed.raw == grown(new).raw
    assert changed.keys == grown(new).keys
    assert files(changed, SHA1) == {
        path.decode("utf-8", "surrogateescape"): Entry(*side) for path, side in sorted(new.items())
    }


@given(listings(), listings())
def test_comparing_two_trees_gives_their_difference(old: Listing, new: Listing) -> None:
    assert compare(grown(old), grown(new), SHA1) == difference(old, new)


@given(listings(), listings(), st.data())
def test_a_lying_diff_never_leads_to_the_right_tree(old: Listing, new: Listing, data: st.DataObject) -> None:
    """Whatever git leaves out or invents, the tree that results is another one, or none."""
    truth = difference(old, new)
    lie = [record for record in truth if data.draw(st.booleans())]
    lie += [
        Record(*one) for one in data.draw(st.lists(st.tuples(PATHS, st.none() | SIDES, st.none() | SIDES), max_size=2))
    ]
    lie = sorted({record.path: record for record in lie}.values())
    if lie == truth:
        return
    try:
        changed = rewrite(grown(old), lie, SHA1)
    except MismatchError:
        return
    assert changed.raw != grown(new).raw


@pytest.mark.threat("B14")
@pytest.mark.parametrize("path", [b".git/config", b"a/../b", b"a/.", b"x//y", b"GIT~1/x"])
def test_a_diff_cannot_bring_in_a_forbidden_name(path: bytes) -> None:
    with pytest.raises(MismatchError):
        rewrite(EMPTY, [Record(path, None, ("100644", "11" * 20))], SHA1)


def test_a_hole_is_carried_along_and_never_looked_into() -> None:
    side = ("100644", "11" * 20)
    whole = grown({b"a/x": side, b"b/x": side})
    gap = Tree(whole.raw, whole.body, whole.keys, whole.kids | {b"a/": hole(whole.kids[b"a/"].raw, "missing tree 1")})
    other = ("100755", "11" * 20)
    changed = rewrite(gap, [Record(b"b/x", side, other)], SHA1)
    assert changed.raw == grown({b"a/x": side, b"b/x": other}).raw
    assert compare(gap, changed, SHA1) == [Record(b"b/x", side, other)]
    for records in ([Record(b"a/x", side, other)], [Record(b"a/y", None, side)], [Record(b"a/x", side, None)]):
        with pytest.raises(MismatchError):
            rewrite(gap, records, SHA1)
    with pytest.raises(HoleError, match="missing tree 1"):
        compare(gap, EMPTY, SHA1)
    with pytest.raises(HoleError, match="missing tree 1"):
        files(gap, SHA1)
    with pytest.raises(HoleError, match="missing tree 1"):
        gap.holds(b"a/x")
    assert gap.holds(b"b/x")
    assert not gap.holds(b"b")
    assert not gap.holds(b"c/x")


@pytest.mark.threat("B15")
def test_directories_without_end_are_a_limit() -> None:
    tree = EMPTY
    for _ in range(MAX_DEPTH + 2):
        tree = sealed(b"40000 a\0" + tree.raw, [b"a/"], {b"a/": tree}, SHA1)
    with pytest.raises(LimitError):
        files(tree, SHA1)
    with pytest.raises(LimitError):
        compare(EMPTY, tree, SHA1)
    with pytest.raises(MismatchError):
        rewrite(EMPTY, [Record(b"a/" * (MAX_DEPTH + 2) + b"b", None, ("100644", "11" * 20))], SHA1)
