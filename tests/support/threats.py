"""The table of docs/reference/threats.md: threat, rule that reports it, tests that prove it.

Tests are read, not run: a ``@pytest.mark.threat("B06", rule="replace-refs")`` counts wherever it stands,
above a function or a class, on a ``pytest.param`` of a table, or in ``pytestmark``. A story of the corpus counts
for the rows that it names, with the rules that report it as told.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.support.lowest import ROOT
from tests.support.stories import FOLDER, corpus

_ROWS = "docs/reference/threat-rows.yaml"
_PAGE = "docs/reference/threats.md"
_HEAD = """\
# Threats and faults

What can go wrong, what govops does about it in one line, the rule that reports it and the tests that prove it.
A test names its rows with `@pytest.mark.threat`, a story of [the corpus](../../tests/corpus/README.md) under
`threats`; `make docs` writes this page, and a test fails when it is stale.
*Later* means that no test bears the row's id yet: do not rely on it.
"""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One test's claim about one row; ``test`` is as pytest writes it, empty names mean the whole file."""

    row: str
    path: str
    test: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """One letter of the list; ``rows`` are (id, short title) in order."""

    letter: str
    title: str
    rows: tuple[tuple[str, str], ...]


def page(root: Path = ROOT) -> dict[str, str]:
    """The page's path and its text, from the rows and the tests as they are now."""
    found = marks(root / "tests", root) + stories(root)
    sections = [_section(group, found) for group in groups((root / _ROWS).read_text(encoding="utf-8"))]
    return {_PAGE: "\n".join([_HEAD, *sections])}


def groups(text: str) -> list[Group]:
    """The rows, as kept in ``threat-rows.yaml``."""
    data = yaml.safe_load(text)  # noqa: TID251 -- our own file, and a test may not lean on the reader it tests
    return [Group(letter, group["title"], tuple(group["rows"].items())) for letter, group in data.items()]


def marks(folder: Path, root: Path) -> list[Mark]:
    """Every mark in the ``*.py`` files below ``folder``, sorted, each once."""
    found: set[Mark] = set()
    for path in folder.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found.update(_marks_of(tree.body, path.relative_to(root).as_posix(), ""))
    return sorted(found)


def stories(root: Path) -> list[Mark]:
    """What every story of the corpus claims; a file is one test, run as told and with each thing otherwise."""
    return [
        Mark(row, f"{FOLDER}/{name}.yaml", "", tuple(sorted({item.rule for item in story.expect.findings})))
        for name, story in corpus(root).items()
        for row in story.threats
    ]


def _marks_of(body: Iterable[ast.stmt], path: str, owner: str) -> Iterator[Mark]:
    for statement in body:
        if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{owner}::{statement.name}" if owner else statement.name
            for decorator in statement.decorator_list:
                yield from _calls(decorator, path, name)
            if isinstance(statement, ast.ClassDef):
                yield from _marks_of(statement.body, path, name)
        else:
            yield from _calls(statement, path, owner)


def _calls(node: ast.AST, path: str, test: str) -> Iterator[Mark]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("mark.threat"):
            rules = tuple(rule for word in call.keywords if word.arg == "rule" for rule in _texts(word.value))
            for argument in call.args:
                yield from (Mark(row, path, test, rules) for row in _texts(argument))


def _texts(node: ast.expr) -> list[str]:
    value = ast.literal_eval(node)
    return [value] if isinstance(value, str) else list(value)


def _section(group: Group, found: list[Mark]) -> str:
    lines = [f"## {group.letter}. {group.title}", "", "| row | what holds | rule | test |", "|---|---|---|---|"]
    for row, title in group.rows:
        mine = [mark for mark in found if mark.row == row]
        rules = sorted({rule for mark in mine for rule in mark.rules})
        shown = ", ".join(f"`{rule}`" for rule in rules) or "-"
        tests = "<br>".join(sorted({_link(mark) for mark in mine})) or "later"
        lines.append(f"| {row} | {title} | {shown} | {tests} |")
    return "\n".join([*lines, ""])


def _link(mark: Mark) -> str:
    name = mark.test or Path(mark.path).name
    return f"[`{name}`](../../{mark.path})"
