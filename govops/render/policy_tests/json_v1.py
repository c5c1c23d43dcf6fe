"""A trial as JSON, version 1: every field of the dataclasses and the exit code."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from govops.outlook import Trial
from govops.render import json_text
from govops.render.json_v1 import schema_of

SCHEMA = "govops/policy-tests/v1"


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of what :func:`stream` writes."""
    schema = schema_of(Trial, SCHEMA)
    schema["properties"]["exit_code"] = {"enum": [0, 1, 2]}
    schema["required"] = sorted([*schema["required"], "exit_code"])
    return schema


def stream(trial: Trial) -> Iterator[str]:
    """Sorted keys, two spaces, ASCII only, a line break at the end."""
    fields = {field.name: getattr(trial, field.name) for field in dataclasses.fields(trial)}
    return json_text.stream(fields | {"exit_code": int(trial.exit_code)})
