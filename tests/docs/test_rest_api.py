"""The guide to the REST API is one session that works as written, with SQLite and with PostgreSQL."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from tests.support import warm
from tests.support.lowest import ROOT
from tests.support.postgres import Postgresql
from tests.support.sessions import checkout, missing, run, shown

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


def follow(text: str, folder: Path) -> None:
    """Type what a page shows, on a port that is free here; the server is no fork, so that signals reach it."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    program = Path(sys.executable).with_name("govops")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{port}").replace("$ govops serve", f"$ {program} serve")
    session = list(shown(text))
    done = run(session, folder, work=checkout(folder, warm.folder() / "govops"), path=[warm.folder()])
    for want, (code, printed) in zip(session, done, strict=True):
        assert code == want.code, f"$ {want.command}\nended with {code}, not {want.code}:\n{printed}"
        assert missing(want.output, printed) is None, f"$ {want.command}\nprinted:\n{printed}"
