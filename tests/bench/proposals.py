"""What comes before the landing and beside it: the gate, and the records that it and the audit rest on."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from govops.git import NewCommit, Stamp, Store
from tests.bench.cost import Cost, cheapest, run
from tests.bench.sizes import Size
from tests.bench.table import Row

_ROOT = Path(__file__).parents[2]
_GOVOPS = (sys.executable, "-m", "govops")
_FIVE = 5  # files of the proposal
_WRITERS = 6
_EACH = 20  # records of each writer


def gate(size: Size, repository: Path, smallest: dict[str, Cost]) -> Iterator[Row]:
    """A pull request of five files; ``smallest`` remembers what the first repository's gate cost."""
    head = _proposal(repository)
    command = (*_GOVOPS, "gate", repository, "--head", head, "--as-of", "2030-01-01T00:00:00Z", "--fail-on", "critical")
    found = cheapest(command, cwd=_ROOT, times=5, ok=False)
    first = smallest.setdefault("gate", found)
    yield Row(size.name, "gate of five files", found, *((first, "2") if first != found else ()))


def records() -> Iterator[Row]:
    """Ten thousand signed receipts read and verified, against nothing but the verifications."""
    bare = run((sys.executable, "-m", "tests.bench.records", "bare"), cwd=_ROOT)
    yield Row("", "10,000 Ed25519 verifications", bare)
    yield Row(
        "", "10,000 signed receipts", run((sys.executable, "-m", "tests.bench.records", "read"), cwd=_ROOT), bare, "3"
    )


def recorders(folder: Path) -> Iterator[Row]:
    """Six processes append to one evidence branch; RuntimeError if a record is lost."""
    place = folder / "recorders.git"
    subprocess.run(["git", "init", "-q", "--bare", place], check=True)
    begun = time.perf_counter()
    writers = [
        subprocess.Popen(
            (sys.executable, "-m", "tests.bench.records", "write", place, str(number), str(_EACH)), cwd=_ROOT
        )
        for number in range(_WRITERS)
    ]
    if any(writer.wait() for writer in writers):
        raise RuntimeError("a recorder failed")
    took = time.perf_counter() - begun
    told = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "govops/evidence"], cwd=place, check=True, capture_output=True
    )
    if len(told.stdout.split()) != _WRITERS * _EACH:
        raise RuntimeError(f"{len(told.stdout.split())} of {_WRITERS * _EACH} records are there")
    yield Row("", "one record of six recorders, none lost", Cost(0.0, took / (_WRITERS * _EACH)))


def _proposal(repository: Path) -> str:
    """Five model files with another title, on top of the protected branch; the commit, which no ref names."""
    tip = subprocess.run(["git", "rev-parse", "main"], cwd=repository, check=True, capture_output=True, text=True)
    files: dict[str, bytes | None] = {}
    for path in sorted(repository.glob("registry/models/*/model.yaml"))[:_FIVE]:
        files[path.relative_to(repository).as_posix()] = path.read_bytes() + b"# read once more\n"
    with Store.open(repository) as store:
        stamp = Stamp("Person 1", "person-1@acme.example", 1_900_000_000)
        return store.commit(NewCommit("Read once more\n", stamp, (tip.stdout.strip(),), dict(files)))
