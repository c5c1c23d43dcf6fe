"""Measurements on their way in, and what they say of an agreement."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from govops.app.governance.requests import Measurements
from govops.render import json_text
from govops.service import ServiceReport


def lines(request: Measurements, now: str) -> Iterator[str]:
    """Each measurement as a line of JSON; a request without a time is one of ``now``."""
    for row in request.measurements:
        is_timed = "timestamp" in row or "start" in row
        yield json.dumps(row if is_timed else {"timestamp": now, **row})


def standing(found: ServiceReport, name: str) -> dict[str, Any]:
    """The part of a service report that is about one agreement, as ``govops sla check`` writes it in JSON.

    ``agreement`` has its standing, its windows and what was measured in each; ``violations`` those of it, recorded and
    not. Numbers that were measured are texts such as ``19993/200``, which no reader rounds.
    """
    told: dict[str, Any] = json.loads("".join(json_text.stream(found)))
    (agreement,) = (one for one in told["agreements"] if one["name"] == name)
    violations = [one for one in told["violations"] if one["sla"] == name]
    origin = {key: told[key] for key in ("schema", "tip", "as_of", "as_of_clock", "engine", "doubts")}
    return {**origin, "agreement": agreement, "violations": violations}
