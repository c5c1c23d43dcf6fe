"""A real Prometheus that scrapes a real service: govops reads from it what the service did."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from govops.kinds.measurement_source import MeasurementSource
from govops.sla.connections import Login
from govops.sla.engines import engine
from govops.sla.measuring import Question, Stretch
from govops.sla.prometheus import Server
from tests.sla.hostile import P95, P99
from tests.support.cli import govops
from tests.support.exporter import prometheus
from tests.support.measurements import promised

QUERIES = {
    "total": "sum(increase(requests_total[$window]))",
    "failed": "sum(increase(failures_total[$window]))",
    "p95_ms": "1000 * histogram_quantile(0.95, sum by (le) (rate(latency_seconds_bucket[$window])))",
    "p99_ms": "1000 * histogram_quantile(0.99, sum by (le) (rate(latency_seconds_bucket[$window])))",
    "up_seconds": "sum(avg_over_time(up[$window])) * 4",
    "down_seconds": "sum(1 - avg_over_time(up[$window])) * 4",
}
SOURCE = {"type": "prometheus", "connection": "metrics", "queries": QUERIES}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address."""
    with prometheus(tmp_path_factory.mktemp("prometheus")) as address:
        yield address


@pytest.mark.slow
def test_the_percentiles_and_failures_of_a_service_are_read(url: str) -> None:
    """Half of what is within 0.25 and 0.5 s is beyond the 95th percentile, as Prometheus interpolates: 375 ms."""
    now = Server("metrics", url, Login()).now()
    asked = Question((Stretch(now - timedelta(seconds=4), now),), {})
    source = MeasurementSource.model_validate(SOURCE)
    tally = engine("duckdb", {"metrics": url}, root=Path()).measure(source, [asked]).tallies[0]
    assert tally.percentiles is not None
    assert [tally.percentiles[metric][0] for metric in (P95, P99)] == pytest.approx([375, 475])
    assert tally.requests is not None
    assert tally.up is not None
    assert tally.down is not None
    assert tally.requests > 1000
    assert tally.failed == pytest.approx(tally.requests / 100, abs=2)
    assert tally.up + tally.down == pytest.approx(4_000_000)
    assert tally.up > tally.down
    assert tally.gaps == ()


@pytest.mark.slow
def test_an_agreement_is_checked_against_it(url: str, tmp_path: Path) -> None:
    """The address comes from the command line; the promise, from an approved change: 375 ms is more than 300."""
    objectives = [{"metric": P95, "target": 300}, {"metric": P99, "target": 500}]
    world = promised(tmp_path, objectives=objectives, window={"kind": "rolling", "days": 1}, source=SOURCE)
    check = ("sla", "check", "--as-of", "now", "--output", "json", "--repository", world.path)
    ran = govops(*check, "--source", f"metrics={url}")
    assert ran.code == 1, ran.err
    told = {one["metric"]: one for one in _judged(json.loads(ran.out))}
    assert (told[P95]["standing"], told[P99]["standing"]) == ("violated", "compliant")
    nowhere = govops(*check)
    assert nowhere.code == 3
    assert "nobody says where `metrics` is" in nowhere.out


def _judged(value: Any) -> Iterator[dict[str, Any]]:
    """Every judged objective of a report."""
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _judged(one)
    if isinstance(value, dict) and {"metric", "standing"} <= value.keys():
        yield value


@pytest.mark.slow
def test_steps_before_the_first_look_are_gaps(url: str) -> None:
    now = Server("metrics", url, Login()).now()
    asked = Question((Stretch(now - timedelta(minutes=5), now),), {})
    queries = {"total": QUERIES["total"]}
    source = MeasurementSource.model_validate({**SOURCE, "queries": queries, "step": "1m"})
    tally = engine("duckdb", {"metrics": url}, root=Path()).measure(source, [asked]).tallies[0]
    assert [gap.start for gap in tally.gaps] == [now - timedelta(minutes=5)]
    assert timedelta(minutes=3) <= tally.gaps[0].end - tally.gaps[0].start <= timedelta(minutes=4)
    assert tally.requests
