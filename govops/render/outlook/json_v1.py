"""An outlook as JSON, version 1: every field of the dataclasses and the exit code."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from govops.finding import Severity
from govops.outlook import Outlook
from govops.render.json_v1 import schema_of

SCHEMA = "govops/outlook/v1"


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of what :func:`render` writes."""
    schema = schema_of(Outlook, SCHEMA)
    schema["properties"]["exit_code"] = {"enum": [0, 1, 3, 4]}
    schema["required"] = sorted([*schema["required"], "exit_code"])
    return schema


def render(outlook: Outlook, *, fail_on: Severity = Severity.LOW) -> str:
    """Sorted keys, two spaces, ASCII only, a line break at the end."""
    whole = dataclasses.asdict(outlook) | {
        "exit_code": int(outlook.exit_code(fail_on)),
        "findings": [dataclasses.asdict(f) | {"fingerprint": f.fingerprint} for f in outlook.findings],
    }
    return json.dumps(whole, sort_keys=True, indent=2, ensure_ascii=True, allow_nan=False) + "\n"
