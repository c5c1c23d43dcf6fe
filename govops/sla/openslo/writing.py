"""An agreement -> documents of OpenSLO: an SLO for each objective, and the Service that they are about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from govops.kinds.measurement_source import MeasurementSource
from govops.kinds.service_level_agreement import Objective, ServiceLevelAgreement, Window
from govops.sla.alerts import columns_of
from govops.sla.openslo.words import (
    LABEL,
    PERCENTILES,
    PERIODS,
    START,
    TYPES,
    VERSION,
    complement,
    display_name,
    indicator_name,
    plain,
    service_name,
    slo_name,
)

_LABEL_KEY = re.compile(r"[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?")
_LABEL_VALUE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}")


@dataclass(frozen=True, slots=True)
class Exported:
    """The documents, the Service first; ``unsaid`` is what OpenSLO cannot say of the agreement."""

    documents: tuple[Mapping[str, Any], ...]
    unsaid: tuple[str, ...] = ()


class _Unsayable(Exception):  # noqa: N818  a reason, no failure
    """Why an objective has no document."""


def exported(agreement: ServiceLevelAgreement) -> Exported:
    """The documents of one agreement; none where not a single objective can be said."""
    documents, unsaid = list[Mapping[str, Any]](), list(_unsaid(agreement))
    for objective in agreement.spec.objectives:
        try:
            documents.append(_slo(agreement, objective))
        except _Unsayable as reason:
            unsaid.append(f"{objective.metric}: {reason}")
        else:
            if objective.metric in PERCENTILES and agreement.spec.source.has_points:
                unsaid.append(
                    f"{objective.metric}: that the percentile is computed already; OpenSLO counts the measurements that"
                    " are at most the value"
                )
    service = {"name": service_name(agreement.spec.resource)}
    about = {"apiVersion": VERSION, "kind": "Service", "metadata": service}
    first = {**about, "spec": {"description": agreement.spec.resource}}
    return Exported((first, *documents) if documents else (), tuple(unsaid))


def _unsaid(agreement: ServiceLevelAgreement) -> Iterator[str]:
    spec = agreement.spec
    yield f"at_risk: {spec.at_risk:g}"
    for field in ("incident_response_minutes", "incident_resolution_minutes"):
        if getattr(spec, field) is not None:
            yield f"{field}: {getattr(spec, field)}"
    for rest in spec.maintenance:
        yield f"maintenance: from {rest.start} to {rest.end}"
    needed = {column for objective in spec.objectives for column in columns_of(objective, spec.source)}
    for column in spec.source.queries or ():
        if column not in needed:
            yield f"the query for `{column}`, which no objective is judged by"
    said = _labels(agreement)
    for key in agreement.metadata.labels:
        if key not in said or key == LABEL:
            yield f"label `{key}`"


def _labels(agreement: ServiceLevelAgreement) -> dict[str, str]:
    own = agreement.metadata.labels.items()
    fit = {key: text for key, text in own if _LABEL_KEY.fullmatch(key) and _LABEL_VALUE.fullmatch(text)}
    return {**fit, LABEL: agreement.metadata.name}


def _slo(agreement: ServiceLevelAgreement, objective: Objective) -> dict[str, Any]:
    name, spec = agreement.metadata.name, agreement.spec
    metadata = {
        "name": slo_name(name, objective.metric),
        "displayName": display_name(name, objective.metric),
        "labels": _labels(agreement),
    }
    indicator = {
        "metadata": {"name": indicator_name(objective.metric)},
        "spec": _indicator(objective, spec.source),
    }
    said = {
        "service": service_name(spec.resource),
        "indicator": indicator,
        "timeWindow": [_window(spec.window)],
        "budgetingMethod": "Occurrences",
        "objectives": [_objective(objective)],
    }
    return {"apiVersion": VERSION, "kind": "SLO", "metadata": metadata, "spec": said}


def _objective(objective: Objective) -> dict[str, Any]:
    target = objective.target
    if objective.metric in PERCENTILES:
        return {"op": "lte", "value": plain(target), "targetPercent": PERCENTILES[objective.metric]}
    percent = complement(target) if objective.metric == "error_rate_percent" else target
    if percent is None:
        raise _Unsayable(f"no number is exactly 100 less {target!r}")
    if percent >= 100:
        raise _Unsayable("a target without any error budget, for OpenSLO has targets below 100 percent only")
    return {"targetPercent": plain(percent)}


def _window(window: Window) -> dict[str, Any]:
    if window.kind == "rolling":
        return {"duration": f"{window.days}d", "isRolling": True}
    calendar = {"startTime": START, "timeZone": window.timezone or "UTC"}
    return {"duration": PERIODS[window.period or "month"], "calendar": calendar, "isRolling": False}


def _indicator(objective: Objective, source: MeasurementSource) -> dict[str, Any]:
    if source.type != "prometheus":
        same = {"metricSource": _source(source, None)}
        if objective.metric in PERCENTILES:
            return {"thresholdMetric": same}
        part = "bad" if objective.metric == "error_rate_percent" else "good"
        return {"ratioMetric": {"counter": False, part: same, "total": same}}
    queries: dict[str, str] = {str(column): text for column, text in (source.queries or {}).items()}
    columns = columns_of(objective, source)
    for column in columns:
        if column not in queries:
            raise _Unsayable(f"its source has no query for `{column}`")
    asked = [queries[column] for column in columns]
    if len(asked) == 1:
        return {"thresholdMetric": {"metricSource": _source(source, asked[0])}}
    whole = total_of(asked[1], asked[0]) if columns[0] == "down_seconds" else asked[1]
    bad, total = ({"metricSource": _source(source, query)} for query in (asked[0], whole))
    return {"ratioMetric": {"counter": False, "bad": bad, "total": total}}


def total_of(up: str, down: str) -> str:
    """The query for all seconds; queries stand on lines of their own, since they may end with a comment."""
    return f"(\n{up}\n) + (\n{down}\n)"


def _source(source: MeasurementSource, query: str | None) -> dict[str, Any]:
    """The source as the fields of its own type; the address of its connection is nowhere but in Settings."""
    fields = source.model_dump(mode="json", exclude_none=True, exclude={"type", "connection", "queries"})
    if source.type == "prometheus":
        fields = {key: value for key, value in fields.items() if key != "shape"} | {"query": query}
    named = {"metricSourceRef": source.connection} if source.connection else {}
    return {**named, "type": TYPES[source.type], "spec": fields}
