"""Run what a page tells people to type, and compare what it prints with what the page shows.

In a ``console`` block a line that begins with ``$ `` is a command, ``> `` continues it, and all others are its output.
A command ends with code 0, or with what a comment at its end says: ``$ govops audit  # exit 3``. Output lines occur in
the order shown; ``…`` stands for anything, ids and instants for any other ones. All blocks of a page are one session,
which begins in a checkout.

Nothing is downloaded: ``make`` finds its virtual environment set up, and ``pip install .`` builds and installs a real
wheel, but takes what govops depends on from the environment that runs the tests.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support import warm
from tests.support.lowest import ROOT
from tests.support.parts import require

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"#[^#]*\bexit (\d)[^#]*$")
_CHANGING = re.compile(r"\b(?:[0-9a-f]{7,64}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\b")
_MARK = "@@ command"
_NOT_CHECKED_OUT = (".git", ".venv*", ".*_cache", ".hypothesis", "__pycache__", "build", "dist")


@dataclass(slots=True)
class Shown:
    """A command as a page shows it."""

    command: str
    code: int
    output: list[str]


def shown(text: str) -> Iterator[Shown]:
    """The commands of a page, in order."""
    for block in _BLOCK.findall(text):
        current: Shown | None = None
        for line in block.splitlines():
            if line.startswith("$ "):
                if current is not None:
                    yield current
                code = _CODE.search(line)
                current = Shown(line[2:], int(code[1]) if code else 0, [])
            elif current is None:
                raise ValueError(f"a console block begins with {line!r}, not with a command")
            elif line.startswith("> "):
                current.command += f"\n{line[2:]}"
            else:
                current.output.append(line)
        if current is not None:
            yield current


def checkout(folder: Path, program: Path) -> Path:
    """A copy of this checkout in which ``make`` has nothing left to set up."""
    copy = folder / "govops"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*_NOT_CHECKED_OUT))
    (copy / ".venv/bin").mkdir(parents=True)
    (copy / ".venv/bin/python").symlink_to(sys.executable)
    (copy / ".venv/bin/govops").symlink_to(program)
    (copy / ".venv/.installed").touch()
    return copy


def run(session: list[Shown], folder: Path, *, work: Path, path: Sequence[Path] = ()) -> list[tuple[int, str]]:
    """Exit code and output, both streams together, of each command, typed into one shell in a new home."""
    for program, package in (("bash", ""), ("git", ""), ("make", ""), ("ssh-keygen", "openssh-client")):
        require(program, package=package)
    script = "".join(f'{want.command}\necho "{_MARK} $?"\n' for want in session)
    done = subprocess.run(
        ["bash", "-c", f"exec 2>&1\n{script}"],
        cwd=work,
        env=_environment(folder, path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=False,
        timeout=300,
        encoding="utf-8",
    )
    parts = re.split(rf"^{_MARK} (\d+)\n", done.stdout, flags=re.MULTILINE)
    return [(int(code), printed) for printed, code in zip(parts[0::2], parts[1::2], strict=False)]


def _environment(folder: Path, path: Sequence[Path]) -> dict[str, str]:
    """A reader with a name, an address and a folder for keys, and nothing else of their own."""
    home = folder / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".gitconfig").write_text("[user]\n\tname = Ann Example\n\temail = ann@example.org\n", encoding="utf-8")
    return {
        "HOME": str(home),
        "PATH": ":".join(map(str, (*path, Path(sys.executable).parent, os.environ["PATH"]))),
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": sysconfig.get_path("purelib"),  # for the environment that a page makes for itself
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # off means no isolation: https://github.com/pypa/pip/issues/5735
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def follow(text: str, folder: Path) -> None:
    """Type what a page shows, on a port that is free here; the server is no fork, so that signals reach it."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    program = Path(sys.executable).with_name("govops")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{port}").replace("$ govops serve", f"$ {program} serve")
    session = list(shown(text))
    done = run(session, folder, work=checkout(folder, warm.folder() / "govops"), path=[warm.folder()])
    for want, (code, printed) in zip(session, done, strict=True):
        assert code == want.code, f"$ {want.command}\nended with {code}, not {want.code}:\n{printed}"
        assert missing(want.output, printed) is None, f"$ {want.command}\nprinted:\n{printed}"


def missing(wanted: list[str], printed: str) -> str | None:
    """The first wanted line that does not follow those before it, None if all are there."""
    lines = iter(printed.splitlines())
    for line in wanted:
        if line.strip() in ("", "…"):
            continue
        pattern = re.compile(".*".join(re.escape(_plain(part)) for part in line.split("…")))
        if not any(pattern.fullmatch(_plain(found)) for found in lines):
            return line
    return None


def _plain(line: str) -> str:
    return _CHANGING.sub("<changing>", line.rstrip())
