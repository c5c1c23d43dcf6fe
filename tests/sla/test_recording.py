"""Measurements are added to a file whole, by many writers at once, however one of them ends."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from govops.errors import GovopsError, UndecidableError
from govops.sla.measuring import Measured
from govops.sla.recording import append
from govops.sla.reference import Reference
from tests.sla.hostile import question, row, source
from tests.support.cli import govops
from tests.support.lowest import ROOT
from tests.support.measurements import FILE, NAME, promised

WRITER = """
import json, sys
from pathlib import Path
from govops.sla.recording import append
who, times = sys.argv[1], int(sys.argv[2])
for n in range(times):
    row = {"timestamp": "2026-03-28T00:00:01Z", "latency_ms": n, "ok": True, "by": who, "n": n}
    append(Path("."), "rows.jsonl", [json.dumps({**row, "of": part}) for part in range(3)])
    print(n, flush=True)
"""


def writer(folder: Path, who: str, times: int) -> subprocess.Popen[str]:
    """A process that records three rows at a time, and says so each time."""
    command = [sys.executable, "-c", WRITER, who, str(times)]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True, env=environment())


def environment() -> dict[str, str]:
    """In which the package is found from elsewhere."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def counted(folder: Path) -> Measured:
    """What stands in the file, by the reference."""
    return Reference(folder).measure(source(), [question((0, 60))])


@pytest.mark.slow
@pytest.mark.threat("J01")
@pytest.mark.parametrize("writers", [6, 12])
def test_many_writers_lose_nothing(tmp_path: Path, writers: int) -> None:
    """Every row stands there once, and the three of each write beside each other."""
    started = [writer(tmp_path, str(who), 20) for who in range(writers)]
    for one in started:
        one.communicate(timeout=120)
        assert one.returncode == 0
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    assert [row["of"] for row in rows] == [0, 1, 2] * 20 * writers
    assert {(row["by"], row["n"]) for row in rows} == {(str(who), n) for who in range(writers) for n in range(20)}
    assert counted(tmp_path).bad == 0


@pytest.mark.slow
@pytest.mark.threat("J02")
def test_a_writer_that_is_killed_loses_nothing_that_it_said_it_had_recorded(tmp_path: Path) -> None:
    """What it had not said is there whole or as one bad row, and spoils no row of others."""
    chance = random.Random(7)
    said = 0
    for _ in range(8):
        victim = writer(tmp_path, "victim", 100_000)
        assert victim.stdout is not None
        victim.stdout.readline()
        time.sleep(chance.random() / 20)
        victim.kill()
        said += 3 * (1 + len(victim.stdout.read().splitlines()))
        victim.wait(30)
        victim.stdout.close()
        append(tmp_path, "rows.jsonl", [row(1, 5)])
    found = counted(tmp_path)
    assert found.bad <= 8
    assert found.rows - found.bad - 8 >= said
    assert found.tallies[0].requests == found.rows - found.bad


@pytest.mark.threat("J02")
def test_a_row_that_was_left_half_is_one_bad_row_and_no_more(tmp_path: Path) -> None:
    """At whatever byte it ends."""
    whole = row(1, 5)
    for cut in range(1, len(whole)):
        (tmp_path / "rows.jsonl").write_text(f"{row(2, 6)}\n{whole[:cut]}", encoding="utf-8")
        append(tmp_path, "rows.jsonl", [row(3, 7)])
        found = counted(tmp_path)
        assert (found.rows, found.bad, found.tallies[0].requests) == (3, 1, 2)
        assert found.rejected[0].place == "rows.jsonl:2"


LIMITED = """
import resource, sys
from pathlib import Path
from govops.errors import GovopsError
from govops.sla.recording import append
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
try: append(Path("."), "rows.jsonl", [sys.argv[2]] * 10)
except GovopsError as error: sys.exit(f"{error.message} | {error.hint}")
"""


@pytest.mark.threat("J06")
@pytest.mark.parametrize("room", [0, 1, 50, 200])
def test_a_disk_that_is_full_is_told_and_nothing_is_left_half(tmp_path: Path, room: int) -> None:
    """The file is as before, and the same is recorded when there is room again."""
    append(tmp_path, "rows.jsonl", [row(2, 6)])
    before = (tmp_path / "rows.jsonl").read_bytes()
    command = [sys.executable, "-c", LIMITED, str(len(before) + room), row(1, 5)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment(), check=False)
    assert ran.returncode == 1
    assert ran.stderr == "could not record to `rows.jsonl`: File too large | nothing was recorded; do it again\n"
    assert (tmp_path / "rows.jsonl").read_bytes() == before
    append(tmp_path, "rows.jsonl", [row(1, 5)] * 10)
    assert counted(tmp_path).tallies[0].requests == 11


@pytest.mark.threat("I16", "J06")
def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A folder in its place, or a link that leads out."""
    (tmp_path / "rows.jsonl").mkdir()
    with pytest.raises(GovopsError, match=r"could not record to `rows\.jsonl`: Is a directory"):
        append(tmp_path, "rows.jsonl", [row(1, 5)])
    root = tmp_path / "root"
    root.mkdir()
    (root / "out.jsonl").symlink_to(tmp_path / "outside.jsonl")
    with pytest.raises(UndecidableError, match="leads out"):
        append(root, "out.jsonl", [row(1, 5)])
    assert not (tmp_path / "outside.jsonl").exists()


# ---- govops sla record


def test_a_request_is_recorded_where_the_agreement_is_measured(tmp_path: Path) -> None:
    """By whoever runs the service, one at a time or many from standard input."""
    world = promised(tmp_path)
    where = ("--repository", world.path)
    ran = govops("sla", "record", NAME, "--latency-ms", "182.5", "--at", "2026-03-28T00:00:01Z", *where)
    assert (ran.code, ran.err) == (0, f"1 measurement recorded to {FILE}\n")
    assert govops("sla", "record", NAME, "--latency-ms", "3", "--failed", *where).code == 0
    lines = f"{row(2, 1)}\n\n{row(3, 2)}\n"
    (tmp_path / "lines").write_text(lines, encoding="utf-8")
    ran = govops("sla", "record", NAME, "--from", tmp_path / "lines", *where)
    assert (ran.code, ran.err) == (0, f"2 measurements recorded to {FILE}\n")
    rows = [json.loads(line) for line in (world.path / FILE).read_text().splitlines()]
    assert [(one["latency_ms"], one["ok"]) for one in rows] == [(182.5, True), (3, False), (1, True), (2, True)]
    assert rows[0]["timestamp"] == "2026-03-28T00:00:01Z"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--latency-ms", "nan"), "NaN is no number"),
        (("--latency-ms", "-1"), "`latency_ms` is no number from 0 to 2^53"),
        (("--latency-ms", "1", "--at", "yesterday"), "`timestamp` is no instant"),
        (("--from", "{lines}"), "input.jsonl:2: it is not JSON"),
        (("--from", "/dev/null"), "there is nothing to record"),
        (("--latency-ms", "1", "--file", "measurements/other.jsonl"), "is no file of JSONL that"),
        ((), "give either --latency-ms or --from"),
        (("--latency-ms", "1", "--from", "{lines}"), "give either --latency-ms or --from"),
    ],
)
def test_what_is_no_measurement_is_not_recorded(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    """And nothing that came with it."""
    world = promised(tmp_path)
    (tmp_path / "lines").write_text(f"{row(2, 1)}\n{{\n{row(3, 1)}\n", encoding="utf-8")
    given = [text.format(lines=tmp_path / "lines") for text in arguments]
    ran = govops("sla", "record", NAME, *given, "--repository", world.path)
    assert ran.code == 2
    assert told in ran.err
    assert not (world.path / FILE).exists()


def test_an_agreement_that_is_measured_elsewhere_records_nothing(tmp_path: Path) -> None:
    """Several files, a table or a server: where to is not clear, or not ours."""
    world = promised(tmp_path, source={"type": "file", "files": ["a/*.jsonl", "b.parquet"]})
    where = ("--latency-ms", "1", "--repository", world.path)
    ran = govops("sla", "record", NAME, *where)
    assert (ran.code, "name one with --file, among a/*.jsonl, b.parquet" in ran.err) == (2, True)
    assert govops("sla", "record", NAME, "--file", "a/today.jsonl", *where).code == 0
    assert (world.path / "a/today.jsonl").exists()
    ran = govops("sla", "record", "nothing", *where)
    assert (ran.code, "has no ServiceLevelAgreement `nothing`" in ran.err) == (2, True)


def test_a_folder_elsewhere_is_recorded_to_by_its_connection(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    world = promised(tmp_path / "world", source={"type": "file", "connection": "disk", "files": ["rows.jsonl"]})
    where = ("--latency-ms", "1", "--repository", world.path)
    assert govops("sla", "record", NAME, *where).code == 3
    assert govops("sla", "record", NAME, *where, "--source", f"disk={(tmp_path / 'disk').as_uri()}").code == 0
    assert (tmp_path / "disk" / "rows.jsonl").exists()
