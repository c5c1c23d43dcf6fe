"""Bytes to one mapping of plain values, or the reasons why not.

The strict subset: UTF-8, one document, a mapping at the top, string keys, no anchors, aliases, merge keys, tags or
directives, no duplicate keys, no scalar that readers of YAML take for different things. `quick` reads files in which
nothing is odd, `builder` all others; what the bytes alone tell is judged here, before libyaml sees them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

from govops.errors import UsageError
from govops.finding import Finding
from govops.yamlio import characters
from govops.yamlio.builder import Builder, EventSource
from govops.yamlio.findings import findings
from govops.yamlio.layout import Layout
from govops.yamlio.problem import Problem
from govops.yamlio.quick import read_quickly
from govops.yamlio.syntax import directive

try:
    from yaml._yaml import CParser
except ImportError as missing:
    raise UsageError(
        "PyYAML was installed without libyaml", hint="install a PyYAML wheel, or build PyYAML with libyaml's headers"
    ) from missing

MAX_BYTES = 256 * 1024

_DIRECTIVE_FIRST = re.compile(r"(?:[ ]*(?:#[^\n]*)?\n)*%")


@dataclass(frozen=True, slots=True)
class Reading:
    """``value`` is None exactly if there are findings."""

    value: dict[str, Any] | None
    findings: tuple[Finding, ...] = ()


def read(data: bytes, *, path: str = "", max_bytes: int = MAX_BYTES) -> Reading:
    """Read one file. Any bytes give a value or findings in the order of the file, never an exception.

    ``path`` is only named in the findings. ``max_bytes`` can lower the limit, not raise it. Characters are judged
    first; a file that holds a refused one is not parsed.
    """
    problems = before_parsing(data, limit=min(max_bytes, MAX_BYTES))
    if not problems:
        value = read_quickly(data, new_parser(data).get_event)
        if value is not None:
            return Reading(value)
        builder = Builder(new_parser(data), Layout(data))
        builder.run()
        if not builder.problems:
            return Reading(builder.value)
        problems = builder.problems
    return Reading(None, findings(problems, data=data, path=path))


def new_parser(data: bytes) -> EventSource:
    """libyaml over bytes that were found to be UTF-8."""
    return cast(EventSource, CParser(data))


def before_parsing(data: bytes, *, limit: int) -> list[Problem]:
    """What can be told from the bytes alone, and must be before libyaml sees them."""
    if len(data) > limit:
        message = f"the file has {len(data)} bytes, more than the {limit} that are allowed"
        return [Problem("unreadable-file", message, "split it, or keep large data elsewhere and link to it", 1, 1)]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return [characters.not_utf8(data, error)]
    if not characters.is_plain_ascii(data) and (refused := list(characters.refused_in_file(text))):
        return refused
    # Distinct %TAG lines cost libyaml quadratic time, so none is shown to it.
    if b"%" in data and (match := _DIRECTIVE_FIRST.match(text)):
        return [directive(text.count("\n", 0, match.end()) + 1)]
    return []
