"""Text that has broken reports elsewhere: each string tries to be something other than text."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar, cast

STRINGS: tuple[str, ...] = (
    # templates
    "{{7*7}}",
    "{% for x in range(9) %}x{% endfor %}",
    "${7*7} #{7*7} <%= 7*7 %>",
    # tables, headings, lists, rules, quotes
    "a | b | c",
    "\\| \\\\| \\",
    "x |\n| --- |\n| y |",
    "# heading",
    "text ###",
    "\n\n## heading\n\n",
    "- item",
    "1. item",
    "1) item",
    "+ item",
    "---",
    "===",
    "> quote",
    "    indented",
    "- [ ] task",
    # code spans and fences
    "`",
    "``",
    "`a` and ``b`` and ```c```",
    "```\nfence\n```",
    "~~~\nfence\n~~~",
    "`|`",
    "\\`not code\\`",
    # links, images, HTML, entities, mentions
    "[text](https://example.org)",
    "![image](https://example.org/x.png)",
    "[text][ref]\n\n[ref]: https://example.org",
    "[^1] footnote",
    "<https://example.org>",
    "https://example.org/a?b=c|d",
    "www.example.org",
    "ada@example.org",
    "@everyone look #12",
    "mailto:ada@example.org",
    "<script>alert(1)</script>",
    "<!-- comment",
    "--> ]]> <?php",
    "<details><summary>x",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "&lt;b&gt; &amp; &#124; &nbsp;",
    "javascript:alert(1)",
    # emphasis, mathematics
    "*a* **b** _c_ __d__ ~~e~~ snake_case _",
    "$x$ $$y$$",
    # control, bidirectional and invisible characters
    "\x1b[31mred\x1b[0m\x1b]8;;https://example.org\x07",
    "\u202egnp.exe \u2066x\u2069",
    "zero\u200bwidth\ufeff\u00ad",
    "line\u2028break\u2029\x85\x0b\x0c",
    "nul\x00bell\x07back\x08delete\x7f",
    "\udcff\udc80 from bytes that are not UTF-8",
    "tab\tand\r\nreturn\rand\nline",
    # build runners
    "::error file=x::pwned",
    "\n::stop-commands::x\n",
    "  ::add-mask::x",
    "##[error]x ##vso[task.setvariable variable=x]y ##teamcity[z]",
    "%0A::warning::x%25",
    # shell, mermaid, spreadsheets
    "'; rm -rf / #",
    "$(touch x) `touch x`",
    "x :crit, 2020-01-01, 2030-01-01\n  section y",
    '"]; click x href "https://example.org"; x["',
    "=1+1",
    # plain, long and foreign
    "x",
    "Ω≈ç√ 田中さん مرحبا 👩‍👩‍👧",
    "e\u0301\u0301\u0301\u0301",
    "y" * 1100,
    "| " * 40,
)

_Thing = TypeVar("_Thing")
_STRUCTURE = frozenset({"kind", "schema"})  # chooses the section, so the sections stay comparable


def appended(thing: _Thing, text: str) -> _Thing:
    """The same values with ``text`` behind every string; resources keep the start that renderers look at."""
    return cast("_Thing", _changed(thing, lambda old: old + text))


def replaced(thing: _Thing, text: str) -> _Thing:
    """The same shape with ``text`` for every string that is not empty."""
    return cast("_Thing", _changed(thing, lambda old: text if old else old))


def _changed(thing: Any, how: Any) -> Any:
    if isinstance(thing, Enum):
        return thing
    if isinstance(thing, str):
        return how(thing)
    if isinstance(thing, tuple):
        return tuple(_changed(item, how) for item in thing)
    if is_dataclass(thing) and not isinstance(thing, type):
        names = (field.name for field in fields(thing) if field.name not in _STRUCTURE)
        return replace(thing, **{name: _changed(getattr(thing, name), how) for name in names})
    return thing
