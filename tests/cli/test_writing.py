"""Reports on disk: the old one or the whole new one, whatever stops the run."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govops.app.writing import write_whole
from govops.errors import ExitCode, GovopsError
from tests.support.audit import verdict
from tests.support.cli import govops
from tests.support.command import PROGRAM
from tests.support.command import govops as installed
from tests.support.files import model
from tests.support.world import World

OLD = "the old report\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Enough good changes for an audit that can be stopped on its way, and that ends with 0 if it is not."""
    world = World(tmp_path_factory.mktemp("world"))
    for number in range(40):
        world.propose("alice", f"Register {number}", model(f"m{number}")).approve("bob").merge("squash")
    assert verdict(world).exit_code() is ExitCode.OK
    return world


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.md"
    path.write_text(OLD, encoding="utf-8")
    return path


def audit(world: World, report: Path) -> list[str | Path]:
    return ["audit", world.path, "--quiet", "--output", f"markdown:{report}"]


MOMENTS = 13


@pytest.mark.slow
@pytest.mark.threat("A03", "G09")
def test_a_run_that_is_killed_leaves_the_old_report_or_the_whole_new_one(world: World, report: Path) -> None:
    """At moments from the start to past the end, by each signal in turn; a run that was stopped is never exit 0."""
    began = time.monotonic()
    assert installed(*audit(world, report), cwd=report.parent).returncode == ExitCode.OK
    took = time.monotonic() - began
    whole = report.read_text(encoding="utf-8")
    codes = []
    for moment in range(MOMENTS):
        report.write_text(OLD, encoding="utf-8")
        sent = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)[moment % 3]
        codes.append(stopped(audit(world, report), took * moment / (MOMENTS - 3), sent))
        found = report.read_text(encoding="utf-8")
        assert found in (OLD, whole), f"{sent.name} after {moment} of {MOMENTS}"
        assert codes[-1] != ExitCode.OK or found == whole, "exit 0 and no report"
    assert any(code != ExitCode.OK for code in codes), "no run was ever stopped"


def stopped(arguments: list[str | Path], after: float, sent: signal.Signals) -> int:
    """Run, wait, send the signal to the process and all that it started, and see how it ends."""
    quiet = subprocess.DEVNULL
    run = subprocess.Popen([PROGRAM, *arguments], stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        return run.wait(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, sent)
        return run.wait(timeout=60)


def at_most(size: int) -> Callable[[], None]:
    """No file larger than that may be written; what goes beyond is an error, as on a full disk."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.threat("G09")
@pytest.mark.parametrize("size", [1_024, 4_096, 8_192])
def test_a_disk_that_fills_up_is_exit_4_and_keeps_the_old_report(world: World, report: Path, size: int) -> None:
    ran = installed(*audit(world, report), cwd=report.parent, confine=at_most(size))
    assert ran.returncode == ExitCode.INTERNAL
    assert ran.stderr.startswith(f"error: could not write {report}: ")
    assert "Traceback" not in ran.stderr
    assert report.read_text() == OLD
    assert [path.name for path in report.parent.iterdir()] == [report.name], "no half report is left beside it"


@pytest.mark.threat("G09")
def test_once_there_is_room_the_same_command_succeeds(world: World, report: Path) -> None:
    assert installed(*audit(world, report), cwd=report.parent, confine=at_most(1_024)).returncode == ExitCode.INTERNAL
    assert installed(*audit(world, report), cwd=report.parent).returncode == ExitCode.OK
    assert report.read_text() != OLD


def test_of_several_reports_none_is_printed_where_a_file_cannot_be_written(world: World, report: Path) -> None:
    """Standard output comes last: whoever reads it may take the files for written."""
    ran = govops(*audit(world, report / "below a file"), "--output", "text")
    assert (ran.code, ran.out) == (ExitCode.INTERNAL, "")
    assert report.read_text() == OLD


FAULTS = ["os.fsync", "os.fchmod", "os.replace"]


@pytest.mark.threat("G09")
@pytest.mark.parametrize("call", FAULTS)
@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "Ctrl-C"])
def test_a_write_that_fails_anywhere_leaves_the_old_file_alone(
    report: Path, monkeypatch: pytest.MonkeyPatch, call: str, fault: BaseException
) -> None:
    def fail(*arguments: Any) -> None:
        raise fault

    monkeypatch.setattr(call, fail)
    with pytest.raises((GovopsError, KeyboardInterrupt)) as raised:
        write_whole(report, "new\n" * 1_000)
    monkeypatch.undo()
    assert report.read_text() == OLD
    assert [path.name for path in report.parent.iterdir()] == [report.name]
    if isinstance(raised.value, GovopsError):
        assert raised.value.exit_code is ExitCode.INTERNAL
        assert raised.value.hint == "nothing was changed there"


def test_what_was_written_is_said_to_stand_even_where_the_folder_cannot_be_synced(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def second(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr("os.fsync", second)
    with pytest.raises(GovopsError) as raised:
        write_whole(report, "new\n")
    assert report.read_text() == "new\n"
    assert "may not survive a power cut" in raised.value.hint


def test_a_report_may_go_into_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b" / "report.md", "x\n")
    assert (tmp_path / "a" / "b" / "report.md").read_text() == "x\n"


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    """As `/dev/null` has to, which whoever is root could replace by a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text("utf-8")))
    reader.start()
    write_whole(pipe, ("one\n", "two\n"))
    reader.join(timeout=10)
    assert read == ["one\ntwo\n"]
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]
