"""Work in processes of its own: what crashes, hangs or eats memory there ends alone.

The one place that starts a process of ours. It is a new interpreter that shares nothing with this one (spawned, never
forked) and has a folder of its own for everything that it writes, which nobody else is told of.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import tempfile
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.context import SpawnProcess
from pathlib import Path

from govops import interrupt

Work = Callable[[Path], None]
"""What is done, given the folder to write to; made of what can be pickled. Whatever it raises is a crash."""

_GRACE = 5.0  # seconds to clean up after being told to stop
_SAID = "said"
_KEPT = 4096  # bytes of its last words
_COLLECT_EVERY = 20_000  # as for the command line


@dataclass(frozen=True, slots=True)
class Job:
    """Some work, where it is done, the seconds that it may take, and the bytes that its interpreter may use."""

    work: Work
    home: Path
    seconds: float
    memory: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How the job of this number ended. ``problem`` is empty where it came to its end; ``folder`` is what it left."""

    number: int
    folder: Path
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Running:
    number: int
    job: Job
    process: SpawnProcess
    folder: Path
    until: float


def run_apart(jobs: Sequence[Job], *, at_once: int, place: Path) -> Generator[Ended, None, None]:
    """Run all jobs, so many at a time, each in a folder of its own below ``place``; as they end."""
    waiting, running = deque(enumerate(jobs)), dict[int, _Running]()
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                number, job = waiting.popleft()
                started = _start(number, job, place)
                if isinstance(started, Ended):
                    yield started
                else:
                    running[number] = started
            yield from _ended(running)
    finally:
        for one in running.values():
            _stop(one.process)


def _start(number: int, job: Job, place: Path) -> _Running | Ended:
    folder = Path(tempfile.mkdtemp(prefix=f"{number}-", dir=place)).resolve()
    process = get_context("spawn").Process(target=_do, args=(job.work, job.home, folder, job.memory))
    try:
        process.start()
    except OSError as error:
        return Ended(number, folder, f"no process could be started for it: {error.strerror}")
    return _Running(number, job, process, folder, time.monotonic() + job.seconds)


def _ended(running: dict[int, _Running]) -> Iterator[Ended]:
    """Wait for the next to end or to run out of time, and take it out of those that run."""
    if not running:
        return
    first = min(one.until for one in running.values())
    connection.wait([one.process.sentinel for one in running.values()], max(first - time.monotonic(), 0))
    now = time.monotonic()
    for one in [*running.values()]:
        if not one.process.is_alive():
            problem = _problem(one)
        elif now >= one.until:
            problem = f"it was stopped after {one.job.seconds:.0f} seconds"
        else:
            continue
        _stop(one.process)
        del running[one.number]
        yield Ended(one.number, one.folder, problem)


def _problem(one: _Running) -> str:
    one.process.join()
    code = one.process.exitcode or 0
    if code == 0:
        return ""
    if code < 0:
        return f"it was killed by signal {-code}"
    said = one.folder / _SAID
    last = said.read_bytes()[-_KEPT:].decode("utf-8", "replace").rstrip().rpartition("\n")[2] if said.exists() else ""
    if last.startswith("MemoryError"):
        return f"it needed more than {one.job.memory >> 20} MiB of memory"
    return f"it crashed: {last or f'exit code {code}'}"


def _stop(process: SpawnProcess) -> None:
    """Tell it to stop, and kill it if it does not; it ends its own git."""
    if process.is_alive():
        process.terminate()
        process.join(_GRACE)
    if process.is_alive():
        process.kill()
    process.join()


def _do(work: Work, home: Path, folder: Path, memory: int) -> None:
    """In the new process: be quiet, stay within bounds, leave nothing behind elsewhere."""
    os.chdir(home)
    said = os.open(folder / _SAID, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = resource.getrlimit(resource.RLIMIT_DATA)[1]
    bound = memory if most == resource.RLIM_INFINITY else min(memory, most)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, most))  # git has bounds of its own
    tempfile.tempdir = str(folder)
    gc.set_threshold(_COLLECT_EVERY)
    with interrupt.noticed(signal.SIGTERM):  # unwinds, so that git is ended as well
        work(folder)
        interrupt.go_on()
