"""Counts and percentiles of requests in SQL that every engine speaks, so that all of them give the same answers.

The relation ``measurements`` has ``t`` (microseconds since 1970, BIGINT), ``ms`` (DOUBLE) and ``ok`` (BOOLEAN); what is
NULL or out of range makes a bad row. A first scan counts the requests by stretch and by band of response times. The
counts say in which band the k-th smallest lies, and a second scan counts by value in those bands alone. So percentiles
are exact, no position is computed in floating point, and memory does not grow with the number of rows.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from govops.sla.measuring import Question, Stretch, Tally
from govops.sla.spooling import EPOCH, FIRST, LAST, MICROSECOND
from govops.sla.zones import offsets

PERCENT = {"response_time_p95_ms": 95, "response_time_p99_ms": 99}

Run = Callable[[str], Sequence[Sequence[Any]]]

_BANDS = 16_384  # more than the bands that there are
_TIMELESS = -(2**60)  # the key of bad rows of no known time
_BAD = -(2**50)  # of the other ones: this less their part; good rows before the first part have part -1, as bad ones
_KNOWN = f"t >= {FIRST} AND t < {LAST}"
GOOD = f"{_KNOWN} AND ms >= 0e0 AND ms <= 9007199254740992e0 AND ok IS NOT NULL"
_BAND = (  # never falls where `ms` rises; fine where services are, coarse beyond
    "CASE WHEN ms < 64e0 THEN CAST(floor(ms * 16e0) AS BIGINT)"
    " WHEN ms < 4096e0 THEN 1024 + CAST(floor(ms) AS BIGINT)"
    " WHEN ms < 262144e0 THEN 5120 + CAST(floor(ms / 64e0) AS BIGINT) ELSE 9216 END"
)


@dataclass(slots=True)
class _Counted:
    """What was counted in some time: requests by band, failed ones, those above each limit, bad rows."""

    bands: Counter[int] = field(default_factory=Counter)
    slower: Counter[float] = field(default_factory=Counter)
    failed: int = 0
    bad: int = 0

    def add(self, other: _Counted) -> None:
        self.bands.update(other.bands)
        self.slower.update(other.slower)
        self.failed += other.failed
        self.bad += other.bad

    @property
    def requests(self) -> int:
        return sum(self.bands.values())


@dataclass(frozen=True, slots=True)
class Counts:
    """The tallies in the order of the questions, and all rows and bad ones of the relation, whatever their time."""

    tallies: tuple[Tally, ...]
    rows: int
    bad: int
    late: int


def count(run: Run, questions: Sequence[Question], gap: timedelta | None, *, quantiles: str = "") -> Counts:
    """Ask the questions by ``run``, which answers SQL. A silence longer than ``gap`` is a gap; without one, a stretch
    without any request is.

    ``quantiles`` is SQL for the list of both percentiles of `ms`, for an engine that ranks exactly and has the memory
    for it: then one scan is enough, where no question has more than one part.
    """
    edges = sorted({edge for question in questions for stretch in question.within for edge in micros(stretch)})
    scanned = _Scanned(edges, sorted({limit for question in questions for limit in question.limits.values()}))
    at_once = quantiles if all(len(scanned.parts_of(question.within)) == 1 for question in questions) else ""
    for row in run(_first_scan(scanned, at_once)):
        scanned.take(row, is_ranked=bool(at_once))
    wholes = [scanned.whole(question.within) for question in questions]
    percentiles = _ranked(scanned, questions) if at_once else _percentiles(run, questions, wholes)
    gaps = _silences(run, questions, gap) if gap else [_empty(question, scanned) for question in questions]
    tallies = (
        Tally(
            requests=whole.requests,
            failed=whole.failed,
            percentiles=percentiles[at] or None,
            slower={metric: whole.slower[limit] for metric, limit in question.limits.items()},
            gaps=gaps[at],
            bad=scanned.whole([question.hull]).bad + scanned.timeless,
        )
        for at, (question, whole) in enumerate(zip(questions, wholes, strict=True))
    )
    return Counts(tuple(tallies), scanned.rows, scanned.bad, scanned.late)


def micros(stretch: Stretch) -> tuple[int, int]:
    """Its ends in microseconds since 1970."""
    return (stretch.start - EPOCH) // MICROSECOND, (stretch.end - EPOCH) // MICROSECOND


def in_steps(steps: Sequence[tuple[int, str]], below: str = "-1") -> str:
    """SQL for the value of the last step that ``t`` has reached, ``below`` before the first; as few questions a row as
    a search in a sorted list takes. ``steps`` are (from ``t`` on, value), in order.
    """
    if not steps:
        return below
    middle = len(steps) // 2
    start, value = steps[middle]
    before, after = in_steps(steps[:middle], below), in_steps(steps[middle + 1 :], value)
    return f"CASE WHEN t < {start} THEN {before} ELSE {after} END"


def in_zone(zone: ZoneInfo, first: int | None, last: int | None) -> str:
    """SQL for the instant of the local time ``t``, both in microseconds since 1970; NULL where it cannot be placed.

    ``first`` and ``last`` are the earliest and latest local time that there are; None where there is none.
    """
    if first is None or last is None:
        return "NULL"
    changes = offsets(zone)
    near = changes[
        max(bisect_right(changes, first, key=itemgetter(0)) - 1, 0) : bisect_right(changes, last, key=itemgetter(0))
    ]
    return in_steps([(at, "NULL" if behind is None else f"t - ({behind})") for at, behind in near], "NULL")


def rank(percent: int, number: int) -> int:
    """Which one of ``number`` values in order is the percentile, from 1 on: nearest rank."""
    return -(-percent * number // 100)


@dataclass(slots=True)
class _Scanned:
    """The first scan: time is cut at ``edges`` into parts, of which every question counts all or nothing."""

    edges: list[int]
    limits: list[float]
    parts: dict[int, _Counted] = field(default_factory=dict)
    ranked: dict[int, Sequence[float]] = field(default_factory=dict)
    rows: int = 0
    timeless: int = 0

    @property
    def bad(self) -> int:
        """All bad rows, whatever their time."""
        return self.timeless + sum(part.bad for part in self.parts.values())

    @property
    def late(self) -> int:
        """Good rows from the last edge on, which begins a part that nobody asks about."""
        return self.parts.get(len(self.edges) - 1, _Counted()).requests

    def take(self, row: Sequence[Any], *, is_ranked: bool) -> None:
        key, number = int(row[0]), int(row[1])
        self.rows += number
        if key >= 0:
            part = self.parts.setdefault(key // _BANDS, _Counted())
            part.bands[key % _BANDS] = number
            part.failed += int(row[2])
            for limit, more in zip(self.limits, row[3:], strict=False):
                part.slower[limit] += int(more)
            if is_ranked:
                self.ranked[key // _BANDS] = row[-1]
        elif key == _TIMELESS:
            self.timeless = number
        elif key <= _BAD + 1:
            self.parts.setdefault(_BAD - key, _Counted()).bad = number

    def whole(self, stretches: Sequence[Stretch]) -> _Counted:
        """The parts of these stretches together."""
        whole = _Counted()
        for at in self.parts_of(stretches):
            whole.add(self.parts.get(at, _Counted()))
        return whole

    def parts_of(self, stretches: Sequence[Stretch]) -> list[int]:
        """Which parts these stretches are."""
        ends = (micros(stretch) for stretch in stretches)
        return [at for start, end in ends for at in range(*(bisect_left(self.edges, edge) for edge in (start, end)))]


def _first_scan(scanned: _Scanned, quantiles: str) -> str:
    places = in_steps([(edge, str(at)) for at, edge in enumerate(scanned.edges)])
    slower = "".join(f", count(*) FILTER (WHERE ms > {_double(limit)})" for limit in scanned.limits)
    band = "0" if quantiles else _BAND
    more = f", {quantiles}" if quantiles else ""
    key = f"CASE WHEN {GOOD} THEN part * {_BANDS} + {band} WHEN {_KNOWN} THEN {_BAD} - part ELSE {_TIMELESS} END"
    return (
        f"SELECT key, count(*), count(*) FILTER (WHERE NOT ok){slower}{more} FROM (SELECT {key} AS key, ms, ok"
        f" FROM (SELECT t, ms, ok, {places} AS part FROM measurements)) GROUP BY key"
    )


def _ranked(scanned: _Scanned, questions: Sequence[Question]) -> list[dict[str, tuple[float, float]]]:
    """By question, each of which is one part, and metric."""
    values = [scanned.ranked.get(scanned.parts_of(question.within)[0], ()) for question in questions]
    return [{metric: (value, value) for metric, value in zip(PERCENT, told, strict=False)} for told in values]


def _percentiles(
    run: Run, questions: Sequence[Question], wholes: Sequence[_Counted]
) -> list[dict[str, tuple[float, float]]]:
    """By question and metric. Questions that overlap are asked one after the other."""
    found: list[dict[str, tuple[float, float]]] = [{} for _ in questions]
    for layer in _layers(questions):
        wanted = {
            (at, metric): _band(wholes[at].bands, percent)
            for at in layer
            for metric, percent in PERCENT.items()
            if wholes[at].bands
        }
        ranks = {(at * _BANDS + band, within) for (at, _), (band, within) in wanted.items()}
        values = {(key, within): ms for key, within, ms in run(_second_scan(questions, layer, ranks))} if ranks else {}
        for (at, metric), (band, within) in wanted.items():
            value = float(values[at * _BANDS + band, within])
            found[at][metric] = (value, value)
    return found


def _band(bands: Mapping[int, int], percent: int) -> tuple[int, int]:
    """In which band the percentile lies, and the how-manieth of it that is."""
    left = rank(percent, sum(bands.values()))
    for band in sorted(bands):
        if left <= bands[band]:
            return band, left
        left -= bands[band]
    raise AssertionError("a percentile lies in one of the bands")


def _second_scan(questions: Sequence[Question], layer: Sequence[int], ranks: set[tuple[int, int]]) -> str:
    ends = sorted((*micros(stretch), at) for at in layer for stretch in questions[at].within)
    starts = {start for start, _, _ in ends}
    steps = [(start, str(at)) for start, _, at in ends] + [(end, "-1") for _, end, _ in ends if end not in starts]
    keys = sorted({key for key, _ in ranks})
    lowest, highest = min(key % _BANDS for key in keys), max(key % _BANDS for key in keys)
    listed = ", ".join(map(str, keys))
    asked = ", ".join(f"({key}, {within})" for key, within in sorted(ranks))
    return (
        f"SELECT running.key, nth, ms FROM (SELECT key, ms, n, sum(n) OVER (PARTITION BY key ORDER BY ms) AS upto FROM"
        f" (SELECT key, ms, count(*) AS n FROM (SELECT asked * {_BANDS} + {_BAND} AS key, ms FROM "
        f"(SELECT t, ms, {in_steps(sorted(steps))} AS asked FROM measurements WHERE {GOOD}"
        f" AND ms >= {_floor(lowest)} AND ms < {_floor(highest + 1)}) WHERE asked >= 0) WHERE key IN ({listed})"
        f" GROUP BY key, ms)) AS running JOIN (VALUES {asked}) AS ranks(key, nth)"
        " ON running.key = ranks.key AND nth <= upto AND nth > upto - n"
    )


def _floor(band: int) -> str:
    """The least value of a band; all of them are exact."""
    if band < 1088:
        return _double(min(band / 16, 64.0))
    return _double(float(band - 1024) if band < 5184 else (band - 5120) * 64.0 if band <= 9216 else 2.0**62)


def _layers(questions: Sequence[Question]) -> list[list[int]]:
    """The questions by number, in as few groups as it takes for none to overlap another of its group."""
    layers: list[tuple[int, list[int]]] = []
    spans = sorted((micros(question.within[0])[0], at) for at, question in enumerate(questions) if question.within)
    for start, at in spans:
        end = micros(questions[at].within[-1])[1]
        free = next((n for n, (busy, _) in enumerate(layers) if busy <= start), None)
        if free is None:
            layers.append((end, [at]))
        else:
            layers[free] = (end, [*layers[free][1], at])
    return [layer for _, layer in layers]


def _empty(question: Question, scanned: _Scanned) -> tuple[Stretch, ...]:
    return tuple(stretch for stretch in question.within if not scanned.whole([stretch]).bands)


def _silences(run: Run, questions: Sequence[Question], gap: timedelta) -> list[tuple[Stretch, ...]]:
    """By question, where nothing was asked for longer than ``gap``.

    Between the first and last request of each ``gap`` of time no silence can be longer: only those ends are looked at.
    """
    width = gap // MICROSECOND
    first = run(f"SELECT min(t) FROM measurements WHERE {GOOD}")[0][0]
    pairs = run(
        "SELECT last, next FROM (SELECT last, lead(first) OVER (ORDER BY first) AS next FROM"
        " (SELECT min(t) AS first, max(t) AS last FROM"
        f" (SELECT t, t - (t - ({FIRST})) % {width} AS stride FROM measurements WHERE {GOOD})"
        f" GROUP BY stride)) WHERE next IS NULL OR next - last > {width} ORDER BY last"
    )
    silences = [(FIRST, LAST if first is None else int(first))]
    silences += [(int(last), LAST if end is None else int(end)) for last, end in pairs]
    return [tuple(_longer_than(width, silences, question.within)) for question in questions]


def _longer_than(least: int, silences: Sequence[tuple[int, int]], stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """What of the silences, in order, lies in a stretch and is longer than so many microseconds."""
    for stretch in stretches:
        start, end = micros(stretch)
        for quiet, loud in silences[bisect_right(silences, start, key=itemgetter(1)) :]:
            if quiet >= end:
                break
            if min(loud, end) - max(quiet, start) > least:
                yield Stretch(_at(max(quiet, start)), _at(min(loud, end)))


def _at(moment: int) -> datetime:
    return EPOCH + timedelta(microseconds=moment)


def _double(number: float) -> str:
    return f"CAST('{number!r}' AS DOUBLE)"
