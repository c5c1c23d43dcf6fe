"""JSON Schemas for editors and other tools: one for each kind, one for evidence records, five for what is reported."""

from __future__ import annotations

import json
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from govops.app.fleet.config import FleetConfig
from govops.app.writing import write_whole
from govops.errors import UsageError
from govops.evidence.records import Envelope
from govops.kinds import KINDS, json_schema
from govops.render import json_v1
from govops.render import service as service_json
from govops.render.fleet import json_v1 as fleet_json
from govops.render.outlook import json_v1 as outlook_json
from govops.render.policy_tests import json_v1 as trial_json

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def all_schemas() -> dict[str, str]:
    """File name -> text of every schema that is published, in a fixed order."""
    record = {"$schema": _DIALECT, "$id": "govops/v1/evidence-record.schema.json", **Envelope.model_json_schema()}
    config = {"$schema": _DIALECT, "$id": "govops/v1/FleetConfig.schema.json", **FleetConfig.model_json_schema()}
    return {
        **{f"{kind.name}.schema.json": _text(json_schema(kind)) for kind in KINDS},
        "evidence-record.schema.json": _text(record),
        "FleetConfig.schema.json": _text(config),
        "fleet-v1.schema.json": _text(fleet_json.json_schema()),
        "outlook-v1.schema.json": _text(outlook_json.json_schema()),
        "policy-tests-v1.schema.json": _text(trial_json.json_schema()),
        "report-v1.schema.json": _text(json_v1.json_schema()),
        "service-v1.schema.json": _text(service_json.json_schema()),
    }


def write_schemas(directory: Path) -> list[Path]:
    """Writes every schema into a directory, which is made if need be; the files that changed."""
    directory.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in all_schemas().items():
        target = directory / name
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            write_whole(target, text)
            changed.append(target)
    return changed


def schema_text(kind: str) -> str:
    """The schema of one kind (any letter case) as text. UsageError with the nearest name when there is none."""
    found = next((name for name in all_schemas() if name.lower() == f"{kind.lower()}.schema.json"), None)
    if found is None:
        names = [name.removesuffix(".schema.json") for name in all_schemas()]
        close = get_close_matches(kind, names, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"one of: {', '.join(names)}"
        raise UsageError(f"there is no kind '{kind[:60]}'", hint=hint)
    return all_schemas()[found]


def kinds_table() -> str:
    """Every kind and the path of its files, one a line."""
    width = max(len(kind.name) for kind in KINDS)
    return "".join(f"{kind.name:<{width}}  {kind.pattern}\n" for kind in KINDS)


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
