"""Objects by id, each hashed again. One ``git cat-file`` answers many questions, in the order they were asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from govops.errors import LimitError, UndecidableError
from govops.git.hashing import ObjectFormat
from govops.git.process import Conversation, Git
from govops.history import Oid

MISSING = "missing"
CORRUPT = "corrupt"
TOO_LARGE = "too-large"
FAULTS = frozenset({MISSING, CORRUPT, TOO_LARGE})
LARGEST = 1 << 26  # bytes of a commit or a tree

_BATCH = 512  # questions between two flushes
_DEATHS = 1000  # git dies of a corrupt object and is started again; a git that dies of all is of no use


class Found(NamedTuple):
    """One object, or why there is none: ``kind`` is blob, tree, commit, tag, missing, corrupt or too-large."""

    oid: Oid
    kind: str
    size: int
    data: bytes


class ObjectReader:
    """A conversation with ``git cat-file``. Whoever does not read all that was asked must close it."""

    def __init__(self, git: Git, form: ObjectFormat) -> None:
        self._git = git
        self._form = form
        self._talk: Conversation | None = None
        self._asked: deque[tuple[str, Oid]] = deque()
        self._deaths = 0
        self._closed = False

    @property
    def is_idle(self) -> bool:
        """Whether every question has been answered."""
        return not self._asked

    def sizes(self, oids: Iterable[Oid]) -> Iterator[Found]:
        """Kind and size of each object without its content, which is not checked."""
        for batch in batches(oids, _BATCH):
            self.ask("info", batch)
            for _ in batch:
                yield self.answer(0)

    def contents(self, oids: Iterable[Oid], *, limit: int = LARGEST) -> Iterator[Found]:
        """Each object in the order of ``oids``; one of more than ``limit`` bytes is not read."""
        waiting = 0
        for batch in batches(oids, _BATCH):
            self.ask("contents", batch)
            waiting += len(batch)
            while waiting > _BATCH:
                waiting -= 1
                yield self.answer(limit)
        while waiting:
            waiting -= 1
            yield self.answer(limit)

    def content(self, oid: Oid, *, limit: int = LARGEST) -> Found:
        """One object."""
        self.ask("contents", [oid])
        return self.answer(limit)

    def ask(self, verb: str, oids: list[Oid]) -> None:
        """Queue questions (``info`` or ``contents``); :meth:`answer` takes the answers one by one."""
        if self._closed:
            raise UndecidableError("the repository was closed while it was read")
        questions = [(verb, oid) for oid in oids]
        self._asked.extend(questions)
        if self._talk is None:
            self._talk = self._git.converse("cat-file", "--batch-command", "--buffer")
        self._talk.send(_questions(questions))

    def answer(self, limit: int) -> Found:
        """The answer to the oldest open question."""
        talk = self._talk
        if talk is None:
            raise UndecidableError("the repository was closed while it was read")
        verb, oid = self._asked.popleft()
        try:
            header = talk.line()
            if header == b"%b missing" % oid.encode("ascii"):
                return Found(oid, MISSING, 0, b"")
            kind, size = _parsed(header, oid)
            if verb == "info":
                return Found(oid, kind, size, b"")
            if size > limit:
                self._again()
                return Found(oid, TOO_LARGE, size, b"")
            data = talk.read(size + 1)[:-1]
        except (EOFError, ValueError):
            self._died(talk)
            return Found(oid, CORRUPT, 0, b"")
        if self._form.digest(kind, data).hex() != oid:
            return Found(oid, CORRUPT, size, b"")
        return Found(oid, kind, size, data)

    def close(self) -> None:
        """End the conversation for good."""
        self._closed = True
        self._asked.clear()
        if self._talk is not None:
            self._talk.close()
            self._talk = None

    def _died(self, talk: Conversation) -> None:
        """Git died of an object: blame that one, and ask a new git for the rest."""
        talk.close()
        self._deaths += 1
        if "ut of memory" in talk.err:
            raise LimitError("git ran out of the memory that it is allowed")
        if self._deaths > _DEATHS:
            raise UndecidableError("git cat-file cannot read this repository", hint=talk.err[-200:])
        self._again()

    def _again(self) -> None:
        if self._talk is not None:
            self._talk.close()
        self._talk = None
        if self._asked:
            self._talk = self._git.converse("cat-file", "--batch-command", "--buffer")
            self._talk.send(_questions(self._asked))


def batches(oids: Iterable[Oid], size: int) -> Iterator[list[Oid]]:
    """The ids in lists of ``size``, the last one shorter."""
    source = iter(oids)
    while batch := list(islice(source, size)):
        yield batch


def _questions(questions: Iterable[tuple[str, Oid]]) -> bytes:
    return "".join([f"{verb} {oid}\n" for verb, oid in questions]).encode("ascii") + b"flush\n"


def _parsed(header: bytes, oid: Oid) -> tuple[str, int]:
    """(kind, size) of ``<oid> <kind> <size>``; ValueError for any other line."""
    name, kind, size = header.decode("ascii").split(" ")
    if name != oid:
        raise ValueError(name)
    return kind, int(size)
