"""Measurements from a Prometheus server, by its HTTP API."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil, floor, fsum, isfinite
from typing import TYPE_CHECKING, Any

from govops.errors import UndecidableError, UsageError
from govops.http import Client, Party, Patience, RefusedError, value_of
from govops.kinds.quoting import quoted
from govops.kinds.scalars import duration_seconds
from govops.sla.connections import Login
from govops.sla.measuring import Measured, Question, Stretch, Tally
from govops.sla.spooling import EPOCH

if TYPE_CHECKING:
    from govops.kinds.measurement_source import MeasurementSource

_PATIENCE = Patience(connect=5.0, read=30.0, answer=60.0, whole=20.0)
_MOST_STEPS = 10_000  # in one answer; Prometheus gives 11,000
_MILLISECOND = timedelta(milliseconds=1)
_PERCENTILES = {"p95_ms": "response_time_p95_ms", "p99_ms": "response_time_p99_ms"}
_SUMS = ("total", "failed", "up_seconds", "down_seconds")
_EXACT = 1e-6  # so near are sums of floats to what they would be


class Server:
    """One server, by the name of its connection."""

    def __init__(self, name: str, address: str, login: Login, patience: Patience | None = None) -> None:
        self._name = f"the Prometheus server {quoted(name)}"
        self._party = Party(self._name, "see GOVOPS_SOURCE_<NAME>_TOKEN, or _USER and _PASSWORD")
        try:
            self._client = Client(address, _headers(login), party=self._party, patience=patience or _PATIENCE)
        except UsageError as error:  # of one agreement among many: the others are judged all the same
            raise UndecidableError(error.message, hint=error.hint) from error

    def now(self) -> datetime:
        """The server's own time, beyond which it has measured nothing."""
        with self._understood("time()"):
            return EPOCH + timedelta(seconds=float(self._data("query", {"query": "time()"})["result"][1]))

    def value(self, query: str, stretch: Stretch) -> float | None:
        """The query over the whole stretch: None where nothing was measured. May be NaN."""
        asked = {"query": _over(query, stretch.end - stretch.start), "time": _seconds(_tick(stretch.end))}
        with self._understood(query):
            series = self._one(query, self._data("query", asked))
            return float(series["value"][1]) if series else None

    def steps(self, query: str, stretch: Stretch, step: timedelta) -> Iterator[tuple[Stretch, float | None]]:
        """The same for one step of the stretch after the other, of which the last may be shorter."""
        start = stretch.start
        while start + step < stretch.end:
            number = min((stretch.end - start) // step, _MOST_STEPS)
            first, last = _tick(start + step), _tick(start + number * step)
            asked = {"start": _seconds(first), "end": _seconds(last), "step": _seconds(step // _MILLISECOND)}
            with self._understood(query):
                series = self._one(query, self._data("query_range", {"query": _over(query, step), **asked}))
                told = {round(float(at) * 1000): float(value) for at, value in (series or {"values": ()})["values"]}
            for _ in range(number):
                yield Stretch(start, start + step), told.get(_tick(start + step))
                start += step
        if start < stretch.end:
            yield Stretch(start, stretch.end), self.value(query, Stretch(start, stretch.end))

    def error(self, what: str, hint: str = "") -> UndecidableError:
        """What is wrong with an answer."""
        return UndecidableError(f"{self._name} {what}", hint=hint)

    def _data(self, path: str, query: Mapping[str, str]) -> Any:
        url = self._client.url(f"api/v1/{path}", query)
        try:
            answer = value_of(self._client.ask("GET", url), url, self._party)
        except RefusedError as error:
            raise UndecidableError(error.message, hint=error.hint) from error
        if answer["status"] != "success":
            raise self.error(f"refuses {quoted(query['query'])}: {quoted(str(answer.get('error')))}", "see the query")
        if answer.get("warnings"):
            raise self.error(f"answers with a warning: {quoted(str(answer['warnings'][0]))}", "it may not know all")
        return answer["data"]

    def _one(self, query: str, data: Any) -> Any:
        """The only series of an answer; None where there is none."""
        if data["resultType"] not in ("vector", "matrix"):
            raise self.error(f"answers {quoted(query)} with a {quoted(data['resultType'])}", "ask for one series")
        if len(data["result"]) > 1:
            raise self.error(f"has {len(data['result'])} series for {quoted(query)}", "put `sum(…)` around it")
        return data["result"][0] if data["result"] else None

    @contextmanager
    def _understood(self, query: str) -> Iterator[None]:
        try:
            yield
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise self.error(f"gives no answer to {quoted(query)} as Prometheus does", "see its address") from error


@dataclass(slots=True)
class _Sums:
    """What was measured in a question's stretches so far."""

    values: dict[str, list[float]] = field(default_factory=dict)
    percentiles: dict[str, list[float]] = field(default_factory=dict)
    gaps: list[Stretch] = field(default_factory=list)


def measure(server: Server, source: MeasurementSource, questions: Sequence[Question]) -> Measured:
    """The tallies; ``rows`` are the numbers that were told. UndecidableError where the server is down or slow, or says
    what no count and no time can be.

    A count that the server extrapolates is no whole number: requests are rounded down, and failures up.
    """
    now, rows = server.now(), 0
    tallies = []
    for question in questions:
        sums = _Sums()
        for stretch in question.within:
            _add(server, source, stretch, now, sums)
        tallies.append(_tally(server, source, sums))
        rows += sum(map(len, [*sums.values.values(), *sums.percentiles.values()]))
    return Measured(tuple(tallies), rows)


def _add(server: Server, source: MeasurementSource, stretch: Stretch, now: datetime, sums: _Sums) -> None:
    if now < stretch.end:  # by its own clock, which may be slow: it cannot know what comes
        sums.gaps.append(Stretch(max(now, stretch.start), stretch.end))
        if now <= stretch.start:
            return
        stretch = Stretch(stretch.start, now)
    steps = _counts(server, source, stretch)
    for told in steps.values():
        for name, value in told.items():
            sums.values.setdefault(name, []).append(value)
    sums.gaps += _silences([one for one, told in steps.items() if not told], source)
    known = [told for told in steps.values() if told]
    if known and any(told.get("total", 1) for told in known):  # of no request there is no percentile
        if not _percentiles(server, source, stretch, sums):
            raise server.error("tells no percentile where it tells others", "see the queries")
    elif not steps and not _percentiles(server, source, stretch, sums):
        sums.gaps.append(stretch)


def _counts(server: Server, source: MeasurementSource, stretch: Stretch) -> dict[Stretch, dict[str, float]]:
    """By step what all count columns are; nothing in a step for which the server tells none of them."""
    queries: dict[str, str] = {name: query for name, query in (source.queries or {}).items() if name in _SUMS}
    step = timedelta(seconds=duration_seconds(source.step)) if source.step else stretch.end - stretch.start
    steps: dict[Stretch, dict[str, float]] = {}
    for name, query in queries.items():
        for one, value in server.steps(query, stretch, step):
            told = steps.setdefault(one, {})
            if value is not None:
                told[name] = _fit(server, query, value)
    for told in steps.values():
        if told and len(told) < len(queries):
            missing = next(name for name in queries if name not in told)
            raise server.error(f"tells no `{missing}` where it tells others", f"add `or vector(0)` to {missing}")
    return steps


def _percentiles(server: Server, source: MeasurementSource, stretch: Stretch, sums: _Sums) -> bool:
    """Whether there are any, or none was asked for."""
    queries: dict[str, str] = {name: query for name, query in (source.queries or {}).items() if name in _PERCENTILES}
    for name, query in queries.items():
        value = server.value(query, stretch)
        if value is None:
            return False
        sums.percentiles.setdefault(name, []).append(_fit(server, query, value))
    return True


def _silences(silent: Sequence[Stretch], source: MeasurementSource) -> Iterator[Stretch]:
    """Steps without an answer, put together where they touch, that are longer than the source's gap."""
    joined: list[Stretch] = []
    for one in silent:
        if joined and joined[-1].end == one.start:
            joined[-1] = Stretch(joined[-1].start, one.end)
        else:
            joined.append(one)
    least = duration_seconds(source.gap) if source.gap else 0
    yield from (one for one in joined if one.seconds > least)


def _fit(server: Server, query: str, value: float) -> float:
    if not isfinite(value) or value < 0:
        raise server.error(f"answers {quoted(query)} with {value}", "no count, time or length is so")
    return value


def _tally(server: Server, source: MeasurementSource, sums: _Sums) -> Tally:
    total, failed, up, down = (fsum(sums.values[name]) if name in sums.values else None for name in _SUMS)
    if total is not None and failed is not None and failed > total + _EXACT:
        raise server.error(f"tells more failures ({failed:g}) than requests ({total:g})", "see both queries")
    failures = None if failed is None else ceil(failed - _EXACT)
    return Tally(
        requests=None if total is None else max(floor(total + _EXACT), failures or 0),
        failed=failures,
        percentiles={_PERCENTILES[name]: (min(told), max(told)) for name, told in sums.percentiles.items()} or None,
        up=None if up is None else round(up * 1_000_000),
        down=None if down is None else round(down * 1_000_000),
        gaps=tuple(sorted(sums.gaps, key=lambda gap: gap.start)),
    )


def _headers(login: Login) -> dict[str, str]:
    if login.token:
        return {"Authorization": f"Bearer {login.token}"}
    if login.user:
        pair = base64.b64encode(f"{login.user}:{login.password}".encode()).decode("ascii")
        return {"Authorization": f"Basic {pair}"}
    return {}


def _over(query: str, window: timedelta) -> str:
    """The query with `$window` filled in, in milliseconds: what Prometheus counts in."""
    return query.replace("$window", f"{window // _MILLISECOND}ms")


def _tick(at: datetime) -> int:
    return (at - EPOCH) // _MILLISECOND


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}"
