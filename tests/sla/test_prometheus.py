"""What Prometheus tells is taken as told, and a server that does not tell is never taken for one without failures."""

from __future__ import annotations

import base64
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from govops.errors import UndecidableError
from govops.http import Patience
from govops.kinds.measurement_source import MeasurementSource
from govops.sla.engines import Access, engine
from govops.sla.measuring import Measured, Tally
from tests.sla.hostile import P95, P99, START, question, stretch
from tests.support.fake_prometheus import FakePrometheus

NOW = START.timestamp() + 10_000
COUNTS = ("total", "failed")


@pytest.fixture
def server() -> Iterator[FakePrometheus]:
    """Ten requests a second, of which one fails; p95 is the second at which it is asked for."""
    with FakePrometheus(NOW) as fake:
        fake.values = {
            "total": lambda at, window: str(window * 10),
            "failed": lambda at, window: str(window),
            "p95_ms": lambda at, window: str(at - START.timestamp()),
            "p99_ms": lambda at, window: str(at - START.timestamp() + 1),
            "up_seconds": lambda at, window: str(window * 0.75),
            "down_seconds": lambda at, window: str(window * 0.25),
        }
        yield fake


def source(*columns: str, **more: object) -> MeasurementSource:
    """A source that asks for these columns."""
    queries = {name: f"{name}($window)" for name in columns}
    return MeasurementSource.model_validate({"type": "prometheus", "connection": "metrics", "queries": queries, **more})


def asked(
    server: FakePrometheus,
    where: MeasurementSource,
    *ends: tuple[float, float],
    environment: dict[str, str] | None = None,
) -> Measured:
    """One question; nobody waits between tries."""
    patience = Patience(sleep=lambda _: None, read=0.5)
    access = Access(environment or {}, patience=patience)
    return engine("duckdb", {"metrics": server.url}, root=Path(), access=access).measure(where, [question(*ends)])


def told(server: FakePrometheus, where: MeasurementSource, *ends: tuple[float, float]) -> Tally:
    """The tally of one question."""
    return asked(server, where, *ends).tallies[0]


def test_a_stretch_is_asked_for_at_its_end_with_the_window_filled_in(server: FakePrometheus) -> None:
    tally = told(server, source("total", "failed", "p95_ms", "p99_ms", "up_seconds", "down_seconds"), (0, 600))
    assert (tally.requests, tally.failed) == (6000, 600)
    assert tally.percentiles == {P95: (600.0, 600.0), P99: (601.0, 601.0)}
    assert (tally.up, tally.down, tally.gaps, tally.slower) == (450_000_000, 150_000_000, (), None)
    queries = {one["query"]: one.get("time") for one in server.asked}
    assert queries["total(600000ms)"] == f"{START.timestamp() + 600:.3f}"


def test_stretches_that_a_maintenance_cuts_are_asked_one_by_one(server: FakePrometheus) -> None:
    """Their counts are added; of their percentiles the lowest and the highest bound the whole's."""
    tally = told(server, source("total", "failed", "p95_ms"), (0, 100), (300, 400))
    assert (tally.requests, tally.failed) == (2000, 200)
    assert tally.percentiles == {P95: (100.0, 400.0)}


def test_a_percentile_of_no_request_is_not_asked_for(server: FakePrometheus) -> None:
    """It is NaN, and says nothing of the other stretch."""
    silent = START.timestamp() + 100
    server.values["total"] = lambda at, window: "0" if at == silent else "10"
    server.values["failed"] = lambda at, window: "0"
    server.values["p95_ms"] = lambda at, window: "NaN" if at == silent else "7"
    assert told(server, source("total", "failed", "p95_ms"), (0, 100), (300, 400)).percentiles == {P95: (7.0, 7.0)}


def test_counts_in_steps_show_where_nothing_was_measured(server: FakePrometheus) -> None:
    """The last step may be shorter; percentiles are asked for the whole stretch."""
    begin, end = START.timestamp() + 120, START.timestamp() + 240
    for name in COUNTS:
        server.values[name] = lambda at, window: None if begin < at <= end else str(window)
    tally = told(server, source("total", "failed", "p95_ms", step="1m"), (0, 330))
    assert (tally.requests, tally.failed, tally.gaps) == (210, 210, (stretch(120, 240),))
    assert tally.percentiles == {P95: (330.0, 330.0)}
    assert told(server, source("total", "failed", step="1m", gap="2m"), (0, 330)).gaps == ()


def test_a_long_stretch_is_asked_in_pieces(server: FakePrometheus) -> None:
    """Prometheus gives 11,000 steps at once."""
    tally = told(server, source("total", step="1m"), (-86400 * 10, 0))
    assert tally.requests == 86400 * 10 * 10
    assert tally.gaps == ()
    assert len([one for one in server.asked if one["path"].endswith("query_range")]) == 2


def test_nothing_measured_is_a_gap(server: FakePrometheus) -> None:
    server.values = dict.fromkeys((*COUNTS, "p95_ms"), lambda at, window: None)
    assert told(server, source("total", "failed", "p95_ms"), (0, 60)) == Tally(None, None, gaps=(stretch(0, 60),))
    assert told(server, source("p95_ms"), (0, 60)).gaps == (stretch(0, 60),)


def test_what_the_server_cannot_know_yet_is_a_gap(server: FakePrometheus) -> None:
    """Its clock may be slow: what lies beyond it was measured by nobody, whatever the time is here."""
    tally = told(server, source("total"), (9_900, 10_100))
    assert (tally.requests, tally.gaps) == (1000, (stretch(10_000, 10_100),))
    assert told(server, source("total"), (10_000, 10_100)).gaps == (stretch(10_000, 10_100),)


def test_counts_that_are_extrapolated_are_rounded_away_from_compliance(server: FakePrometheus) -> None:
    """But not where a float is all but whole."""
    server.values = {"total": lambda at, window: "100.9", "failed": lambda at, window: "1.1"}
    tally = told(server, source(*COUNTS), (0, 60))
    assert (tally.requests, tally.failed) == (100, 2)
    server.values = {"total": lambda at, window: "99.9999999999", "failed": lambda at, window: "1.0000000001"}
    tally = told(server, source(*COUNTS), (0, 60))
    assert (tally.requests, tally.failed) == (100, 1)


# ---- answers that are none

BROKEN = {
    "nothing but HTML": (200, "text/html", b"<html>sign in</html>"),
    "JSON of another type": (200, "text/plain", b'{"status": "success"}'),
    "JSON that is cut": (200, "application/json", b'{"status": "success", "data": {"resultType": "vec'),
    "other JSON": (200, "application/json", b'{"message": "hello"}'),
    "a list": (200, "application/json", b"[]"),
    "a null": (200, "application/json", b"null"),
    "no result": (200, "application/json", b'{"status": "success", "data": {}}'),
    "an odd value": (200, "application/json", b'{"status":"success","data":{"resultType":"scalar","result":[1,"x"]}}'),
    "no such value": (
        200,
        "application/json",
        b'{"status":"success","data":{"resultType":"scalar","result":[1,"1e99"]}}',
    ),
    "an error": (422, "application/json", b'{"status": "error", "error": "parse error"}'),
    "no Prometheus": (404, "application/json", b"{}"),
    "down": (503, "text/plain", b"Service Unavailable"),
    "a limit": (429, "text/plain", b""),
    "no entrance": (401, "text/plain", b"Unauthorized"),
    "elsewhere": (302, "text/plain", b""),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_an_answer_that_is_none_decides_nothing(server: FakePrometheus, broken: str) -> None:
    server.raw = BROKEN[broken]
    with pytest.raises(UndecidableError, match=r"the Prometheus server `metrics`") as error:
        asked(server, source("total"), (0, 60))
    assert error.value.hint


def test_a_server_that_is_down_for_a_moment_is_asked_again(server: FakePrometheus) -> None:
    server.raw, server.times = BROKEN["down"], 3
    assert told(server, source("total"), (0, 60)).requests == 600


def test_a_server_that_is_not_there_or_slow_decides_nothing(server: FakePrometheus) -> None:
    server.delay = 1.0
    with pytest.raises(UndecidableError, match="ReadTimeoutError"):
        asked(server, source("total"), (0, 60))
    gone = FakePrometheus(NOW)
    with gone:
        pass
    with pytest.raises(UndecidableError, match="NewConnectionError"):
        asked(gone, source("total"), (0, 60))


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-1"])
@pytest.mark.parametrize("column", ["total", "p95_ms", "up_seconds"])
def test_what_no_count_and_no_time_can_be_decides_nothing(server: FakePrometheus, column: str, value: str) -> None:
    server.values[column] = lambda at, window: value
    with pytest.raises(UndecidableError, match="answers"):
        asked(server, source("total", "p95_ms", "up_seconds", "down_seconds"), (0, 60))


def test_more_than_one_series_decides_nothing(server: FakePrometheus) -> None:
    """Adding them up may be right for counts, and is wrong for percentiles: the query says what is meant."""
    server.series = 2
    with pytest.raises(UndecidableError, match="2 series") as error:
        asked(server, source("total"), (0, 60))
    assert "sum" in error.value.hint


def test_no_series_of_failures_is_not_taken_for_none(server: FakePrometheus) -> None:
    """A counter that never counted is not there; the query can say that this means 0."""
    server.values["failed"] = lambda at, window: None
    with pytest.raises(UndecidableError, match="tells no `failed`") as error:
        asked(server, source("total", "failed"), (0, 60))
    assert "or vector(0)" in error.value.hint
    server.values["p95_ms"] = lambda at, window: None
    with pytest.raises(UndecidableError, match="tells no percentile"):
        asked(server, source("total", "p95_ms"), (0, 60))


def test_more_failures_than_requests_decide_nothing(server: FakePrometheus) -> None:
    server.values["failed"] = lambda at, window: "601"
    with pytest.raises(UndecidableError, match=r"more failures \(601\) than requests \(600\)"):
        asked(server, source("total", "failed"), (0, 60))


def test_an_answer_that_may_not_be_whole_decides_nothing(server: FakePrometheus) -> None:
    """Servers that ask others warn where one of them is missing."""
    server.warnings = ["store 2 is not reachable"]
    with pytest.raises(UndecidableError, match="store 2 is not reachable"):
        asked(server, source("total"), (0, 60))


# ---- who we are, and where

SECRETS = {
    "GOVOPS_SOURCE_METRICS_TOKEN": "s3cret-token",
    "GOVOPS_SOURCE_OTHER_TOKEN": "another",
}


@pytest.mark.threat("H09")
def test_the_token_goes_along_and_stands_in_no_message(server: FakePrometheus) -> None:
    """That of its own connection, and no other."""
    asked(server, source("total"), (0, 60), environment=SECRETS)
    assert {one["authorization"] for one in server.asked} == {"Bearer s3cret-token"}
    server.raw = BROKEN["no entrance"]
    with pytest.raises(UndecidableError) as error:
        asked(server, source("total"), (0, 60), environment=SECRETS)
    assert "s3cret" not in "".join(traceback.format_exception(error.value)) + error.value.hint


def test_a_user_and_password_go_along(server: FakePrometheus) -> None:
    login = {"GOVOPS_SOURCE_METRICS_USER": "reader", "GOVOPS_SOURCE_METRICS_PASSWORD": "päss"}
    asked(server, source("total"), (0, 60), environment=login)
    encoded = base64.b64encode("reader:päss".encode()).decode()
    assert {one["authorization"] for one in server.asked} == {f"Basic {encoded}"}


@pytest.mark.threat("I16")
@pytest.mark.parametrize("address", ["http://10.0.0.1:9090", "file:///etc", "https://u:p@prometheus.example.org"])
def test_a_token_is_sent_to_https_or_to_this_machine_only(address: str) -> None:
    with pytest.raises(UndecidableError, match="not one that govops asks"):
        engine("duckdb", {"metrics": address}, root=Path()).measure(source("total"), [question((0, 60))])


@pytest.mark.threat("I16")
def test_an_agreement_cannot_say_where(server: FakePrometheus) -> None:
    """It names a connection; one that nobody gave an address is asked nothing."""
    with pytest.raises(UndecidableError, match="nobody says where `metrics` is"):
        engine("duckdb", {"other": server.url}, root=Path()).measure(source("total"), [question((0, 60))])
    assert server.asked == []
