"""What ``git diff-tree`` says about pairs of trees. It is a hint: whoever uses it proves it by hashing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from govops.errors import LimitError, UndecidableError
from govops.git.hashing import ObjectFormat
from govops.git.process import Conversation, Git
from govops.git.rewrite import check_count
from govops.git.trees import Record
from govops.history import Oid

_COMMAND = ("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-renames", "--no-abbrev")
_MARK = b"."  # no object id, so that git repeats the line and sends what it holds back
_PATH = 1 << 22  # bytes of one path
_LIFETIME = 4096  # pairs after which git, which forgets no tree, is started again
_DEATHS = 1000
_MEMORY = 384 << 20  # bytes: git holds the whole difference of a pair before it writes any of it


class TreeDiffer:
    """A conversation with ``git diff-tree``: pairs go in with :meth:`ask`, :meth:`answer` takes them in order.

    Git dies of a tree that it cannot read. That pair's answer is None, and a new git goes on behind it.
    """

    def __init__(self, git: Git, form: ObjectFormat) -> None:
        self._git = git
        self._form = form
        self._talk: Conversation | None = None
        self._asked: deque[bytes] = deque()
        self._pairs = 0
        self._deaths = 0
        self._events: Iterator[tuple[bytes, bytes | None]] = iter(())
        self._header: bytes | None = None

    @property
    def is_old(self) -> bool:
        """Whether git should be replaced as soon as every answer has been taken."""
        return self._pairs > _LIFETIME

    def ask(self, pairs: list[tuple[Oid, Oid]]) -> None:
        """Queue pairs of tree ids, which must be answered by as many answers and one :meth:`end`."""
        lines = [f"{old} {new}".encode("ascii") for old, new in pairs]
        lines.append(_MARK)
        self._asked.extend(lines)
        self._pairs += len(pairs)
        if self._talk is None:
            self._start()
        else:
            self._talk.send(b"\n".join(lines) + b"\n")

    def answer(self) -> list[Record] | None:
        """The differences of the oldest open pair sorted by path, or None if git could not tell."""
        line = self._asked.popleft()
        header = self._next_header()
        if header is None:
            self._died()
            return None
        if header != line:
            self._header = header
            return None
        records: list[Record] = []
        for field, path in self._events:
            if path is None:
                self._header = field
                return _in_order(records)
            records.append(self._record(field, path))
            if not len(records) % 1024:
                check_count(len(records))
        self._died()
        return None

    def end(self) -> None:
        """Take the end of what one :meth:`ask` has asked."""
        self._asked.popleft()
        if self._next_header() is None:
            self._died()

    def close(self) -> None:
        """End the conversation; the next question starts another."""
        if self._talk is not None:
            self._talk.close()
        self._talk = None
        self._asked.clear()
        self._header = None
        self._pairs = 0

    def _start(self) -> None:
        self._talk = self._git.converse(*_COMMAND, memory=_MEMORY)
        self._events = _events(self._talk)
        self._header = None
        self._talk.send(b"\n".join(self._asked) + b"\n")

    def _died(self) -> None:
        said = self._talk.err if self._talk is not None else ""
        if self._talk is not None:
            self._talk.close()
            self._talk = None
        self._deaths += 1
        if self._deaths > _DEATHS:
            raise UndecidableError("git diff-tree cannot read this repository", hint=said[-200:])
        if self._asked:
            self._start()

    def _next_header(self) -> bytes | None:
        header, self._header = self._header, None
        if header is None:
            header, path = next(self._events, (None, None))
            if path is not None:
                raise UndecidableError("git diff-tree gave an answer that nobody asked for")
        return header

    def _record(self, field: bytes, path: bytes) -> Record:
        size = self._form.hex_size
        text = field.decode("latin-1")  # what is no ASCII fits no tree
        old, new = text[15 : 15 + size], text[16 + size : 16 + 2 * size]
        old_mode, new_mode = text[1:7], text[8:14]
        return Record(
            path,
            None if old_mode == "000000" else (old_mode, old),
            None if new_mode == "000000" else (new_mode, new),
        )


def _in_order(records: list[Record]) -> list[Record]:
    if len(records) > 1:
        records.sort(key=_path)
    return records


def _path(record: Record) -> bytes:
    return record.path


def _events(talk: Conversation) -> Iterator[tuple[bytes, bytes | None]]:
    """(header line, None) and (record, path) in the order in which git writes them."""
    rest, record = b"", b""
    while data := talk.some():
        fields = (rest + data).split(b"\0")
        rest = fields.pop()
        for field in fields:
            if record:
                yield record, field
                record = b""
                continue
            *headers, record = field.split(b"\n") if field[:1] != b":" else (field,)
            for header in headers:
                yield header, None
        if not record and rest[:1] != b":":
            *headers, rest = rest.split(b"\n")
            for header in headers:
                yield header, None
        if len(rest) > _PATH:
            raise LimitError("a path of more than 4 MiB")
