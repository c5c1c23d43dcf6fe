"""Policy tests in a work tree: written beside a company, tried, and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from govops.app.policy_tests import run
from govops.outlook import Tried
from tests.support.files import (
    Edit,
    File,
    company,
    policy_test,
)

APPROVE = {"action": "model.approve", "resource": "ModelVersion/fraud/1.0", "author": "alice"}
UPDATE = {"action": "model.update", "resource": "Model/fraud", "author": "alice"}


def written(folder: Path, *edits: Edit) -> Path:
    """A work tree with the company and these files."""
    for path, content in {**company(), **dict(edits)}.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        assert isinstance(content, bytes)
        place.write_bytes(content)
    return folder


def tried(folder: Path, *cases: Mapping[str, Any], given: tuple[Edit, ...] = (), change: Any = APPROVE) -> list[Tried]:
    """What comes of these cases beside the company and the given files."""
    found = run(written(folder, *given, policy_test("all", *cases, change=change)))
    assert not found.problems, found.problems
    return list(found.cases)


def differing(found: list[Tried]) -> dict[str, tuple[str, ...]]:
    """Case -> how it differs."""
    return {one.case: one.differences for one in found if one.outcome != "pass"}


def spec(file: File) -> dict[str, Any]:
    """The ``spec`` of a file, as a test writes it in a document."""
    from govops import yamlio

    value = yamlio.read(file[1], path=file[0]).value
    assert isinstance(value, dict)
    return {"spec": value["spec"]}
