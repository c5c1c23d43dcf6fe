"""Small things that grow: each meets a limit, within bounds of memory and time that the system enforces."""

from __future__ import annotations

import resource
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command import govops
from tests.support.files import model
from tests.support.world import World

pytestmark = pytest.mark.slow

MEMORY = 3 << 30  # bytes of address space, which is far more than what is really used
SECONDS = 40  # of processor time


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _model(text: bytes) -> tuple[str, bytes]:
    return model("fraud")[0], text


DOCUMENTS: dict[str, bytes] = {
    "brackets": b"[" * 250_000,
    "nested mappings": b"{a: " * 60_000,
    "a billion laughs": b"".join(
        b"%c: &%c [%s]\n" % (97 + i, 97 + i, b",".join([b"*%c" % (96 + i)] * 9) if i else b"lol") for i in range(9)
    ),
    "keys without end": b"".join(b"k%d: 1\n" % i for i in range(25_000)),
    "one long scalar": b"a: " + b"x" * 250_000,
    "long numbers": b"a: " + b"9" * 250_000,
    "tag directives": b"".join(b"%%TAG !%d! x\n" % i for i in range(15_000)),
    "flow questions": b"{" + b"? " * 120_000,
    "escapes": b'a: "' + b"\\U0001F600" * 25_000 + b'"',
    "comments": b"#\n" * 125_000,
}


@pytest.mark.threat("E02", "E04", "E05", "E07", "E16", "E24", "B16", "H10")
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_grows_is_a_finding_of_its_file(tmp_path: Path, name: str) -> None:
    """Nobody recorded the change, which is why the exit code is 3; the file is refused all the same."""
    World(tmp_path).commit_raw(_model(DOCUMENTS[name]), author="alice")
    answer = govops("audit", ".", cwd=tmp_path, confine=_confine)
    assert answer.returncode == 3, answer.stderr
    assert f")\n{model('fraud')[0]}:" in answer.stdout


@pytest.mark.threat("B16", "H10")
def test_a_huge_blob_is_refused_by_its_size(tmp_path: Path) -> None:
    """A hundred megabytes of zeros, a hundred kilobytes on disk; it is never unpacked."""
    world = World(tmp_path)
    world.propose("alice", "Bomb", _model(b"\0" * (1 << 27))).approve("bob").merge()
    answer = govops("audit", ".", cwd=tmp_path, confine=_confine)
    assert answer.returncode == 1, answer.stderr
    assert "are more than the" in answer.stdout


@pytest.mark.threat("B15", "H10")
def test_a_tree_of_ten_thousand_million_paths_meets_a_limit(tmp_path: Path) -> None:
    world = World(tmp_path)
    tree = world.objects.tree({f"f{i}": ("100644", world.objects.blob(b"x")) for i in range(10)})
    for _ in range(9):
        row = b"".join(b"40000 d%d\0%s" % (i, bytes.fromhex(tree)) for i in range(10))
        tree = world.objects.raw("tree", row)
    root = world.objects.raw("tree", b"40000 registry\0" + bytes.fromhex(tree))
    bomb = world.objects.commit(root, [world.main], author="X <x@example.org>", author_time="1 +0000")
    world.objects.ref("refs/heads/main", bomb)
    answer = govops("audit", ".", cwd=tmp_path, confine=_confine)
    assert answer.returncode in {3, 4}, answer.stdout
    assert "Traceback" not in answer.stderr


@pytest.mark.threat("B11", "B25")
@pytest.mark.parametrize(
    "make", [lambda: zlib.compress(b"blob 99999999999\0" + b"\0" * (1 << 26)), lambda: b"\0" * 100]
)
def test_an_object_that_lies_about_its_size_is_refused(tmp_path: Path, make: Callable[[], bytes]) -> None:
    """As damage, or as too large where it claims to be, since what is too large is never read."""
    world = World(tmp_path)
    world.propose("alice", "Register", model("fraud")).approve("bob").merge()
    file = world.objects.file(world.tree()[model("fraud")[0]][1])
    file.write_bytes(make())
    answer = govops("audit", ".", cwd=tmp_path, confine=_confine)
    assert answer.returncode in {1, 3}, answer.stdout
    assert "Traceback" not in answer.stderr
