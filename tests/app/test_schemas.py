"""The published schemas are those of the code, and can be written anywhere."""

from __future__ import annotations

import json
from pathlib import Path

from govops.app.schemas import all_schemas, write_schemas
from govops.kinds import KINDS


def test_there_is_a_schema_for_each_kind_for_records_and_for_what_is_reported() -> None:
    reported = {
        "fleet-v1.schema.json",
        "outlook-v1.schema.json",
        "policy-tests-v1.schema.json",
        "report-v1.schema.json",
        "service-v1.schema.json",
    }
    others = {"evidence-record.schema.json", "FleetConfig.schema.json", *reported}
    names = {f"{kind.name}.schema.json" for kind in KINDS} | others
    assert set(all_schemas()) == names


def test_schemas_are_written_once(tmp_path: Path) -> None:
    target = tmp_path / "new" / "schemas"
    assert [file.name for file in write_schemas(target)] == list(all_schemas())
    assert write_schemas(target) == []


def test_each_schema_is_readable_and_ends_with_a_newline() -> None:
    for name, text in all_schemas().items():
        assert text.endswith("}\n"), name
        assert json.loads(text)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
