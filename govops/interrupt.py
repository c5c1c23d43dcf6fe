"""Ctrl-C that cannot be lost.

It raises KeyboardInterrupt wherever the program stands. Where that is in Python code which a library in C or Rust
called, the library may take it for an answer of its own, and the run would go on with a fact that is none. So it is
remembered as well, and whatever leaves a mark outside (a file, a ref, a request, an exit code) asks here first.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_seen: list[int] = []


@contextmanager
def noticed(*also: signal.Signals) -> Iterator[None]:
    """Remember Ctrl-C, and signals that mean the same here, until the end; nothing outside of the main thread.

    Where Ctrl-C is ignored, as in what a script leaves running behind it, it stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = () if signal.getsignal(signal.SIGINT) in (signal.SIG_IGN, None) else (signal.SIGINT,)
    before = {number: signal.signal(number, _interrupt) for number in (*heard, *also)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _seen.clear()


def interrupted() -> bool:
    """Whether this run was told to stop."""
    return bool(_seen)


def go_on() -> None:
    """KeyboardInterrupt, once more, if this run was told to stop."""
    if _seen:
        raise KeyboardInterrupt


def _interrupt(number: int, frame: FrameType | None) -> None:
    _seen.append(number)
    raise KeyboardInterrupt
