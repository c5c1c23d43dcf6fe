"""A fleet as JSON, version 1: every field of the dataclasses and the exit code."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from govops.fleet import Fleet
from govops.render import json_text
from govops.render.json_v1 import schema_of

SCHEMA = "govops/fleet/v1"


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of what :func:`stream` writes."""
    schema = schema_of(Fleet, SCHEMA)
    schema["properties"]["exit_code"] = {"enum": [0, 1, 3, 4]}
    schema["required"] = sorted([*schema["required"], "exit_code"])
    return schema


def stream(fleet: Fleet) -> Iterator[str]:
    """Sorted keys, two spaces, ASCII only, a line break at the end."""
    names = (field.name for field in dataclasses.fields(fleet))
    return json_text.stream({name: getattr(fleet, name) for name in names} | {"exit_code": fleet.exit_code})
