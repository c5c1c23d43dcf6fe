"""Work for a process of its own, most of which does not end well."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from pathlib import Path


def write(folder: Path, text: str = "done") -> None:
    """Leaves a file."""
    (folder / "result").write_text(text, encoding="utf-8")


def say_where(folder: Path) -> None:
    """Leaves where it is, and where it would put what is temporary."""
    write(folder, f"{Path.cwd()}\n{tempfile.gettempdir()}")


def raise_something(folder: Path) -> None:
    """Raises what nobody expects, with words that a terminal would obey."""
    print("##[error] obey")
    raise ValueError("\x1b[31mred\nand a second line")


def die(folder: Path) -> None:
    """Is killed, as by a fault in a library."""
    os.kill(os.getpid(), signal.SIGKILL)


def hang(folder: Path) -> None:
    """Never ends by itself, and cleans up when it is told to stop."""
    try:
        time.sleep(600)
    finally:
        write(folder, "cleaned up")


def refuse_to_stop(folder: Path) -> None:
    """Never ends, whoever asks."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


def eat(folder: Path) -> None:
    """Wants all the memory there is."""
    hoard = []
    while True:
        hoard.append(bytearray(1 << 24))
