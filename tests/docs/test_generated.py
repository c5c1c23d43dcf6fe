"""What is generated from the code is kept, complete and fresh."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.support import generated


def test_generated_files_are_up_to_date() -> None:
    """Someone who reads the repository reads what the code says."""
    assert generated.stale() == [], "run: make docs"


def test_a_stale_and_a_left_over_file_are_seen_and_mended(tmp_path: Path) -> None:
    """The check above can fail, and `make docs` is the remedy that it names."""
    generated.write(tmp_path)
    (tmp_path / "schemas/Model.schema.json").write_text("{}\n", encoding="utf-8")
    (tmp_path / "schemas/Gone.schema.json").write_text("{}\n", encoding="utf-8")
    wrong = ["schemas/Gone.schema.json", "schemas/Model.schema.json"]
    assert generated.stale(tmp_path) == wrong
    assert generated.write(tmp_path) == wrong
    assert generated.stale(tmp_path) == []


@pytest.mark.parametrize("path", sorted(generated.schemas()))
def test_every_schema_is_a_schema(path: str) -> None:
    """Draft 2020-12 says so itself."""
    schema = json.loads(generated.schemas()[path])
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)
