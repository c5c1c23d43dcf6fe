"""A report to an authority that names a clock which no Framework has stops none, and is told."""

from __future__ import annotations

from typing import Any

import pytest

from govops.finding import Status
from tests.rules.builders import Registry
from tests.support.files import clause, framework, incident, user

CLOCK = {"id": "serious", "title": "Told", "clause": "1", "incidents": {"severities": ["critical"]}, "initial": "15d"}
LAW = framework("ai-act", clause("1"), clocks=[CLOCK])


def told(clock: str) -> dict[str, Any]:
    """The authority heard of it, as the file says."""
    return {"clock": clock, "stage": "initial", "authority": "MSA", "by": "dave", "at": "2026-01-06T09:00:00Z"}


@pytest.mark.parametrize(
    ("clock", "hint"),
    [
        ("ai-act/serius", "did you mean `ai-act/serious`?"),
        ("eu-ai-act/serious", "did you mean `ai-act/serious`?"),
        ("nis-2/early-warning", "`clocks` of a Framework names it"),
    ],
)
def test_fires(clock: str, hint: str) -> None:
    registry = Registry(user("dave"), LAW, incident("one", notifications=[told("ai-act/serious"), told(clock)]))
    (found,) = registry.found("unknown-clock")
    assert (found.message, found.hint) == (f"no Framework has the clock `{clock}`", hint)
    assert (found.status, found.subject) == (Status.WARN, clock)


@pytest.mark.parametrize("notifications", [[], [told("ai-act/serious")]], ids=["nobody was told", "a clock that runs"])
def test_does_not_fire(notifications: list[dict[str, Any]]) -> None:
    registry = Registry(user("dave"), LAW, incident("one", notifications=notifications))
    assert registry.found("unknown-clock") == []
