"""An answer as JSON, version 1: every field of the dataclasses, what was asked, and the exit code."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from govops.answer import Answer, Listed, Shown, Told
from govops.render import json_text

SCHEMA = "govops/answer/v1"
_QUESTIONS = {Shown: "show", Listed: "list", Told: "history"}


def stream(answer: Answer) -> Iterator[str]:
    """Sorted keys, two spaces, ASCII only, a line break at the end."""
    fields = {field.name: getattr(answer, field.name) for field in dataclasses.fields(answer)}
    head = {"schema": SCHEMA, "question": _QUESTIONS[type(answer)], "exit_code": int(answer.exit_code)}
    return json_text.stream(head | fields)
