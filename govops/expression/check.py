"""Checking expressions before they count: against the kinds that they speak of, and against what could never end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache

from govops.expression import library
from govops.expression.syntax import Fault, Node, literals, parsed, patterns, unbounded
from govops.expression.vocabulary import OF_THE_CHANGE, Use, functions, kinds_named, variables
from govops.kinds import kind_named

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SAID = re.compile(r"^(?:[A-Z_]+: )?ERROR: <input>:(-?\d+):(-?\d+): (.*)$", re.MULTILINE)
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)
_OVERLOAD = re.compile(r"found no matching overload for '([^']*)' applied to '\((.*)\)'")
_UNDEFINED = re.compile(r"undefined field '([^']*)' not found in struct '([^']*)'")
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)' \(in container ''\)")
_SYNTAX = re.compile(r"Syntax error: (.*?)(?: expecting \{.*)?$")
_NUMBERS = {"(double, int)", "(int, double)"}


def check(expression: str, use: Use, kinds: Iterable[str | None]) -> tuple[Fault, ...]:
    """What is wrong with an expression; of several kinds, what is wrong with the first that it does not suit.

    A kind that is not built in, and None, allow whatever fields are read. Nothing is found where the library is not
    installed.
    """
    if not library.is_installed():
        return ()
    for kind in kinds:
        found = _checked(expression, use, kind)
        if found:
            return found
    return ()


def check_template(template: str, kinds: Iterable[str]) -> tuple[Fault, ...]:
    """What is wrong with a message: each ``{field}`` in it is one that the kinds have."""
    kinds = tuple(kinds)
    faults: list[Fault] = []
    for found in PLACEHOLDER.finditer(template):
        column = found.start(1) + 1
        if _FIELD.fullmatch(found[1]) is None:
            faults.append(Fault(1, column, "is not the name of a field", "write `{metadata.name}`, `{spec.owner}`"))
        elif not kinds:
            faults.append(Fault(1, column, "names a field, and the rule is about no single resource", "leave it out"))
        else:
            wrong = check(f"resource.{found[1]} == resource.{found[1]}", "resource", kinds)
            faults += [Fault(1, column, fault.message, fault.hint) for fault in wrong[:1]]
    return tuple(faults)


@lru_cache(maxsize=4_096)
def _checked(expression: str, use: Use, kind: str | None) -> tuple[Fault, ...]:
    named = kinds_named(expression)
    environment = library.typed(dict(variables(use, kind)), functions(named, use))
    try:
        compiled = environment.compile(expression)
    except RuntimeError as error:
        return tuple(_said(str(error), kind, use))
    if compiled.return_type().name() not in ("BOOL", "DYN"):
        return (Fault(1, 1, "is neither true nor false", "compare it with something"),)
    root, offsets = parsed(compiled.serialize())
    return tuple(_at(expression, offsets.get(node.id, 0), *words) for node, *words in _further(root, kind))


def _further(root: Node, kind: str | None) -> Iterator[tuple[Node, str, str]]:
    """What the library has nothing against."""
    for node, why in unbounded(root):
        yield node, why, "its work could not be told from the size of the data"
    for node, pattern in patterns(root):
        if said := library.refused_pattern(pattern):
            yield node, said, "see github.com/google/re2/wiki/Syntax"
    for node, field in literals(root, "changed"):
        if field is None or _FIELD.fullmatch(field) is None:
            yield node, "`changed` takes the name of a field between quotes", "write `changed('spec.owner')`"
        elif wrong := check(f"resource.{field} == resource.{field}", "resource", (kind,)):
            yield node, wrong[0].message, wrong[0].hint


def _said(text: str, kind: str | None, use: Use) -> Iterator[Fault]:
    """The library's own findings; those that only follow from others are left out."""
    found = [(int(line), int(column), said) for line, column, said in _SAID.findall(text)]
    if not found:
        yield Fault(1, 1, _plain(text), "make it shorter, or less deep")
    for line, column, said in found:
        if "'*error*'" not in said and "parsetree" not in said:
            yield Fault(max(line, 1), max(column + _shift(said), 1), *_words(said, kind, use))


def _shift(said: str) -> int:
    """From the dot that the library points at to the name that is meant."""
    if _UNDEFINED.search(said):
        return 1
    found = _UNDECLARED.search(said)
    return -len(found[1].rpartition(".")[0]) if found else 0


def _words(said: str, kind: str | None, use: Use) -> tuple[str, str]:
    if found := _UNDEFINED.search(said):
        return f'{found[2].rpartition(".")[2]} has no field "{found[1]}"', _fields(found[1], found[2])
    if found := _OVERLOAD.search(said):
        operator, types = found[1].strip("_@!").replace("_", "…") or found[1], found[2]
        hint = "write a decimal number: `1.0`" if f"({types})" in _NUMBERS else "both sides are of one type"
        return f"`{operator}` does not go with ({types})", hint
    if found := _UNDECLARED.search(said):
        name = found[1].partition(".")[0]
        return f'there is no variable or function "{name}"', _known(name, kind, use)
    if found := _SYNTAX.search(said):
        return f"is not an expression: {found[1]}", "docs/reference/expressions.md says what there is"
    return _plain(said), "docs/reference/expressions.md says what there is"


def _fields(wrong: str, message: str) -> str:
    """The nearest field, or all of them."""
    package, _, name = message.rpartition(".")
    fields = sorted(_fields_of(package, name))
    close = get_close_matches(wrong, fields, n=1)
    return f"did you mean `{close[0]}`?" if close else f"it has {', '.join(fields)}"


def _fields_of(kind: str, part: str) -> list[str]:
    from govops.expression.types import fields_of

    return fields_of(kind, part)


def _known(wrong: str, kind: str | None, use: Use) -> str:
    if wrong in OF_THE_CHANGE and use == "snapshot":
        return f"`{wrong}` speaks of a change, and a rule with `scope: snapshot` of what stands"
    names = [name for name, _ in variables(use, kind)]
    names += dict.fromkeys(function.name for function in functions((), use))
    close = get_close_matches(wrong, names, n=1)
    if close:
        return f"did you mean `{close[0]}`?"
    return "a kind is asked by `get`, `all` and `about`" if kind_named(wrong) else f"there are {', '.join(names)}"


def _plain(said: str) -> str:
    return re.sub(r"^[A-Z_]+: | \[[A-Z_]+\]$", "", said.strip()).rstrip(".")


def _at(expression: str, offset: int, message: str, hint: str) -> Fault:
    before = expression[:offset]
    return Fault(before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1, message, hint)
