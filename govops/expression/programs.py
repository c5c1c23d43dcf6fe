"""Evaluating expressions: each compiled once, within bounds, and with an answer or the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from govops.expression import library
from govops.expression.data import NOTHING, Datum
from govops.expression.facts import Facts, UnansweredError
from govops.expression.syntax import Shape, parsed, shape_of, unbounded
from govops.expression.vocabulary import VARIABLES, Function, functions, kinds_named

_MOST_WORK = 4_000_000_000  # about as many characters compared: some seconds at the very most
_TYPES = {variable.name: variable.type.replace("kind", "dyn") for variable in VARIABLES}
_CODE = re.compile(r"^[A-Z_]+: | \[[A-Z_]+\]$")
_SENTENCE = re.compile(r"[A-Z][a-z]* ")
_WORDS = (
    (re.compile(r'No value with name "time" found in Activation'), "nobody attests the time of the change"),
    (re.compile(r'No value with name "(\w+)" found in Activation'), r"there is no `\1` here"),
    (re.compile(r'Key not found in map : "(.*)"', re.DOTALL), r'it reads "\1", which is not there; ask `has(…)` first'),
    (re.compile("Iteration budget exceeded"), "its macros go through more than 10000 items"),
)


@dataclass(frozen=True, slots=True)
class Undecided:
    """An expression that has no answer. That is never a no."""

    reason: str


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled expression."""

    run: Callable[..., Any]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Question:
    """Values of the variables, taken over by the library once for all expressions, and the resource's two sides."""

    activation: Any
    old: Datum
    new: Datum


class Programs:
    """Expressions that ask about one registry."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._programs: dict[str, Program | Undecided] = {}
        self._environments: dict[frozenset[str], Any] = {}

    def question(self, values: Mapping[str, Any], *, old: Datum = NOTHING, new: Datum = NOTHING) -> Question:
        """What expressions can be asked about; ``values`` are those of their variables."""
        return Question(self._environment(frozenset()).Activation(values), old, new)

    def holds(self, expression: str, question: Question) -> bool | Undecided:
        """Whether the expression is true."""
        program = self._program(expression)
        return program if isinstance(program, Undecided) else self._run(program, question)

    def _program(self, expression: str) -> Program | Undecided:
        program = self._programs.get(expression)
        if program is None:
            program = self._programs[expression] = self._compiled(expression)
        return program

    def _run(self, program: Program, question: Question) -> bool | Undecided:
        facts, shape = self.facts, program.shape
        facts.asked.clear()
        facts.spent, facts.sides = 0, (question.old.value, question.new.value)
        facts.admit = lambda items, size: _admit(shape, items, size)
        try:
            for side in (question.old, question.new):
                _admit(shape, side.items, side.size)
            value = program.run(question.activation)
        except (UnansweredError, RuntimeError) as error:  # the library raises nothing else
            return Undecided(reason(str(error)))
        found = value.value()
        if found is True or found is False:
            return bool(found)
        return Undecided(
            reason(str(value.plain_value())) if library.is_error(value) else "it is neither true nor false"
        )

    def _compiled(self, expression: str) -> Program | Undecided:
        environment = self._environment(kinds_named(expression))
        try:
            compiled = environment.compile(expression)
        except RuntimeError as error:
            return Undecided(reason(str(error)))
        root, _ = parsed(compiled.serialize())
        for _, why in unbounded(root):  # found when it is read, too; nothing without bounds is ever run
            return Undecided(why)
        return Program(compiled.eval, shape_of(root))

    def _environment(self, kinds: frozenset[str]) -> Any:
        if kinds not in self._environments:
            self._environments[kinds] = library.untyped(_TYPES, functions(kinds), self._answer)
        return self._environments[kinds]

    def _answer(self, function: Function) -> library.Answer:
        kind, dot, name = function.name.rpartition(".")
        method: library.Answer = getattr(self.facts, name)
        return partial(method, kind) if dot else method


@lru_cache(maxsize=4_096)
def words_of(expression: str) -> frozenset[str]:
    """The variables and functions that an expression uses; none where it is none, or the library is not installed."""
    if not library.is_installed():
        return frozenset()
    environment = library.untyped(_TYPES, functions(kinds_named(expression)), lambda function: None)
    try:
        shape = shape_of(parsed(environment.compile(expression).serialize())[0])
    except RuntimeError:
        return frozenset()
    return shape.names | shape.functions


def reason(said: str) -> str:
    """What the library says of a failed evaluation, in our words where it is likely."""
    text = _CODE.sub("", said)
    for pattern, words in _WORDS:
        text = pattern.sub(words, text)
    return text[:1].lower() + text[1:] if _SENTENCE.match(text) else text


def _admit(shape: Shape, items: int, size: int) -> None:
    if shape.work(items=items, size=size) > _MOST_WORK:
        raise UnansweredError("it would take too long: the resource is too large for macros inside of macros")
