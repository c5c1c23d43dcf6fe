"""An answer as JSON, version 1: every field of the dataclasses, what was asked, and the exit code."""

from __future__ import annotations

import dataclasses
import json

from govops.answer import Answer, Listed, Shown, Told

SCHEMA = "govops/answer/v1"
_QUESTIONS = {Shown: "show", Listed: "list", Told: "history"}


def render(answer: Answer) -> str:
    """Sorted keys, two spaces, ASCII only, a line break at the end."""
    fields = dataclasses.asdict(answer)
    whole = {"schema": SCHEMA, "question": _QUESTIONS[type(answer)], "exit_code": int(answer.exit_code), **fields}
    return json.dumps(whole, sort_keys=True, indent=2, ensure_ascii=True, allow_nan=False) + "\n"
