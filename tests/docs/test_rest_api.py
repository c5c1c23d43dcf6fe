"""The guides to the server are sessions that work as written: the API with both databases, and the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lowest import ROOT
from tests.support.postgres import Postgresql
from tests.support.sessions import follow

PAGE = ROOT / "docs/how-to/rest-api.md"
_FILES = "GOVOPS_INDEX=sqlite:///$HOME/index.db GOVOPS_STORE=sqlite:///$HOME/store.db"


@pytest.mark.slow
def test_every_request_of_the_guide_does_what_it_says(tmp_path: Path) -> None:
    """Every workflow over HTTP, and the audit at the end finds nothing."""
    follow(PAGE.read_text(encoding="utf-8"), tmp_path)


@pytest.mark.slow
def test_the_guide_works_with_postgresql(tmp_path: Path, postgresql: Postgresql) -> None:
    """The index and the store in one database, nothing else is different."""
    text = PAGE.read_text(encoding="utf-8")
    assert _FILES in text
    url = postgresql.new()
    follow(text.replace(_FILES, f"GOVOPS_INDEX={url} GOVOPS_STORE={url}"), tmp_path)


@pytest.mark.slow
def test_the_pages_of_the_example_company_can_be_looked_at_as_the_guide_says(tmp_path: Path) -> None:
    """From the demo to a page, with a token as the password."""
    follow((ROOT / "docs/how-to/look-in-a-browser.md").read_text(encoding="utf-8"), tmp_path)
