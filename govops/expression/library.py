"""The one place that imports the CEL library, and that only when there is an expression."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from typing import Any

from govops.expression.vocabulary import Function

Answer = Callable[..., Any]
MISSING = "the extra `cel` is not installed"
HINT = "install it: pip install 'govops[cel]'"


@cache
def is_installed() -> bool:
    """Whether expressions can be evaluated here."""
    return all(find_spec(name) is not None for name in ("cel_expr_python", "google", "google.protobuf"))


def typed(variables: Mapping[str, str], functions: Iterable[Function]) -> Any:
    """An environment that knows the kinds and checks against them; nothing can be evaluated in it."""
    from cel_expr_python import cel

    from govops.expression.types import pool_of

    functions = tuple(functions)
    words = [*variables.values(), *(word for f in functions for word in (*f.parameters, f.result))]
    pool = pool_of({word.removeprefix("list(").removesuffix(")") for word in words})
    return cel.NewEnv(
        descriptor_pool=pool,
        variables={name: _type(word) for name, word in variables.items()},
        functions=_declared(functions, lambda function: None),
    )


def untyped(
    variables: Mapping[str, str], functions: Iterable[Function], answer: Callable[[Function], Answer | None]
) -> Any:
    """An environment in which documents are plain maps; ``answer`` has an implementation of each function."""
    from cel_expr_python import cel

    return cel.NewEnv(
        variables={name: _type(word, is_plain=True) for name, word in variables.items()},
        functions=_declared(functions, answer, is_plain=True),
    )


def refused_pattern(pattern: str) -> str:
    """What is wrong with a regular expression, which the library itself compiles only when it comes to it."""
    value = (
        untyped({"pattern": "string"}, (), lambda function: None)
        .compile("''.matches(pattern)")
        .eval(data={"pattern": pattern})
    )
    return str(value.plain_value()).partition(": ")[2] if is_error(value) else ""


def is_error(value: Any) -> bool:
    """Whether a value of the library is an error."""
    from cel_expr_python import cel

    return bool(value.type() == cel.Type.ERROR)


def _declared(
    functions: Iterable[Function], answer: Callable[[Function], Answer | None], *, is_plain: bool = False
) -> list[Any]:
    """Declarations, each with all its overloads."""
    from cel_expr_python import cel

    overloads: dict[str, list[Any]] = {}
    for function in functions:
        found = answer(function)
        overloads.setdefault(function.name, []).append(
            cel.Overload(
                f"{function.name}/{len(function.parameters)}",
                return_type=_type(function.result, is_plain=is_plain),
                parameters=[_type(word, is_plain=is_plain) for word in function.parameters],
                **({"impl": found} if found else {}),
            )
        )
    return [cel.FunctionDecl(name, found) for name, found in overloads.items()]


def _type(word: str, *, is_plain: bool = False) -> Any:
    from cel_expr_python import cel

    if word.startswith("list("):
        return cel.Type.List(_type(word[5:-1], is_plain=is_plain))
    if word in ("string", "bool", "timestamp", "dyn"):
        return getattr(cel.Type, word.upper())
    if is_plain:
        return cel.Type.DYN
    from govops.expression.types import message_of

    message = message_of(word)
    return cel.Type(message) if message else cel.Type.DYN
