"""Answer -> text or JSON, for `govops show`, `list` and `history`."""

from __future__ import annotations

from collections.abc import Iterator

from govops.answer import Listed, Shown, Told
from govops.errors import UsageError

FORMATS = ("text", "json")


def stream_answer(answer: Shown | Listed | Told, format: str, *, colour: bool = False) -> Iterator[str]:
    """The answer in the format of that name; UsageError when there is none."""
    if format == "json":
        from govops.render.answer import json_v1

        return json_v1.stream(answer)
    if format == "text":
        from govops.render.answer import text

        return text.stream(answer, colour=colour)
    raise UsageError(f"there is no format '{format[:60]}'", hint=f"one of: {', '.join(FORMATS)}")
