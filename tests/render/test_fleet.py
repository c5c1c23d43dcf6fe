"""The summary of a fleet says of every member what there is to know, whatever its repository holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from govops.errors import ExitCode, UsageError
from govops.finding import Counts
from govops.fleet import STATES, Fleet, Member, State
from govops.render.fleet import stream_fleet
from tests.render.naughty import STRINGS

GOOD = Member(
    "claims",
    "clones/claims",
    State.PASS,
    ExitCode.OK,
    repository="local:acme/claims",
    ref="refs/heads/main",
    tip="c" * 40,
    counts=Counts(governed=3, approved=3),
    warnings=2,
    latest="2026-01-05T09:00:00Z",
    report="members/claims.json",
)
LOST = Member("lost", "clones/lost", State.NOT_AUDITED, ExitCode.UNDECIDABLE, "no such directory", "clone it")
FLEET = Fleet("central@v1", "2026-03-01T00:00:00Z", "30d", (GOOD, LOST))


def said(fleet: Fleet, format: str) -> str:
    return "".join(stream_fleet(fleet, format))


@pytest.mark.parametrize(("code", "state"), STATES.items())
def test_every_state_has_words_and_the_sums_hold(code: ExitCode, state: State) -> None:
    """A member in each of them, beside one that was not audited."""
    fleet = replace(FLEET, members=(replace(GOOD, state=state, exit_code=code), LOST))
    assert sum(count for _, count in fleet.tally()) == 2
    assert f" 1 {state.value} " in said(fleet, "text")
    assert fleet.exit_code == max(code, ExitCode.UNDECIDABLE)


def test_who_is_stale_is_told_with_the_limit() -> None:
    never = replace(GOOD, is_stale=True, latest=None)
    fleet = replace(FLEET, members=(replace(GOOD, is_stale=True), never))
    assert "2 of 2 members pass; 2 stale" in said(fleet, "text")
    assert "stale: nothing attested since 2026-01-05T09:00:00Z, and 30d is the limit" in said(fleet, "text")
    assert "stale: nothing attested at all" in said(fleet, "markdown")


@pytest.mark.parametrize("text", STRINGS, ids=[f"{text[:20]!a}" for text in STRINGS])
def test_no_text_from_outside_is_more_than_text(text: str) -> None:
    """It breaks no line and no table, and is no command of a build log."""
    plain = said(FLEET, "text").splitlines()
    odd = replace(FLEET, policies=text, members=(GOOD, replace(LOST, path=text, why=text, hint=text)))
    lines = said(odd, "text").splitlines()
    assert {line[:4] for line in lines} <= {line[:4] for line in plain}
    assert not any("##[" in line or "\x1b" in line for line in lines)
    kinds = [token.type for token in MarkdownIt("commonmark").enable("table").parse(said(FLEET, "markdown"))]
    page = MarkdownIt("commonmark").enable("table").parse(said(odd, "markdown"))
    assert [token.type for token in page] == kinds


def test_another_format_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no format 'xml'"):
        stream_fleet(FLEET, "xml")
