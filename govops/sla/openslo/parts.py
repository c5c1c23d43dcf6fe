"""One SLO of OpenSLO -> one objective of an agreement, with all that the agreement says about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from govops.sla.alerts import WINDOW
from govops.sla.openslo.words import LABEL, METRICS, PERCENTILES, PERIODS, TYPES, complement, display_name, plain

_ROLLING = re.compile(r"([1-9][0-9]{0,3})([dw])")
_FIELDS = {
    "prometheus": ("query", "step", "gap", "timezone"),
    "sql": ("query", "shape", "gap", "timezone"),
    "file": ("files", "shape", "gap", "timezone"),
}
_SPEC = frozenset({"service", "indicator", "indicatorRef", "timeWindow", "budgetingMethod", "objectives"})
_OBJECTIVE = frozenset({"op", "value", "target", "targetPercent"})
_LABEL_KEY = re.compile(r"[a-z0-9][a-z0-9./_-]{0,62}")


class UnsayableError(Exception):
    """Why an SLO is left out."""


@dataclass(frozen=True, slots=True)
class Words:
    """What else the documents say, by name: the resource of a service, SLIs, and the type of a data source."""

    services: Mapping[str, str]
    indicators: Mapping[str, Mapping[str, Any]]
    types: Mapping[str, str]
    connection: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """An objective, and the agreement that it belongs to."""

    slo: str
    agreement: str
    resource: str
    window: dict[str, Any]
    objective: dict[str, Any]
    source: dict[str, Any]
    labels: Mapping[str, str]


def part_of(slo: Mapping[str, Any], words: Words) -> tuple[Part, tuple[str, ...]]:
    """The part, and what of the SLO it does not say. UnsayableError where it would promise something else."""
    metadata, spec = _dict(slo, "metadata"), _dict(slo, "spec")
    labels = {str(key): one for key, one in _dict(metadata, "labels").items()}
    name = labels.get(LABEL, metadata.get("name"))
    service = str(spec.get("service", ""))
    if service not in words.services:
        raise UnsayableError(f"nobody says what `{service}` is here; give --service {service}=KIND/NAME")
    if spec.get("budgetingMethod") != "Occurrences":
        raise UnsayableError(f"it counts {spec.get('budgetingMethod')}, and agreements count occurrences")
    indicator = _indicator(spec, words)
    metric = _metric(indicator, _objective(spec))
    lost = list(_lost(metadata, spec, str(name), metric))
    part = Part(
        slo=str(metadata.get("name", "")),
        agreement=str(name),
        resource=words.services[service],
        window=_window(spec),
        objective={"metric": metric, "target": plain(_target(metric, _objective(spec)))},
        source=_source(metric, _dict(indicator, "spec"), words, lost),
        labels={key: text for key, text in labels.items() if isinstance(text, str) and _LABEL_KEY.fullmatch(key)},
    )
    return part, tuple(lost)


def _lost(metadata: Mapping[str, Any], spec: Mapping[str, Any], name: str, metric: str) -> Iterator[str]:
    shown = metadata.get("displayName")
    if shown is not None and shown != display_name(name, metric):
        yield "its displayName"
    if metadata.get("annotations"):
        yield "its annotations"
    for key, text in _dict(metadata, "labels").items():
        if not isinstance(text, str) or not _LABEL_KEY.fullmatch(str(key)):
            yield f"its label `{key}`"
    for key in spec:
        if key not in _SPEC:
            yield f"its {key}"
    for key, value in _objective(spec).items():
        if key not in _OBJECTIVE:
            yield f"the {key} of its objective"
        elif key == "op" and value == "lt":
            yield "that the value itself is not allowed: targets are `at most`"


def _indicator(spec: Mapping[str, Any], words: Words) -> Mapping[str, Any]:
    found = spec.get("indicator")
    if isinstance(found, dict):
        return found
    named = spec.get("indicatorRef")
    if isinstance(named, str) and named in words.indicators:
        return words.indicators[named]
    raise UnsayableError(f"its indicator `{named}` is not in the file" if named else "it has no indicator of its own")


def _objective(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    objectives = spec.get("objectives")
    if not isinstance(objectives, list) or len(objectives) != 1 or not isinstance(objectives[0], dict):
        count = len(objectives) if isinstance(objectives, list) else 0
        raise UnsayableError(f"it has {count} objectives for one indicator, and an agreement has one")
    return objectives[0]


def _metric(indicator: Mapping[str, Any], objective: Mapping[str, Any]) -> str:
    spec = _dict(indicator, "spec")
    ratio, threshold = _dict(spec, "ratioMetric"), _dict(spec, "thresholdMetric")
    named = str(_dict(indicator, "metadata").get("name", "")).replace("-", "_")
    if threshold:
        percent = _percent(objective)
        found = next((metric for metric, share in PERCENTILES.items() if share == percent), None)
        if found is None or objective.get("op") not in ("lte", "lt"):
            raise UnsayableError("of thresholds, agreements have `at most` for 95 or 99 percent")
        return found
    if "total" not in ratio:
        raise UnsayableError("its ratio is computed already" if ratio else "it has no metric")
    if named in METRICS and named not in PERCENTILES:
        return named
    return "error_rate_percent" if "bad" in ratio else "availability_percent"


def _target(metric: str, objective: Mapping[str, Any]) -> float:
    if metric in PERCENTILES:
        return _number(objective, "value")
    percent = _percent(objective)
    found = complement(percent) if metric == "error_rate_percent" else percent
    if found is None:
        raise UnsayableError(f"no number is exactly 100 less {percent!r}")
    return found


def _percent(objective: Mapping[str, Any]) -> float:
    if "targetPercent" in objective:
        return _number(objective, "targetPercent")
    return float(Decimal(repr(_number(objective, "target"))) * 100)


def _number(objective: Mapping[str, Any], key: str) -> float:
    found = objective.get(key)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise UnsayableError(f"its objective has no number as `{key}`")
    return float(found)


def _window(spec: Mapping[str, Any]) -> dict[str, Any]:
    windows = spec.get("timeWindow")
    if not isinstance(windows, list) or len(windows) != 1 or not isinstance(windows[0], dict):
        raise UnsayableError("it has no time window")
    window, duration = windows[0], str(windows[0].get("duration", ""))
    if window.get("isRolling") is True:
        found = _ROLLING.fullmatch(duration)
        if found is None:
            raise UnsayableError(f"a rolling window has whole days, and `{duration}` is something else")
        return {"kind": "rolling", "days": int(found[1]) * (7 if found[2] == "w" else 1)}
    calendar = _dict(window, "calendar")
    period = next((period for period, said in PERIODS.items() if said == duration), None)
    if period is None or not _begins(period, str(calendar.get("startTime", ""))):
        raise UnsayableError("a calendar window is a month, week or day that begins when the calendar's does")
    zone = str(calendar.get("timeZone", "UTC"))
    return {"kind": "calendar", "period": period, **({"timezone": zone} if zone != "UTC" else {})}


def _begins(period: str, start: str) -> bool:
    try:
        at = datetime.fromisoformat(start)
    except ValueError:
        return False
    midnight = at.time().isoformat() == "00:00:00"
    return midnight and (period == "day" or (at.day == 1 if period == "month" else at.weekday() == 0))


def _source(metric: str, spec: Mapping[str, Any], words: Words, lost: list[str]) -> dict[str, Any]:
    """The source; what of it cannot be kept is added to ``lost``."""
    ratio, names = _dict(spec, "ratioMetric"), ("good", "bad", "total")
    metrics = {name: _dict(ratio, name) for name in names if name in ratio} or {"": _dict(spec, "thresholdMetric")}
    if spec.get("description"):
        lost.append("the description of its indicator")
    sources = {name: _dict(metric, "metricSource") for name, metric in metrics.items()}
    types = {_type(source, words) for source in sources.values()}
    refs = {str(source.get("metricSourceRef", "")) for source in sources.values()}
    if len(types) != 1 or len(refs) != 1:
        raise UnsayableError("its metrics come from different sources")
    kind, connection = types.pop(), refs.pop() or words.connection
    specs = {name: _dict(source, "spec") for name, source in sources.items()}
    foreign = dict.fromkeys(key for fields in specs.values() for key in fields if key not in _FIELDS[kind])
    lost += [f"`{key}` of its source" for key in foreign]
    common = {key: value for key, value in next(iter(specs.values())).items() if key in _FIELDS[kind]}
    found = {"type": kind, **({"connection": connection} if connection else {})}
    if kind != "file" and not connection:
        raise UnsayableError("it names no data source; give --connection NAME")
    if kind != "prometheus":
        if any({k: v for k, v in fields.items() if k in _FIELDS[kind]} != common for fields in specs.values()):
            raise UnsayableError("its metrics come from different sources")
        return {**found, **common}
    asked = {name: str(fields.get("query", "")) for name, fields in specs.items()}
    queries = _queries(metric, asked)
    lost += [f"its query for `{c}` has no {WINDOW}; write it in" for c, text in queries.items() if WINDOW not in text]
    return {**found, "queries": queries, **{key: value for key, value in common.items() if key != "query"}}


def _type(source: Mapping[str, Any], words: Words) -> str:
    said = str(source.get("type") or words.types.get(str(source.get("metricSourceRef")), ""))
    found = next((kind for kind, name in TYPES.items() if name.lower() == said.lower()), None)
    if found is None:
        raise UnsayableError(f"its source is of type `{said}`, which govops does not ask")
    return found


def _queries(metric: str, asked: Mapping[str, str]) -> dict[str, str]:
    """The queries by column: of good and total, what failed is the difference."""
    if metric in PERCENTILES:
        return {f"p{PERCENTILES[metric]}_ms": asked[""]}
    total = asked["total"]
    if "bad" not in asked:
        return {"total": total, "failed": f"(\n{total}\n) - (\n{asked['good']}\n)"}
    end = f"\n) + (\n{asked['bad']}\n)"
    if metric == "availability_percent" and total.startswith("(\n") and total.endswith(end):
        return {"up_seconds": total[2 : -len(end)], "down_seconds": asked["bad"]}
    return {"total": total, "failed": asked["bad"]}


def _dict(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = document.get(key)
    return found if isinstance(found, dict) else {}
