"""Events of libyaml to values: no recursion, nothing looked up by name, and every limit stops the parser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import yaml

from govops.yamlio import characters
from govops.yamlio.layout import Layout
from govops.yamlio.problem import Problem
from govops.yamlio.scalars import Ambiguous, Scalar, is_date, resolve
from govops.yamlio.syntax import MAX_DEPTH, TOO_DEEP, directive, syntax_problem

MAX_NODES = 20_000
MAX_SCALAR_BYTES = 64 * 1024

# What libyaml and its binding raise beside YAMLError when memory, numbers or text run out.
FAILURES = (yaml.YAMLError, ValueError, OverflowError, RecursionError, MemoryError)
_NO_KEY = ""  # stands for a key that was refused, so that reading can go on
_ODD_KEY_FIRST = frozenset("<0123456789")  # merge keys and dates
_STOP_AFTER = 1000  # problems in one file


class EventSource(Protocol):
    """The one method of ``CParser`` that is used."""

    def get_event(self) -> yaml.Event: ...


def place(event: yaml.Event) -> tuple[int, int]:
    """Line and column of an event, from 1; libyaml counts from 0, columns in characters."""
    mark: Any = event.start_mark
    return mark.line + 1, mark.column + 1


class Builder:
    """Makes a value out of events, without recursion, and keeps on after problems that allow it.

    An open collection is (items, keys seen with their marks or None for a list, the key that waits for its value);
    those around it are on the stack.
    """

    def __init__(self, source: EventSource, layout: Layout) -> None:
        self.value: dict[str, Any] | None = None
        self.problems: list[Problem] = []
        self._source = source
        self._layout = layout
        self._flow: tuple[int, yaml.Event] | None = None  # depth and start of the outermost brackets
        self._open = True
        self._documents = 0
        self._nodes = 0
        self._items: Any = None
        self._seen: dict[str, Any] | None = None
        self._key: str | None = None
        self._stack: list[tuple[Any, dict[str, Any] | None, str | None]] = []

    def run(self) -> None:
        """Consume events up to the end of the document or the first problem that stops the parser."""
        steps: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start_mapping,
            yaml.SequenceStartEvent: self._start_list,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.StreamStartEvent: _nothing,
            yaml.DocumentStartEvent: self._start_document,
            yaml.DocumentEndEvent: self._end_document,
            yaml.StreamEndEvent: self._end_stream,
        }
        try:
            next_event = self._source.get_event
            while self._open:
                event = next_event()
                steps[type(event)](event)
        except FAILURES as error:
            self.problems.append(syntax_problem(error))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if event.anchor is not None or event.tag is not None:
            self._forbid_properties(event)
        text: str = event.value
        value: Scalar | Ambiguous = text
        if not event.style:
            value = resolve(text)
        else:
            self._check_text(text, event)
        self._nodes += 1
        if self._nodes > MAX_NODES or len(text) > MAX_SCALAR_BYTES // 4:
            self._check_size(event)
        if self._seen is not None and self._key is None:
            if value is not text or text in self._seen or not text.isprintable() or text[:1] in _ODD_KEY_FIRST:
                self._check_key(value, event)
            if self._layout.has_question_marks and self._layout.is_after_question_mark(event):
                self._problem(event, "unreadable-file", 'a "?" stands directly before this key', "quote the key")
            self._seen[text] = event.start_mark
            self._key = text
        else:
            self._put(self._refuse(value, event) if isinstance(value, Ambiguous) else value, event)

    def _refuse(self, ambiguous: Ambiguous, event: yaml.ScalarEvent) -> str:
        shown = characters.quoted(event.value)
        instead = f", or write {ambiguous.instead}" if ambiguous.instead else ""
        self._problem(event, "ambiguous-scalar", f"{shown} {ambiguous.reason}", f"quote it: {shown}{instead}")
        return event.value

    def _check_text(self, text: str, event: Any) -> None:
        """What quotes and blocks can hide."""
        if event.end_mark.line > event.start_mark.line:
            self._add(self._layout.of_text(event))
        if not (text.isascii() and text.isprintable()) and (refused := characters.refused_in_value(text)):
            message = f"{characters.describe(refused)} is not allowed, not even as an escape"
            self._problem(event, "unreadable-file", message, "remove it: readers and reviewers do not see it")

    def _check_key(self, value: Scalar | Ambiguous, event: yaml.ScalarEvent) -> None:
        text: str = event.value
        shown = characters.quoted(text)
        if text == "<<":
            self._problem(event, "forbidden-yaml", "merge keys (<<) are not allowed", "write the entries out")
        elif not isinstance(value, str) or (not event.style and is_date(text)):
            message = f"the key {shown} is not text to every reader of YAML"
            self._problem(event, "ambiguous-scalar", message, f"quote it: {shown}")
        elif "\n" in text or "\t" in text:
            message = f"the key {shown} holds a line break or tab"
            self._problem(event, "unreadable-file", message, "keep keys on one line")
        if self._seen is not None and (before := self._seen.get(text)) is not None:
            message = f"the key {shown} stands here and on line {before.line + 1}"
            self._problem(event, "duplicate-key", message, "keep one of the two", subject=shown)

    def _put(self, value: Any, event: yaml.Event) -> None:
        if self._seen is None:
            if self._items is None:
                self._take_top(value, event)
            else:
                self._items.append(value)
        else:
            self._items[self._key] = value
            self._key = None

    def _take_top(self, value: Any, event: yaml.Event) -> None:
        if isinstance(value, dict):
            self.value = value
            return
        what = "a list" if isinstance(value, list) else "empty" if value is None else "a single value"
        message = f"the document is {what}, not a mapping"
        self._problem(event, "unreadable-file", message, "start with `apiVersion: govops/v1` and `kind:`")

    def _start_mapping(self, event: yaml.MappingStartEvent) -> None:
        self._start({}, {}, event)

    def _start_list(self, event: yaml.SequenceStartEvent) -> None:
        self._start([], None, event)

    def _start(self, items: Any, seen: dict[str, Any] | None, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self._forbid_properties(event)
        if self._seen is not None and self._key is None:
            self._problem(event, "unreadable-file", "a key must be text, not a list or mapping", "write `key: value`")
            self._stack.append((self._items, self._seen, _NO_KEY))
        else:
            self._put(items, event)
            self._stack.append((self._items, self._seen, None))
        self._items, self._seen, self._key = items, seen, None
        if event.flow_style and self._flow is None:
            self._flow = len(self._stack), event
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._check_size(event)
        if len(self._stack) > MAX_DEPTH:
            self._stop(event, *TOO_DEEP)

    def _end(self, event: yaml.Event) -> None:
        if self._flow and self._flow[0] == len(self._stack):
            self._add(self._layout.of_flow(self._flow[1], event))
            self._flow = None
        self._items, self._seen, self._key = self._stack.pop()

    def _alias(self, event: yaml.AliasEvent) -> None:
        name = characters.quoted(f"*{event.anchor}")
        self._problem(event, "forbidden-yaml", f"the alias {name} is not allowed", "write the value out")
        self._nodes += 1
        if self._seen is not None and self._key is None:
            self._key = _NO_KEY
        else:
            self._put(_NO_KEY, event)
        if self._nodes > MAX_NODES:
            self._check_size(event)

    def _forbid_properties(self, event: Any) -> None:
        if event.anchor is not None:
            name = characters.quoted(f"&{event.anchor}")
            self._problem(event, "forbidden-yaml", f"the anchor {name} is not allowed", "write the value out again")
        if event.tag is not None:
            name = characters.quoted(event.tag)
            hint = 'remove it; text that starts with "!" needs quotes'
            self._problem(event, "forbidden-yaml", f"the tag {name} is not allowed", hint)

    def _start_document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if event.version or event.tags:
            self.problems.append(directive(place(event)[0]))
            self._open = False
        elif self._documents > 1:
            self._stop(event, "a second document starts here", "keep one document in a file")

    def _end_document(self, event: yaml.DocumentEndEvent) -> None:
        if event.explicit:
            self._stop(event, 'the end mark "..." is not allowed', "remove the line")

    def _end_stream(self, event: yaml.StreamEndEvent) -> None:
        self._open = False
        if not self._documents:
            self._take_top(None, event)

    def _check_size(self, event: yaml.Event) -> None:
        if self._nodes > MAX_NODES:
            self._stop(event, f"the file has more than {MAX_NODES} values", "split it")
        elif len(getattr(event, "value", "").encode()) > MAX_SCALAR_BYTES:
            message = f"a value of more than {MAX_SCALAR_BYTES} bytes"
            self._problem(event, "unreadable-file", message, "keep large data elsewhere and link to it")

    def _problem(self, event: yaml.Event, rule: str, message: str, hint: str, *, subject: str = "") -> None:
        line, column = place(event)
        self._add(Problem(rule, message, hint, line, column, subject))

    def _add(self, problem: Problem | None) -> None:
        if problem:
            self.problems.append(problem)
            self._open = self._open and len(self.problems) < _STOP_AFTER

    def _stop(self, event: yaml.Event, message: str, hint: str) -> None:
        self._problem(event, "unreadable-file", message, hint)
        self._open = False


def _nothing(_event: yaml.Event) -> None:
    """The start of the stream says nothing."""
