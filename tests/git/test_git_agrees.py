"""The parsers before the real git: what they accept it reads alike, and what it calls broken they refuse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from govops.git.commits import MalformedError, parse_commit
from govops.git.hashing import format_named
from govops.git.trees import is_forbidden, parse_tree
from govops.history import Commit
from tests.fuzz import check_of, seeds
from tests.git.loose import WHO, Loose, commit_bytes, git
from tests.git.test_commits import MALFORMED, TREE

SHA1 = format_named("sha1")
FIELDS = "%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B"
FORMS = {"sha1": SHA1, "sha256": format_named("sha256")}

# Pieces of which commits are made, some of them wrong.
IDENTS = st.lists(
    st.sampled_from([b"Ada", b" ", b"<", b">", b"a@b.c", b" <a@b.c> ", b"1", b"1700000000", b" +0000", b"-0130", b"\t"])
    | st.binary(max_size=3),
    max_size=8,
).map(b"".join)
LINES = st.sampled_from(
    [
        *(b"tree " + TREE.encode(), b"parent " + b"1" * 40, b"parent 1", b"author " + WHO, b"committer " + WHO),
        *(b"gpgsig a", b" b", b" ", b"", b"gpgsig-sha256 c", b"gpgsigother d"),
        *(b"mergetag object x", b"HG:extra y", b"x", b"caf\xe9", b"\r", b"subject", b"-----"),
    ]
)
WORDS = st.sampled_from([b"", b" ", b"Ada", b"  Ada L ", b"a@b.c", b"\xff", b"\t", b"'\"", b"\xe2\x80\xae"])
SOUND = st.builds(
    lambda name, email, seconds, zone: b"%b <%b> %d %b" % (name, email, seconds, zone),
    *(WORDS, WORDS, st.integers(0, 2**38), st.sampled_from([b"+0000", b"-1200", b"+0545"])),
)
PEOPLE = st.one_of(SOUND, SOUND, IDENTS)
SIGNED = b"gpgsig a\n b\n"
HEADERS = st.sampled_from(
    [b"", b"", SIGNED, b"mergetag object x\n y\n" + SIGNED, b"HG:extra y\n", b"gpgsig a\ngpgsig b\n"]
)
TAILS = st.lists(LINES | st.binary(max_size=6), max_size=5).map(b"\n".join)
COMMITS = st.builds(
    lambda author, committer, parents, headers, end, tail: (
        b"tree %b\n%bauthor %b\ncommitter %b\n%b%b%b"
        % (TREE.encode(), b"parent %b\n" % (b"2" * 40) * parents, author, committer, headers, end, tail)
    ),
    *(PEOPLE, PEOPLE, st.integers(0, 3), HEADERS, st.sampled_from([b"\n", b"\n", b""]), TAILS),
)


def accepted(data: bytes) -> Commit | None:
    try:
        return parse_commit("0" * 40, data, form=SHA1)
    except MalformedError:
        return None


def as_git_reads(repo: Loose, oids: Sequence[str]) -> list[list[bytes]]:
    """The fields of each commit. Text stays as it is where no ``encoding`` asks for another; we never do that."""
    log = ["log", "--no-walk=unsorted", "--stdin", "-z", f"--format=tformat:{FIELDS}"]
    said = git(repo.path, *log, send="\n".join(oids).encode() + b"\n")
    fields = said.split(b"\0")
    return [fields[at : at + 9] for at in range(0, len(fields) - 1, 9)]


def as_we_read(commit: Commit) -> list[bytes]:
    """Git does not show the spaces after a name."""
    author, committer = commit.author, commit.committer
    texts = [commit.tree, " ".join(commit.parents), author.name, author.email, commit.author_time.split(" ")[0]]
    texts += [committer.name, committer.email, commit.committer_time.split(" ")[0], commit.message]
    fields = [text.encode("utf-8", "surrogateescape") for text in texts]
    return [field.rstrip(b" \t\r\v\f") if at in {2, 5} else field for at, field in enumerate(fields)]


@pytest.mark.threat("B13", "B23")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(COMMITS, min_size=1, max_size=20))
@example([commit_bytes(TREE, message=b"\n\n  a\n\n"), commit_bytes(TREE, author=b"  A  <  > 0 +0000")])
@example([commit_bytes(TREE, author=b"caf\xe9 <\xe9> 1 +0000", message=b"caf\xe9")])
def test_git_reads_every_commit_that_we_accept_as_we_do(loose: Loose, made: list[bytes]) -> None:
    """But for the message where none begins: ``%B`` of git 2.39 then shows memory from behind the commit."""
    read = {loose.put("commit", data): commit for data in made if (commit := accepted(data)) and b"\n\n" in data}
    if read:
        assert as_git_reads(loose, list(read)) == [as_we_read(commit) for commit in read.values()]


@pytest.mark.threat("B13", "B23")
def test_some_of_the_commits_that_are_made_are_accepted(loose: Loose) -> None:
    """The comparison above compares something, and a difference in it is seen."""
    whole = commit_bytes(TREE, ["2" * 40], message=b"subject\n\nbody")
    commit = accepted(whole)
    assert commit is not None
    (read,) = as_git_reads(loose, [loose.put("commit", whole.replace(b"Ada", b"Eve", 1))])
    assert [ours == theirs for ours, theirs in zip(as_we_read(commit), read, strict=True)].index(False) == 2
    assert [name for name, (data, _, _) in MALFORMED.items() if accepted(data)] == []


@pytest.mark.threat("B13", "B23")
@pytest.mark.parametrize("name", FORMS)
def test_a_signature_covers_what_git_says_it_covers(tmp_path: Path, name: str) -> None:
    """A program that git takes for gpg writes down what it is given to verify."""
    repo = Loose(tmp_path / "audited.git", object_format=name)
    program = tmp_path / "gpg"
    program.write_text(f'#!/bin/sh\ncat >"{tmp_path}/payload"\nfor word; do last=$file file=$word; done\n')
    program.write_text(f'{program.read_text()}cat "$last" >"{tmp_path}/signature"\n')
    program.chmod(0o755)
    form = FORMS[name]
    tree = repo.tree({})
    mine, other = (b"gpgsig", b"gpgsig-sha256") if name == "sha1" else (b"gpgsig-sha256", b"gpgsig")
    start = b"%b -----BEGIN PGP SIGNATURE-----\n" % mine
    shapes = [
        b"%b b\n" % start,
        b"encoding x\n%b \n b\n%b c\n d\nHG:extra e\n" % (start, other),
        b"%b c\n d\n%b" % (other, start),
        b"%bgpgsigother b\n c\n%bx d\nx e\n" % (start, mine),
        b"%bmergetag object x\n gpgsig y\n  z\n" % start,
        b"%b gpgsig b\n" % start,
    ]
    for extra in shapes:
        for message in (b"gpgsig x\n y\n", b"", b"a\n\nb"):
            data = commit_bytes(tree, extra=extra, message=message)
            oid = repo.put("commit", data)
            git(repo.path, "-c", f"gpg.program={program}", "verify-commit", oid, ok=(0, 1))
            commit = parse_commit(oid, data, form=form)
            assert commit.signed_payload == (tmp_path / "payload").read_bytes()
            assert (commit.signature or "").encode() == (tmp_path / "signature").read_bytes()


NAMES = st.sampled_from(
    [
        *(b"a", b"a-", b"a.b", b"a0", b"A", b"\xff", b"c\n", b"", b".", b"..", b"...", b"a/b", b"/"),
        *(b".git", b".GIT", b".git.", b".git ", b".git .", b"git~1", b"GIT~1 ", b"git~2", b".gitx", b".gitmodule"),
        *(b".git\\a", b".git:a", b"a\\.git", b"a\\git~1.", b".git. \\", b"a\\b", b".git::$INDEX_ALLOCATION"),
        *(b".g\xe2\x80\x8cit", b"\xef\xbb\xbf.git", b".gi\xe2\x81\xaat", b".git\xe2\x80\xae", b".g\xe2\x80\x8bit"),
        *(b".\xe2\x80\x8c", b".Git\xe2\x80\x8d", b".gi\xe2\x80\x8ct~1", b".g\xe2\x80\xabit/a"),
        *(b".git\xff", b".g\xffit", b".GiT\xed\xa0\x80x", b".git\xef\xbf\xbe", b".g\xc4\xb1t", b".git\xc3\xbc"),
    ]
)
MODES = st.sampled_from([b"100644", b"100755", b"40000", b"120000", b"160000", b"100664", b"040000", b"100600", b"1"])
ENTRIES = st.lists(st.tuples(MODES, NAMES), max_size=4)
# What `git fsck` says of a tree's own bytes. Of `.gitmodules` it reads the content, and an id of zeros is missing.
BROKEN = re.compile(
    rb"(\w+ in tree [0-9a-f]{40}: )?(badFilemode|badTree|duplicateEntries|emptyName|fullPathname|hasDot|hasDotdot"
    rb"|hasDotgit|treeNotSorted|zeroPaddedFilemode)"
)


def in_order(entries: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return sorted(entries, key=lambda entry: entry[1] + b"/" * (entry[0].lstrip(b"0") == b"40000"))


@pytest.mark.threat("B14", "B23")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ENTRIES.map(in_order) | ENTRIES, min_size=1, max_size=15))
def test_we_refuse_every_tree_that_fsck_objects_to_and_git_lists_the_others_as_we_do(
    tmp_path_factory: pytest.TempPathFactory, made: list[list[tuple[bytes, bytes]]]
) -> None:
    repo = Loose(tmp_path_factory.mktemp("trees") / "any.git")
    blob, empty = repo.blob(b"x"), repo.tree({})
    trees: dict[str, list[tuple[bytes, bytes, str]]] = {}
    for entries in made:
        rows = [(mode, name, empty if mode.endswith(b"40000") else blob) for mode, name in entries]
        trees[repo.raw_tree(*rows)] = rows
    said = git(repo.path, "fsck", "--strict", "--no-dangling", ok=tuple(range(256)), errors=True)
    for oid, rows in trees.items():
        complaints = [line for line in said.split(b"\n") if oid.encode() in line and BROKEN.search(line)]
        data = b"".join(b"%b %b\0%b" % (mode, name, bytes.fromhex(one)) for mode, name, one in rows)
        try:
            keys, _ = parse_tree(data, SHA1)
        except MalformedError:
            continue
        assert [line for line in complaints if not _is_allowed(line, rows)] == []
        listed = repo.git("ls-tree", "-z", "--name-only", oid).split(b"\0")[:-1]
        assert listed == [key.removesuffix(b"/") for key in keys]


def _is_allowed(complaint: bytes, rows: list[tuple[bytes, bytes, str]]) -> bool:
    """Git itself once wrote the mode 100664, and fsck only minds it under ``--strict``."""
    return b"badFilemode" in complaint and any(mode == b"100664" for mode, _, _ in rows)


@pytest.mark.threat("B14", "B23")
@pytest.mark.parametrize(
    ("name", "forbidden"),
    [
        *((name, True) for name in (b".git:x", b"a\\.git", b"git~1\\", b".G\xe2\x80\x8dit", b"\xef\xbb\xbf.giT")),
        *((name, False) for name in (b"a.git", b".git-x", b"git~10", b"a:.git", b".g\xe2\x80\x8bit", b".\xff.git")),
    ],
)
def test_what_some_file_system_takes_for_git_itself(name: bytes, *, forbidden: bool) -> None:
    assert is_forbidden(name) is forbidden


@pytest.mark.threat("B13", "B14")
@pytest.mark.parametrize("target", ["commit", "tree"])
@given(data=st.data())
def test_an_object_with_a_piece_exchanged_is_read_to_the_byte_or_refused(target: str, data: st.DataObject) -> None:
    """The whole of what the fuzz target demands, from real objects on."""
    seed = data.draw(st.sampled_from([file.read_bytes() for file in seeds(target)]))
    start = data.draw(st.integers(0, len(seed)))
    end = data.draw(st.integers(start, min(len(seed), start + 70)))
    check_of(target)(seed[:start] + data.draw(st.binary(max_size=4)) + seed[end:])


@pytest.mark.threat("B14")
@given(st.binary(max_size=120))
def test_any_bytes_are_a_tree_or_malformed(data: bytes) -> None:
    check_of("tree")(data)
