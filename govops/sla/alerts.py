"""Alert rules for Prometheus, from an agreement that Prometheus measures: values of YAML, nothing is asked.

Of a share (availability, error rate) an alert tells how fast the error budget is used, over a long and a short window
at once: the long one says that it matters, the short one that it still goes on. Of a response time it tells that the
percentile is above its target in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from govops.kinds.measurement_source import MeasurementSource
from govops.kinds.service_level_agreement import Maintenance, Objective, ServiceLevelAgreement, Window
from govops.sla.instants import unix

WINDOW = "$window"

_DAYS = {"month": 30, "week": 7, "day": 1}
_SLOWEST = {"page": 2, "ticket": 1}  # nobody is woken by a budget that would last half of its window
# The share of the budget that may go within the hours of the long window, before somebody is told.
_STEPS = (
    (Fraction(2, 100), 1, "1h", "5m", "page"),
    (Fraction(5, 100), 6, "6h", "30m", "page"),
    (Fraction(10, 100), 24, "1d", "2h", "ticket"),
    (Fraction(10, 100), 72, "3d", "6h", "ticket"),
)
_RECENT = ("1h", "5m")
_PERCENTILES: Mapping[str, str] = {"response_time_p95_ms": "p95_ms", "response_time_p99_ms": "p99_ms"}
_SHORT_SECONDS = {"5m": 300, "30m": 1800, "2h": 7200, "6h": 21600}


@dataclass(frozen=True, slots=True)
class Stood:
    """An agreement as it stands: the ``owner`` of its resource ("" where nobody is named), and the ``commit`` that
    gave it its content.
    """

    agreement: ServiceLevelAgreement
    owner: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Tell by ``severity`` when the budget goes ``burn`` times as fast as it may, over ``long`` and ``short``."""

    burn: Fraction
    long: str
    short: str
    severity: str


@dataclass(frozen=True, slots=True)
class Alerts:
    """A group of rules as Prometheus reads it, None where there is none; ``lacking`` says what has no rule, and why."""

    group: Mapping[str, Any] | None
    lacking: tuple[str, ...] = ()


def alerts(stood: Stood) -> Alerts:
    """The rules of one agreement, in the order of its objectives."""
    agreement = stood.agreement
    if agreement.spec.source.type != "prometheus":
        kind = agreement.spec.source.type
        return Alerts(None, (f"its source is of type {kind}, and Prometheus alerts on what Prometheus measures",))
    rules, lacking = list[dict[str, Any]](), list[str]()
    for objective in agreement.spec.objectives:
        found = list(_rules(objective, stood)) if (reason := _lack(objective, agreement.spec.source)) is None else []
        rules += found
        if not found:
            why = reason or "no failure could ever use up its error budget"
            lacking.append(f"{objective.metric}: {why}")
    group = {"name": f"govops {agreement.metadata.name}", "rules": rules} if rules else None
    return Alerts(group, tuple(lacking))


def steps(window: Window, budget: Fraction) -> Iterator[Step]:
    """When somebody is told, the most urgent first. ``budget`` is the share of bad events that the target allows.

    What not even a total failure could reach is left out, and so is what says nothing more than the step before.
    """
    hours = 24 * (window.days or _DAYS[window.period or "month"])
    before = None
    for share, length, long, short, severity in _STEPS:
        burn = max(share * hours / length, Fraction(_SLOWEST[severity]))
        if length > hours or (before is not None and burn >= before):
            continue
        before = burn
        if burn * budget < 1:
            yield Step(burn, long, short, severity)


def budget_of(objective: Objective) -> Fraction:
    """The share of bad events that an availability or error rate allows, exactly as the target is written."""
    share = Fraction(str(objective.target)) / 100
    return 1 - share if objective.metric == "availability_percent" else share


def escaped(text: str) -> str:
    """A text that Prometheus shows as it is: labels and annotations are templates to it."""
    return text.replace("{{", '{{ "{{" }}')


def _lack(objective: Objective, source: MeasurementSource) -> str | None:
    """What is missing for rules of this objective."""
    queries = _queries(source)
    for column in columns_of(objective, source):
        if column not in queries:
            return f"its source has no query for `{column}`"
        if WINDOW not in queries[column]:
            return f"its query for `{column}` has no {WINDOW}, so nobody can ask it of the last hour"
    return None


def _queries(source: MeasurementSource) -> dict[str, str]:
    return {str(column): text for column, text in (source.queries or {}).items()}


def columns_of(objective: Objective, source: MeasurementSource) -> tuple[str, ...]:
    """The columns of points that the objective is judged by: of a share, the bad events first."""
    if objective.metric in _PERCENTILES:
        return (_PERCENTILES[objective.metric],)
    seconds = {"up_seconds", "down_seconds"} <= _queries(source).keys()
    is_measured = objective.metric == "availability_percent" and seconds
    return ("down_seconds", "up_seconds") if is_measured else ("failed", "total")


def _rules(objective: Objective, stood: Stood) -> Iterator[dict[str, Any]]:
    spec = stood.agreement.spec
    columns = columns_of(objective, spec.source)
    asked = [_queries(spec.source)[column] for column in columns]
    if len(columns) == 1:
        expression = _both("({0}) > " + _number(Fraction(str(objective.target))), asked, *_RECENT)
        yield _rule("SlaResponseTime", ("ticket", expression, *_RECENT), objective, stood)
        return
    budget = budget_of(objective)
    if not budget:
        expression = _both("({0}) > 0", asked, *_RECENT)
        yield _rule("SlaBudgetBurn", ("page", expression, *_RECENT), objective, stood)
        return
    share = "({0}) / (({1}) + ({0}))" if columns[0] == "down_seconds" else "({0}) / ({1})"
    for step in steps(spec.window, budget):
        expression = _both(f"{share} > {_number(step.burn * budget)}", asked, step.long, step.short)
        rule = _rule("SlaBudgetBurn", (step.severity, expression, step.long, step.short), objective, stood)
        rule["annotations"]["burn_rate"] = _number(step.burn)
        yield rule


def _rule(name: str, said: tuple[str, str, str, str], objective: Objective, stood: Stood) -> dict[str, Any]:
    """A rule; ``said`` are the severity, the expression, and the long and the short window."""
    agreement, (severity, expression, long, short) = stood.agreement, said
    labels = {
        "severity": severity,
        "sla": agreement.metadata.name,
        "resource": agreement.spec.resource,
        "objective": objective.metric,
        "window": long,
        "owner": stood.owner,
    }
    limit = "at least" if objective.metric == "availability_percent" else "at most"
    told = {
        "summary": f"{agreement.spec.resource} is about to miss {agreement.metadata.name}",
        "description": f"{objective.metric} was promised to be {limit} {_number(Fraction(str(objective.target)))}",
        "commit": stood.commit,
    }
    return {
        "alert": name,
        "expr": expression + _resting(agreement.spec.maintenance, short),
        "labels": {key: escaped(text) for key, text in labels.items() if text},
        "annotations": {key: escaped(text) for key, text in told.items() if text},
    }


def _both(shape: str, queries: list[str], long: str, short: str) -> str:
    """The shape holds over both windows. A query stands on lines of its own: it may end with a comment."""
    parts = (shape.format(*(f"\n{query.replace(WINDOW, window)}\n" for query in queries)) for window in (long, short))
    return "\nand\n".join(parts)


def _resting(maintenance: tuple[Maintenance, ...], short: str) -> str:
    """Silence while the promise rests, and until the short window has forgotten it."""
    spans = [
        f"vector(time()) >= {unix(one.start)} and vector(time()) < {unix(one.end) + _SHORT_SECONDS[short]}"
        for one in maintenance
    ]
    return "\nunless on()\n(\n" + "\nor\n".join(spans) + "\n)" if spans else ""


def _number(value: Fraction) -> str:
    """A number of PromQL, to ten digits."""
    return format(float(value), ".10g")
