"""``schemas/`` holds what the code publishes."""

from __future__ import annotations

from pathlib import Path

from govops.app.schemas import all_schemas

COMMITTED = Path(__file__).parents[2] / "schemas"


def test_the_committed_schemas_are_those_of_the_code() -> None:
    """Here and not with the other tests, since the lowest Pydantic words some schemas otherwise."""
    for name, text in all_schemas().items():
        assert (COMMITTED / name).read_text(encoding="utf-8") == text, f"schemas/{name} is stale; run: make docs"
    assert {file.name for file in COMMITTED.iterdir()} == set(all_schemas()), "run: make docs"
