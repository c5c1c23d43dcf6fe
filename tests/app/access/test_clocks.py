"""A wall clock that jumps by ten years, either way, changes nothing that was decided or kept."""

from __future__ import annotations

import pytest

from govops.app.access import Doors, Once, asked_for, authenticate, logged, mint, require, revoke
from govops.app.governance import Actor, Site, UnauthenticatedError
from govops.evidence.records import Account
from govops.index.durable.log import Entry

ALICE = Actor("alice", Account(forge="local", id="id-alice"))
YEARS = ("2026-11-26T08:00:00Z", "2016-11-26T08:00:00Z", "2036-11-26T08:00:00Z", "2026-11-26T08:00:01Z")
DIGEST = asked_for("models/register", {})


@pytest.mark.threat("J09")
def test_a_jumping_clock_changes_nothing(either: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers stay kept, rows stay in the order in which they came, and tokens open what they did."""
    kept, ended = mint(either, "alice", label="kept"), mint(either, "alice", label="ended")
    revoke(either, ended.token.id)
    answers = []
    for year in YEARS:
        for module in ("logbook", "once", "minting", "authentication", "permissions"):
            monkeypatch.setattr(f"govops.app.access.{module}.now", lambda year=year: year)
        assert authenticate(either, f"Bearer {kept.secret}", Doors()).name == "alice"
        with pytest.raises(UnauthenticatedError):
            authenticate(either, f"Bearer {ended.secret}", Doors())
        require(either, ALICE, "model:register", request=year)
        with Once(either, ALICE, "k-1", DIGEST) as attempt:
            if attempt.answer is None:
                attempt.keep({"made": year}, Entry(event="result", status=202))
            answers.append(attempt.answer)
    assert answers == [{"made": YEARS[0]}] * len(YEARS)
    assert [row["at"] for row in logged(either, {"permission": "model:register"}).items] == list(reversed(YEARS))
