"""``govops`` as a process of its own, forked from one that has imported it: a tenth of the time of a fresh start.

Only the start of the interpreter and the imports are spared. Arguments, environment, directory and streams are the
caller's, and nothing of one command is left for the next. What a story tells of the start itself (planted modules,
variables of Python, limits, signals) needs the installed program: `tests.support.command`.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import NoReturn

import govops.app
import govops.cli
from tests.support.lowest import ROOT

_IMPORTED_LATE = ("cel_expr_python.cel", "duckdb", "jinja2", "jsonschema", "rich.progress", "ruamel.yaml", "sshsig")
_PROGRAM = """\
#!{python} -IS
import os, socket, sys
served = socket.socket(socket.AF_UNIX)
served.connect({address!r})
said = [os.getcwdb(), b"%d" % len(sys.argv), *map(os.fsencode, sys.argv)]
said += [name + b"=" + value for name, value in os.environb.items()]
socket.send_fds(served, [b"\\0"], [0, 1, 2])
served.sendall(b"\\0".join(said))
served.shutdown(socket.SHUT_WR)
sys.exit(ord(served.recv(1) or b"\\xff"))
"""


@cache
def folder() -> Path:
    """A folder for PATH: its ``govops`` has a server run what is typed, which lives as long as this process."""
    place = Path(tempfile.mkdtemp(prefix="govops-warm-"))
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(place / "socket"))
        door.listen(64)
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.support.warm", str(door.fileno())],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[door.fileno()],
        )
    atexit.register(_stop, server, place)
    program = place / "govops"
    program.write_text(_PROGRAM.format(python=sys.executable, address=str(place / "socket")), encoding="utf-8")
    program.chmod(0o755)
    return place


def _stop(server: subprocess.Popen[bytes], place: Path) -> None:
    server.kill()
    server.wait()
    shutil.rmtree(place)


def _serve(door: socket.socket) -> NoReturn:
    """Run each command that is typed in a fork, as many at once as are asked for."""
    for package in (govops.cli, govops.app):
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    for name in _IMPORTED_LATE:
        import_module(name)
    gc.freeze()
    running = 0
    while True:
        caller, _ = door.accept()
        if os.fork() == 0:
            door.close()
            _run(caller)
        caller.close()
        running += 1
        while running and os.waitpid(-1, os.WNOHANG)[0]:
            running -= 1


def _run(caller: socket.socket) -> NoReturn:
    code = 255  # it crashed
    try:
        code = _typed(caller)
    finally:
        sys.stderr.flush()
        caller.send(bytes([code]))
        os._exit(0)


def _typed(caller: socket.socket) -> int:
    """Take over the caller's place in the world, and do what was typed there."""
    _, streams, _, _ = socket.recv_fds(caller, 1, 3)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    said = b"".join(iter(lambda: caller.recv(65536), b"")).split(b"\0")
    directory, count, words = said[0], int(said[1]), said[2:]
    os.chdir(directory)
    os.environb.clear()
    for word in words[count:]:
        name, _, value = word.partition(b"=")
        os.environb[name] = value
    time.tzset()
    sys.argv = [os.fsdecode(word) for word in words[:count]]
    try:
        govops.cli.main()
    except SystemExit as end:
        return int(end.code or 0)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
