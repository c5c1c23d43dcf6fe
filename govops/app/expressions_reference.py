"""The page docs/reference/expressions.md: what expressions may use, from the tables that they are checked against."""

from __future__ import annotations

from collections.abc import Iterator

from govops.expression.vocabulary import FUNCTIONS, OF_KIND, OF_THE_CHANGE, VARIABLES, Function, Use

_HEAD = """\
# Expressions

The `expression` of a Rule and the `condition` of an ApprovalPolicy are written in [CEL](https://cel.dev), the language
of Kubernetes' own policies, and evaluated by Google's library for it: `pip install 'govops[cel]'`. This page is made
from the code by `make docs`.

## Types

An expression is compared with the kinds that it speaks of when its file is read. A field that a kind does not have, or
a text compared with a number, is [`invalid-expression`](rules.md#invalid-expression), shown at its place in the file.
Of a kind of your own any field may be read.

| in the file | in an expression |
|---|---|
| text, instants, words of a closed list | `string`; `timestamp(resource.spec.reported.at)` makes a time |
| whole numbers | `int` |
| other numbers, such as metrics | `double`: compare them with `0.9`, and with `1.0` instead of `1` |
| lists | `list`: `.size()`, `[0]`, `in`, and the macros `all`, `exists`, `exists_one`, `filter`, `map` |
| free maps and labels | `map`: `resource.metadata.labels['team']` |

**A field without a value is not there.** To read it is an error, never zero or the empty text. Ask first:
`has(resource.spec.metrics.recall) && resource.spec.metrics.recall > 0.8`. Lists and maps are always there, if empty.
"""
_ANSWERS = """\
## When there is no answer

A field that is not there, a resource that does not stand, a division by zero, a number that is too large, a time that
nobody attests: then the expression has no answer. That never counts as kept, and never as broken. The check is
*unverifiable* with the reason, and the exit code is 3; a condition without an answer leaves open whether its policy
applies. `||`, `&&` and the macros skip such an error where the answer does not depend on it: `true || 1 / 0 == 1`
is true.

Without the extra `cel` every rule that would have been asked says so in the same way.

## Limits

An expression has at most 2000 characters and is at most 32 parts deep. There is no clock and no chance in it: `time` is
attested, and the same history gives the same answers. Patterns of `matches` are those of
[RE2](https://github.com/google/re2/wiki/Syntax), which takes time in proportion to the text.

| limit | what happens |
|---|---|
| macros go through 10000 items in one evaluation | no answer |
| parts × rounds of macros × size of the resource, at most 4 × 10⁹ | not begun; no answer |
| 20 MB of resources for one evaluation, each question counted | no answer |
| a macro through what `+`, `[…]` or `{…}` puts together | `invalid-expression` |
| a pattern of `matches` that is no text between quotes | `invalid-expression` |
"""
_USES: dict[Use, str] = {"resource": "rules", "snapshot": "rules with `scope: snapshot`", "condition": "conditions"}


def expressions_page() -> str:
    """The whole page as Markdown."""
    return "\n".join([_HEAD, *_variables(), *_functions(), _ANSWERS])


def _variables() -> Iterator[str]:
    yield from ("## Variables", "", "| name | type | in | what it is |", "|---|---|---|---|")
    for variable in VARIABLES:
        kind = {"kind": "its kind"}.get(variable.type, f"`{variable.type}`")
        yield f"| `{variable.name}` | {kind} | {', '.join(_USES[use] for use in variable.uses)} | {variable.about} |"
    yield ""


def _functions() -> Iterator[str]:
    yield from ("## Functions", "", "| function | gives | what it is |", "|---|---|---|")
    yield from (_row(function.name, function) for function in FUNCTIONS)
    yield from (_row(f"Kind.{function.name}", function) for function in OF_KIND)
    yield ""
    yield "`Kind` stands for any kind, built in or your own: `Incident.all()`, `DataSheet.get('claims')`. A key is"
    yield "`Kind/name`, as everywhere: `'ModelVersion/' + resource.metadata.name + '/' + resource.spec.version`."
    yield ""
    words = ", ".join(f"`{word}`" for word in sorted(OF_THE_CHANGE))
    yield f"{words} speak of a change, so rules with `scope: snapshot` do not have them."
    yield ""


def _row(name: str, function: Function) -> str:
    parameters = ", ".join(function.parameters)
    result = function.result.replace("kind", "Kind")
    return f"| `{name}({parameters})` | `{result}` | {function.about} |"
