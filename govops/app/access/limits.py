"""How much one caller may ask: so often, and so much at once. Each process of a server counts for itself.

Time is a monotonic clock's, so nobody is locked out by a wall clock that is set back.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from govops.app.governance import LimitedError
from govops.errors import UsageError

_MOST = 10_000  # callers who are remembered; whoever asked longest ago is forgotten first


@dataclass(frozen=True, slots=True)
class Allowance:
    """``at_once`` requests at a time, and ``burst`` in a row, of which ``per_second`` come back."""

    burst: int = 120
    per_second: float = 2.0
    at_once: int = 8


class Limits:
    """What is left of each caller's allowance. UsageError for one that allows nothing."""

    def __init__(self, allowance: Allowance | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._allowed = allowance or Allowance()
        if self._allowed.burst < 1 or self._allowed.per_second <= 0 or self._allowed.at_once < 1:
            raise UsageError("a limit allows at least one request", hint="give numbers above zero")
        self._clock = clock
        self._lock = Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # by caller: how many were left, and when
        self._running: dict[str, int] = {}

    @contextmanager
    def admit(self, who: str) -> Iterator[None]:
        """While it is open ``who`` is being served. LimitedError, with seconds to wait, if that is too much."""
        self.take(who)
        with self._lock:
            running = self._running.get(who, 0)
            if running < self._allowed.at_once:
                self._running[who] = running + 1
        if running >= self._allowed.at_once:
            raise LimitedError(f"more than {self._allowed.at_once} requests at once", hint="ask one after the other")
        try:
            yield
        finally:
            self._done(who)

    def take(self, who: str) -> None:
        """Count one request of ``who``. LimitedError if none is left."""
        with self._lock:
            left, at = self._left.get(who, (float(self._allowed.burst), self._clock()))
            now = self._clock()
            left = min(self._allowed.burst, left + (now - at) * self._allowed.per_second)
            enough = left >= 1
            self._left[who] = (left - enough, now)
            self._left.move_to_end(who)
            if len(self._left) > _MOST:
                self._left.popitem(last=False)
        if not enough:
            wait = math.ceil((1 - left) / self._allowed.per_second)
            raise LimitedError("too many requests", hint=f"ask again in {wait} s", retry_after=max(1, wait))

    def _done(self, who: str) -> None:
        with self._lock:
            self._running[who] -= 1
            if not self._running[who]:
                del self._running[who]
