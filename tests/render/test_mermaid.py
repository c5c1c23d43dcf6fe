"""Pictures: what is drawn is true, and no name can draw anything else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from govops.finding import Event
from govops.render.markdown.mermaid import MOST_BARS, label, lifecycle, timeline
from govops.render.wording import results_of
from tests.render import sample
from tests.render.sample_changes import oid
from tests.render.strategies import TEXT

A, B, C = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"


def _event(version: str, time: str | None, name: str = "production/fraud") -> Event:
    return Event(f"Deployment/{name}", "deployed", oid(version), time, version=version)


def _bars(*events: Event, until: str | None = C) -> list[str]:
    block = timeline(events, {}, until=until)
    return [line.strip() for line in block.text.split("\n") if ":" in line and "Format" not in line] if block else []


@pytest.mark.parametrize(
    ("events", "bars"),
    [
        (
            [("1.0", A), ("2.0", B)],
            [
                "1.0 :done, 2026-01-01T00:00:00, 2026-02-01T00:00:00",
                "2.0 :active, 2026-02-01T00:00:00, 2026-03-01T00:00:00",
            ],
        ),
        ([("1.0", A), ("", B)], ["1.0 :done, 2026-01-01T00:00:00, 2026-02-01T00:00:00"]),
        ([("1.0", A), ("2.0", None), ("3.0", B)], ["3.0 :active, 2026-02-01T00:00:00, 2026-03-01T00:00:00"]),
        ([("1.0", None)], []),
        ([("1.0", "yesterday")], []),
        ([], []),
    ],
    ids=["until the next", "until removed", "no end known", "no start known", "not an instant", "nothing"],
)
def test_a_bar_lasts_from_one_event_to_the_next(events: list[tuple[str, str | None]], bars: list[str]) -> None:
    """A stay is drawn only where both of its ends are attested: a guess is worse than a gap."""
    assert _bars(*(_event(version, time) for version, time in events)) == bars


def test_without_an_instant_nothing_runs_until_now() -> None:
    """There is no now in a report."""
    assert _bars(_event("1.0", A), until=None) == []


def test_a_stay_that_began_with_a_violation_is_marked() -> None:
    """The picture agrees with the ledger."""
    report = sample.rich()
    results = results_of(report, (event.commit for event in report.deployments))
    block = timeline(report.deployments, results, until=report.provenance.as_of)
    assert block is not None
    assert "  2.0.0 :crit, " in block.text


def test_a_timeline_that_nobody_can_read_is_left_out() -> None:
    """The table has every event."""
    events = [_event("1.0", A, f"production/m{number}") for number in range(MOST_BARS + 1)]
    assert timeline(tuple(events), {}, until=C) is None


@pytest.mark.threat("G01")
@given(TEXT)
def test_a_label_means_nothing_to_mermaid(text: str) -> None:
    """Letters, digits and a few marks; one line; never empty."""
    assert re.fullmatch(r"[A-Za-z0-9 ./+_-]{1,60}", label(text))


def test_the_lifecycle_counts_versions() -> None:
    """Each state with its number of versions; no picture without versions."""
    block = lifecycle({"approved": 3, "rolled_back": 1})
    assert block is not None
    assert "approved[approved 3]" in block.text
    assert "rolled_back[rolled back 1]" in block.text
    assert lifecycle({}) is None
