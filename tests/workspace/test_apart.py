"""Whatever happens in one process happens to it alone, and is told in a line."""

from __future__ import annotations

import time
from functools import partial
from multiprocessing import active_children
from pathlib import Path

import pytest

from govops.workspace import apart
from govops.workspace.apart import Ended, Job, Work, run_apart
from tests.support import deeds_apart

MEMORY = 256 << 20


def run(tmp_path: Path, *works: Work, at_once: int = 2, seconds: float = 60) -> list[Ended]:
    """How each of the works ended, in their order."""
    jobs = [Job(work, tmp_path, seconds, MEMORY) for work in works]
    return sorted(run_apart(jobs, at_once=at_once, place=tmp_path), key=lambda ended: ended.number)


ENDS: dict[str, tuple[Work, str]] = {
    "an exception": (deeds_apart.raise_something, "it crashed: and a second line"),
    "a signal": (deeds_apart.die, "it was killed by signal 9"),
    "too much memory": (deeds_apart.eat, "it needed more than 256 MiB of memory"),
}


@pytest.mark.parametrize(("work", "problem"), ENDS.values(), ids=ENDS)
def test_the_end_of_one_is_not_the_end_of_the_others(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], work: Work, problem: str
) -> None:
    """And nothing that it says reaches the terminal."""
    bad, good = run(tmp_path, work, deeds_apart.write)
    assert (bad.problem, good.problem) == (problem, "")
    assert (good.folder / "result").read_text(encoding="utf-8") == "done"
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("work", "left"), [(deeds_apart.hang, ["cleaned up"]), (deeds_apart.refuse_to_stop, [])], ids=["asked", "killed"]
)
def test_what_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: Work, left: list[str]) -> None:
    """It may clean up, for a moment."""
    monkeypatch.setattr(apart, "_GRACE", 0.5)
    begin = time.monotonic()
    (ended,) = run(tmp_path, work, seconds=5)
    assert ended.problem == "it was stopped after 5 seconds"
    assert [path.read_text(encoding="utf-8") for path in ended.folder.glob("result")] == left
    assert time.monotonic() - begin < 30


def test_each_has_a_folder_of_its_own(tmp_path: Path) -> None:
    """Where it writes, and what is temporary; it works where it was told to."""
    first, second = run(tmp_path, deeds_apart.say_where, deeds_apart.say_where, at_once=1)
    assert first.folder != second.folder
    for ended in (first, second):
        home, temporary = (ended.folder / "result").read_text(encoding="utf-8").splitlines()
        assert (Path(home), Path(temporary)) == (tmp_path.resolve(), ended.folder)
        assert ended.folder.stat().st_mode & 0o077 == 0


def test_all_are_run_however_few_at_once(tmp_path: Path) -> None:
    """Five, two at a time."""
    works = [partial(deeds_apart.write, text=str(number)) for number in range(5)]
    ended = run(tmp_path, *works)
    assert [(one.folder / "result").read_text(encoding="utf-8") for one in ended] == list("01234")


def test_nobody_is_left_running_when_nobody_waits(tmp_path: Path) -> None:
    """Whoever stops listening, by an interrupt for one, stops them all."""
    jobs = [Job(work, tmp_path, 60, MEMORY) for work in (deeds_apart.write, deeds_apart.hang)]
    ending = run_apart(jobs, at_once=2, place=tmp_path)
    assert next(ending).number == 0
    ending.close()
    assert active_children() == []
