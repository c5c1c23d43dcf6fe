"""The parser of raw commits: stricter than git, and never surprised."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.git.commits import LAST_SECOND, MalformedError, parse_commit
from govops.git.hashing import format_named
from govops.history import Commit, Ident
from tests.git.loose import WHO, Loose, commit_bytes, git

SHA1 = format_named("sha1")
TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
PARENT = "1" * 40


def parsed(data: bytes) -> Commit:
    return parse_commit("0" * 40, data, form=SHA1)


def dated(seconds: bytes, zone: bytes = b"+0000") -> bytes:
    return commit_bytes(TREE, author=b"Ada <ada@example.org> %b %b" % (seconds, zone))


# name -> (bytes, part of the reason, whether `git fsck` calls it an error too)
MALFORMED = {
    "no tree": (b"author x <x> 1 +0000\n", "no tree", True),
    "tree that is no id": (commit_bytes("4b825d"), "no tree", True),
    "upper-case tree": (commit_bytes(TREE.upper()), "no tree", False),
    "parent that is no id": (commit_bytes(TREE, ["zz"]), "parent", True),
    "no author": (commit_bytes(TREE).replace(b"author", b"auther"), "no author", True),
    "two authors": (commit_bytes(TREE).replace(b"committer", b"author " + WHO + b"\ncommitter"), "no committer", True),
    "no committer": (commit_bytes(TREE).replace(b"committer", b"commuter"), "no committer", True),
    "two committers": (commit_bytes(TREE, extra=b"committer " + WHO + b"\n"), "'committer'", False),
    "a late author": (commit_bytes(TREE, extra=b"author " + WHO + b"\n"), "'author'", False),
    "a late parent": (commit_bytes(TREE, extra=b"parent " + PARENT.encode() + b"\n"), "'parent'", False),
    "a second tree": (commit_bytes(TREE, extra=b"tree " + TREE.encode() + b"\n"), "'tree'", False),
    "two encodings": (commit_bytes(TREE, extra=b"encoding a\nencoding b\n"), "'encoding'", False),
    "two signatures": (commit_bytes(TREE, extra=b"gpgsig a\ngpgsig b\n"), "'gpgsig'", False),
    "NUL in the header": (commit_bytes(TREE, author=b"A\0 <a> 1 +0000"), "NUL", True),
    "NUL in the message": (commit_bytes(TREE, message=b"a\0b"), "NUL", False),
    "no address": (commit_bytes(TREE, author=b"Ada 1 +0000"), "name or address", True),
    "name after the address": (commit_bytes(TREE, author=b"<a@b> Ada 1 +0000"), "author", True),
    "no name": (commit_bytes(TREE, author=b"<a@b> 1 +0000"), "name or address", True),
    "bracket in the name": (commit_bytes(TREE, author=b"A>b <a@b> 1 +0000"), "name or address", True),
    "bracket in the address": (commit_bytes(TREE, author=b"A <a<b> 1 +0000"), "name or address", True),
    "no date": (commit_bytes(TREE, author=b"Ada <a@b>"), "name or address", True),
    "date in words": (dated(b"yesterday"), "date", True),
    "negative date": (dated(b"-1"), "date", True),
    "zero-padded date": (dated(b"01700000000"), "date", True),
    "year 10000": (dated(b"%d" % (LAST_SECOND + 1)), "9999", False),
    "date beyond 64 bits": (dated(b"99999999999999999999"), "date", True),
    "no time zone": (commit_bytes(TREE, author=b"Ada <a@b> 1"), "date", True),
    "time zone in words": (dated(b"1", b"UTC"), "time zone", True),
    "time zone of 99 hours": (dated(b"1", b"+9999"), "time zone", False),
    "time zone beyond the last": (dated(b"1", b"+1401"), "time zone", False),
    "time zone of 75 minutes": (dated(b"1", b"+0075"), "time zone", False),
    "continuation of the committer": (commit_bytes(TREE, extra=b" more\n"), "continuation", False),
    "header without a value": (commit_bytes(TREE, extra=b"orphan\n"), "header", False),
    "header that does not end": (commit_bytes(TREE)[: -len(b"\nchange\n")] + b"encoding x", "does not end", True),
}


@pytest.mark.threat("B13", "D16", "D15")
@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_commit_is_refused_with_the_reason(name: str) -> None:
    data, reason, _ = MALFORMED[name]
    with pytest.raises(MalformedError, match=re.escape(reason)):
        parsed(data)


@pytest.mark.threat("B23")
def test_fsck_calls_the_same_commits_broken_and_ours_is_the_stricter_list(loose: Loose) -> None:
    loose.tree({})
    names = {loose.put("commit", data): name for name, (data, _, _) in MALFORMED.items()}
    said = git(loose.path, "fsck", "--no-dangling", ok=tuple(range(256)), errors=True).decode()
    broken = {names[oid] for line in said.splitlines() if "error" in line for oid in names if oid in line}
    assert broken == {name for name, (_, _, is_broken) in MALFORMED.items() if is_broken}


def test_an_ordinary_commit_gives_its_facts() -> None:
    commit = parsed(commit_bytes(TREE, [PARENT, "2" * 40], message=b"subject\n\nbody\n"))
    assert commit.tree == TREE
    assert commit.parents == (PARENT, "2" * 40)
    assert commit.author == Ident("Ada", "ada@example.org")
    assert commit.author_time == "1700000000 +0000"
    assert commit.message == "subject\n\nbody\n"
    assert (commit.signature, commit.signed_payload) == (None, None)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(dated(b"0"), id="the first second"),
        pytest.param(dated(b"%d" % LAST_SECOND), id="the last second of 9999"),
        pytest.param(dated(b"1", b"-1200"), id="the westernmost zone"),
        pytest.param(dated(b"1", b"+1400"), id="the easternmost zone"),
        pytest.param(commit_bytes(TREE, author=b" <> 1 +0000"), id="empty name and address, as git allows"),
        pytest.param(
            commit_bytes(TREE, extra=b"mergetag object x\n type\n  \nmergetag object y\n"), id="two mergetags"
        ),
        pytest.param(commit_bytes(TREE, extra=b"HG:extra a\nHG:extra b\nx y\n"), id="headers of other tools"),
        pytest.param(commit_bytes(TREE, message=b""), id="no message"),
        pytest.param(commit_bytes(TREE)[: -len(b"\nchange\n")], id="nothing after the committer"),
    ],
)
def test_what_is_odd_and_true_is_read(data: bytes) -> None:
    assert parsed(data).tree == TREE


@pytest.mark.threat("F05")
def test_text_that_is_no_utf8_keeps_its_bytes() -> None:
    commit = parsed(commit_bytes(TREE, message=b"caf\xe9\n", author=b"\xff <a> 1 +0000", extra=b"encoding latin1\n"))
    assert commit.message.encode("utf-8", "surrogateescape") == b"caf\xe9\n"
    assert commit.author.name.encode("utf-8", "surrogateescape") == b"\xff"


def test_the_signed_payload_is_every_byte_but_the_signatures() -> None:
    before, after = b"encoding x\n", b"change-id y\n"
    signature = b"gpgsig -----BEGIN-----\n \n abc\n -----END-----\n"
    commit = parsed(commit_bytes(TREE, extra=before + signature + b"gpgsig-sha256 other\n more\n" + after))
    assert commit.signature == "-----BEGIN-----\n\nabc\n-----END-----\n"
    assert commit.signed_payload == commit_bytes(TREE, extra=before + after)


def test_each_object_format_has_its_own_signature_header() -> None:
    data = commit_bytes("a" * 64, extra=b"gpgsig old\ngpgsig-sha256 new\n")
    commit = parse_commit("0" * 64, data, form=format_named("sha256"))
    assert commit.signature == "new\n"
    assert commit.signed_payload == commit_bytes("a" * 64)


HEADERS = st.sampled_from(
    [
        b"tree " + TREE.encode(),
        b"parent " + PARENT.encode(),
        b"author " + WHO,
        b"committer " + WHO,
        b"gpgsig a",
        b" b",
        b"",
    ]
)


@pytest.mark.threat("B13")
@given(
    st.one_of(st.binary(max_size=300), st.lists(st.one_of(HEADERS, st.binary(max_size=40)), max_size=9).map(b"\n".join))
)
def test_any_bytes_are_a_commit_or_malformed(data: bytes) -> None:
    try:
        commit = parsed(data)
    except MalformedError:
        return
    assert data.startswith(b"tree " + commit.tree.encode())
    assert commit.message.encode("utf-8", "surrogateescape") in data


@given(st.data())
def test_a_commit_with_one_byte_changed_is_a_commit_or_malformed(data: st.DataObject) -> None:
    whole = commit_bytes(TREE, [PARENT], extra=b"gpgsig a\n b\nencoding x\n")
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + 1 :]
    with contextlib.suppress(MalformedError):
        assert parsed(changed).tree
