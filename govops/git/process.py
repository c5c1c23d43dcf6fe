"""The only place that starts a program, and the program is git.

Every git runs in a session of its own, with an environment that is made here from nothing, with all three
pipes served by one loop (so that none can fill up and block the others), with a limit on its memory, on what
it may say and on how long it may keep silent, and is killed with its whole group when nobody listens.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import subprocess
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from govops import interrupt
from govops.errors import LimitError, UsageError

CHUNK = 1 << 17  # bytes read or written at once
STDERR_KEPT = 1 << 14  # bytes: enough for a message
MEMORY = 1 << 31  # bytes of heap; packs are mapped files and do not count
SILENCE = 300.0  # seconds without a byte in any direction
ANSWER = 1 << 28  # bytes that a single question may bring back


@dataclass(frozen=True, slots=True)
class Answer:
    """What one finished git said."""

    code: int
    out: bytes
    err: str


@dataclass(frozen=True, slots=True)
class Git:
    """How git is called: where it runs, with which environment, and the arguments before the command."""

    cwd: Path
    environment: dict[str, str]
    prefix: tuple[str, ...] = ()

    def run(self, *arguments: str, send: bytes = b"") -> Answer:
        """Ask one question and wait for the whole answer."""
        talk = self.converse(*arguments)
        try:
            talk.send(send)
            talk.finish()
            out = talk.rest(ANSWER)
            return Answer(talk.wait(), out, talk.err)
        finally:
            talk.close()

    def converse(self, *arguments: str, memory: int | None = None) -> Conversation:
        """Start a git that is asked many questions and may have ``memory`` bytes of heap."""
        interrupt.go_on()
        process = _start(("git", *self.prefix, *arguments), environment=self.environment, cwd=self.cwd)
        _confine(process, memory or MEMORY)
        return Conversation(process)


def clean_environment(home: Path) -> dict[str, str]:
    """An environment that inherits nothing but absolute entries of ``PATH``."""
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return {
        "PATH": os.pathsep.join(entry for entry in path if Path(entry).is_absolute()),
        "HOME": str(home),
        "LC_ALL": "C",
        "TZ": "UTC",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_GRAFT_FILE": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_ALLOW_PROTOCOL": "",
        # Where git runs on glibc: keep freed memory, instead of giving it back and asking again for every object.
        "MALLOC_TRIM_THRESHOLD_": "134217728",
        "MALLOC_MMAP_THRESHOLD_": "33554432",
        "MALLOC_TOP_PAD_": "1048576",
    }


class Conversation:
    """One running git: requests go in, answers come out in the same order, and nobody waits for a full pipe."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._stdin, self._stdout, self._stderr = _descriptors(self._process)
        self._unsent: deque[bytes] = deque()
        self._finished = False
        self._gone = False  # git reads no more
        self._buffer = b""
        self._at = 0
        self._said = b""
        self._poll = select.poll()
        self._watched: set[int] = set()
        self._watch(self._stdout, select.POLLIN)
        self._watch(self._stderr, select.POLLIN)

    @property
    def err(self) -> str:
        """What git wrote to standard error so far, the first 16 KiB."""
        return self._said.decode("utf-8", "replace").strip()

    def send(self, data: bytes) -> None:
        """Queue ``data`` for git's standard input; never blocks."""
        if data and not self._gone:
            self._unsent.append(data)
            self._watch(self._stdin, select.POLLOUT)

    def finish(self) -> None:
        """Close git's standard input as soon as everything queued has gone."""
        self._finished = True
        if not self._unsent:
            self._hang_up()

    def line(self) -> bytes:
        """The next line without its end; EOFError when git is gone."""
        while (end := self._buffer.find(b"\n", self._at)) < 0:
            if len(self._buffer) - self._at > CHUNK:
                raise LimitError("git answered with a line of more than 128 KiB")
            self._buffer = self._buffer[self._at :] + self._more()
            self._at = 0
        line = self._buffer[self._at : end]
        self._at = end + 1
        return line

    def read(self, size: int) -> bytes:
        """Exactly ``size`` bytes; EOFError when git is gone before."""
        end = self._at + size
        if end <= len(self._buffer):
            data = self._buffer[self._at : end]
            self._at = end
            return data
        parts = [self._buffer[self._at :]]
        missing = size - len(parts[0])
        while missing > 0:
            parts.append(self._more())
            missing -= len(parts[-1])
        self._buffer = parts[-1]
        self._at = len(self._buffer) + missing
        parts[-1] = self._buffer[: self._at]
        return b"".join(parts)

    def some(self) -> bytes:
        """Whatever comes next, at least one byte; empty when git is gone."""
        if self._at < len(self._buffer):
            data = self._buffer[self._at :]
            self._at = len(self._buffer)
            return data
        return self._fill()

    def rest(self, limit: int) -> bytes:
        """Everything until git is gone; LimitError for more than ``limit`` bytes."""
        parts: list[bytes] = []
        size = 0
        while data := self.some():
            parts.append(data)
            size += len(data)
            if size > limit:
                raise LimitError(f"git answered with more than {limit} bytes")
        return b"".join(parts)

    def wait(self) -> int:
        """The exit code, once standard output has ended; a death by signal is negative."""
        while self._stderr in self._watched:
            self._serve()
        return self._process.wait()

    def close(self) -> None:
        """Kill git and whatever it started, and close the pipes; calling it twice does no harm."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._unsent.clear()
        self._gone = True
        self._watched.clear()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None and not stream.closed:
                stream.close()

    def _more(self) -> bytes:
        data = self._fill()
        if not data:
            raise EOFError
        return data

    def _fill(self) -> bytes:
        while self._stdout in self._watched:
            if data := self._serve():
                return data
        return b""

    def _serve(self) -> bytes:
        """One round of whatever the pipes are ready for; what came on standard output, if anything."""
        ready = self._poll.poll(SILENCE * 1000)
        if not ready:
            self.close()
            raise LimitError(f"git kept silent for {SILENCE:.0f} seconds")
        data = b""
        for descriptor, _ in ready:
            if descriptor == self._stdin:
                self._feed()
            elif descriptor == self._stderr:
                said = os.read(self._stderr, CHUNK)
                self._said = (self._said + said)[:STDERR_KEPT]
                self._unwatch_at_end(self._stderr, said)
            else:
                data = os.read(self._stdout, CHUNK)
                self._unwatch_at_end(self._stdout, data)
        return data

    def _feed(self) -> None:
        try:
            sent = os.write(self._stdin, self._unsent[0])
        except BrokenPipeError:
            self._unsent.clear()
            self._hang_up()
            return
        if sent < len(self._unsent[0]):
            self._unsent[0] = self._unsent[0][sent:]
            return
        self._unsent.popleft()
        if not self._unsent:
            self._unwatch_at_end(self._stdin, b"")
            if self._finished:
                self._hang_up()

    def _hang_up(self) -> None:
        self._gone = True
        self._unwatch_at_end(self._stdin, b"")
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _watch(self, descriptor: int, event: int) -> None:
        if descriptor not in self._watched:
            self._watched.add(descriptor)
            self._poll.register(descriptor, event)

    def _unwatch_at_end(self, descriptor: int, data: bytes) -> None:
        if not data and descriptor in self._watched:
            self._watched.remove(descriptor)
            self._poll.unregister(descriptor)


def _start(command: tuple[str, ...], *, environment: dict[str, str], cwd: Path) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, cwd=cwd, start_new_session=True, bufsize=0
        )
    except FileNotFoundError as error:
        raise UsageError("git is not on PATH", hint="install git 2.38 or newer") from error


def _confine(process: subprocess.Popen[bytes], memory: int) -> None:
    if hasattr(resource, "prlimit"):  # Linux; elsewhere git is as large as the system lets it be
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (memory, memory))


def _descriptors(process: subprocess.Popen[bytes]) -> tuple[int, int, int]:
    streams = (process.stdin, process.stdout, process.stderr)
    stdin, stdout, stderr = (stream.fileno() for stream in streams if stream is not None)
    os.set_blocking(stdin, False)
    return stdin, stdout, stderr
