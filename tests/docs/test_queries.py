"""The questions of docs/how-to/query-the-index.md have answers in the demo, in either database."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from govops.app.demo import build
from govops.app.example import example_company
from tests.support.cli import govops
from tests.support.lowest import ROOT
from tests.support.postgres import Postgresql
from tests.support.sessions import missing

PAGE = (ROOT / "docs/how-to/query-the-index.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^```sql\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    build(folder / "repository", example_company())
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_question_has_an_answer(
    demo: Path, postgresql: Postgresql, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows come, and where the page shows some of them, those, in that order."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(demo / "caches"))
    monkeypatch.setenv("GOVOPS_CACHE_KEY", "no secret at all, but long enough for one")
    monkeypatch.setenv("GOVOPS_INDEX", f"sqlite:///{demo}/index.db" if kind == "sqlite" else postgresql.new())
    assert len(QUESTIONS) == 10
    for sql, answer in QUESTIONS:
        ran = govops("query", sql, "--repository", demo / "repository")
        assert ran.code == 0, (sql, ran.err)
        assert not ran.out.endswith("\n0 rows\n"), sql
        assert missing(answer.splitlines(), ran.out) is None, ran.out
