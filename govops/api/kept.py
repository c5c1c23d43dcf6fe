"""Answers that are kept as long as nothing has moved: most of what portals read has been read before."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock

from flask import Response

_MOST = 16 * 1024 * 1024  # bytes of bodies
_LARGEST = 256 * 1024


@dataclass(frozen=True, slots=True)
class _Answer:
    state: object
    body: bytes
    headers: tuple[tuple[str, str], ...]


class KeptAnswers:
    """Good answers by what was asked, each for one state of what it was made from; the oldest go first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: OrderedDict[Hashable, _Answer] = OrderedDict()
        self._size = 0

    def find(self, asked: Hashable, state: object) -> Response | None:
        """The answer that was given in the same state, None if there is none."""
        with self._lock:
            found = self._answers.get(asked)
            if found is None or found.state != state:
                return None
            self._answers.move_to_end(asked)
        return Response(found.body, 200, list(found.headers))

    def keep(self, asked: Hashable, state: object, response: Response) -> None:
        """Keep a response for others who ask the same in this state."""
        body = response.get_data()
        if len(body) > _LARGEST:
            return
        with self._lock:
            self._drop(asked)
            self._answers[asked] = _Answer(state, body, tuple(response.headers.items()))
            self._size += len(body)
            while self._size > _MOST:
                self._drop(next(iter(self._answers)))

    def _drop(self, asked: Hashable) -> None:
        found = self._answers.pop(asked, None)
        self._size -= len(found.body) if found is not None else 0
