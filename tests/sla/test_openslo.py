"""OpenSLO both ways: what both can say survives, what cannot be said is listed, and nothing is promised otherwise."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.kinds.service_level_agreement import ServiceLevelAgreement
from govops.sla.alerts import columns_of
from govops.sla.openslo import Given, Imported, exported, imported
from govops.sla.openslo.words import indicator_name
from govops.yamlio import dump, read

NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True).filter(lambda name: name not in ("con", "nul"))
TEXTS = st.text(st.characters(categories=("L", "N", "P", "S"), max_codepoint=0x2FF), min_size=1, max_size=60)
QUERY = st.builds(lambda text: f"{text}[$window]", TEXTS)
RESOURCES = st.sampled_from(["Model/fraud", "ModelVersion/fraud/1.0.0+a.b", "Deployment/production/fraud", "UseCase/x"])
PERCENT = st.decimals(0, 100, places=3).map(float) | st.floats(0, 100)
DURATION = st.sampled_from(["1m", "12h", "30d"])
WINDOWS = st.builds(lambda days: {"kind": "rolling", "days": days}, st.integers(1, 366)) | st.builds(
    lambda period, zone: {"kind": "calendar", "period": period, **({"timezone": zone} if zone else {})},
    st.sampled_from(["month", "week", "day"]),
    st.sampled_from(["Europe/Lisbon", None]),
)
COLUMNS = ("p95_ms", "p99_ms", "total", "failed", "up_seconds", "down_seconds")
OBJECTIVES = st.lists(
    st.builds(
        lambda metric, target: {"metric": metric, "target": target},
        st.sampled_from(["response_time_p95_ms", "response_time_p99_ms", "availability_percent", "error_rate_percent"]),
        PERCENT,
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda objective: objective["metric"],
)


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


SOURCES = (
    st.builds(
        lambda queries, more: {"type": "prometheus", "connection": "metrics", "queries": queries, **more},
        st.fixed_dictionaries({}, optional=dict.fromkeys(("p50_ms", *COLUMNS), QUERY)).filter(bool),
        optional(step=DURATION, gap=DURATION),
    )
    | st.builds(
        lambda query, more: {"type": "sql", "connection": "warehouse", "query": query, **more},
        TEXTS,
        optional(gap=DURATION, timezone=st.just("Europe/Vienna"), shape=st.sampled_from(["points", "requests"])),
    )
    | st.builds(lambda more: {"type": "file", "files": ["a/*.csv", "b.csv"], **more}, optional(gap=DURATION))
)


def agreement(name: str = "answers", **spec: Any) -> ServiceLevelAgreement:
    """As if it had been read: no number is spelled on the way."""
    defaults: dict[str, Any] = {"resource": "Model/fraud", "window": {"kind": "rolling", "days": 30}, "at_risk": 80}
    return ServiceLevelAgreement.model_validate(
        {
            "apiVersion": "govops/v1",
            "kind": "ServiceLevelAgreement",
            "metadata": {"name": name},
            "spec": {**defaults, **spec},
        }
    )


def back(documents: Any, given: Given | None = None) -> Imported:
    """Import what was written, by way of the text."""
    texts = [dump(document).encode() for document in documents]
    values = [read(text).value for text in texts]
    assert None not in values
    return imported([value for value in values if value is not None], given or Given())


@given(NAMES, RESOURCES, OBJECTIVES, WINDOWS, SOURCES)
def test_what_both_can_say_survives_the_way_there_and_back(
    name: str, about: str, objectives: list[dict[str, Any]], window: dict[str, Any], source: dict[str, Any]
) -> None:
    """Every objective that has a document comes back as it was; every other one, and every query, is listed."""
    one = agreement(name, resource=about, objectives=objectives, window=window, source=source)
    made = exported(one)
    told = "\n".join(made.unsaid)
    found = back(made.documents, Given(at_risk=one.spec.at_risk))
    assert found.unsaid == () or all("has no $window" in reason for reason in found.unsaid)
    if not made.documents:
        assert all(objective["metric"] in told for objective in objectives)
        return
    (draft,) = found.drafts
    assert (draft.name, dict(draft.labels)) == (name, {})
    again = agreement(draft.name, **draft.spec)
    said = {document["spec"]["indicator"]["metadata"]["name"] for document in made.documents[1:]}
    kept = {objective.metric: objective.target for objective in again.spec.objectives}
    assert kept == {o.metric: o.target for o in one.spec.objectives if indicator_name(o.metric) in said}
    assert all(f"{o.metric}: " in told for o in one.spec.objectives if o.metric not in kept)
    assert again.spec.resource == about
    assert again.spec.window == one.spec.window
    mine, theirs = (spec.source.model_dump(exclude={"queries"}) for spec in (one.spec, again.spec))
    assert mine == theirs
    needed = {column for o in again.spec.objectives for column in columns_of(o, one.spec.source)}
    queries = one.spec.source.queries or {}
    assert dict(again.spec.source.queries or {}) == {c: text for c, text in queries.items() if c in needed}
    unsaid = {column for o in one.spec.objectives if o.metric not in kept for column in columns_of(o, one.spec.source)}
    assert all(f"`{column}`" in told for column in queries if column not in needed | unsaid)


@given(NAMES, RESOURCES, OBJECTIVES, WINDOWS, SOURCES)
def test_what_is_written_is_openslo(
    name: str, about: str, objectives: list[dict[str, Any]], window: dict[str, Any], source: dict[str, Any]
) -> None:
    """By the rules of its specification, put down here once more: names, required fields, one indicator, targets."""
    made = exported(agreement(name, resource=about, objectives=objectives, window=window, source=source))
    kinds = [document["kind"] for document in made.documents]
    assert kinds == [] or (kinds[0] == "Service" and set(kinds[1:]) == {"SLO"})
    names = {document["metadata"]["name"] for document in made.documents}
    assert len(names) == len(kinds)
    for document in made.documents:
        assert document["apiVersion"] == "openslo/v1"
        assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", document["metadata"]["name"])
        assert len(document["metadata"].get("displayName", "")) <= 63
    for document in made.documents[1:]:
        spec = document["spec"]
        assert spec["service"] in names
        assert spec["budgetingMethod"] == "Occurrences"
        (said,) = spec["timeWindow"]
        assert re.fullmatch(r"[1-9][0-9]*[mhdwMQY]", said["duration"])
        assert said["isRolling"] != ("calendar" in said)
        (objective,) = spec["objectives"]
        assert 0 <= objective["targetPercent"] < 100
        (metric,) = spec["indicator"]["spec"].values()
        assert ("op" in objective and "value" in objective) == ("metricSource" in metric)


def test_what_openslo_cannot_say_is_listed() -> None:
    """All of it: nothing is dropped without a word."""
    queries = {"total": "t[$window]", "failed": "f[$window]", "p50_ms": "p[$window]"}
    made = exported(
        agreement(
            objectives=[
                {"metric": "error_rate_percent", "target": 0},
                {"metric": "availability_percent", "target": 99},
            ],
            incident_response_minutes=30,
            incident_resolution_minutes=480,
            maintenance=[{"start": "2026-01-01T00:00:00Z", "end": "2026-01-02T00:00:00Z", "reason": "a disk"}],
            source={"type": "prometheus", "connection": "metrics", "queries": queries},
        )
    )
    assert made.unsaid == (
        "at_risk: 80",
        "incident_response_minutes: 30",
        "incident_resolution_minutes: 480",
        "maintenance: from 2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z",
        "the query for `p50_ms`, which no objective is judged by",
        "error_rate_percent: a target without any error budget, for OpenSLO has targets below 100 percent only",
    )
    assert len(made.documents) == 2


FOREIGN: dict[str, Any] = {
    "apiVersion": "openslo/v1",
    "kind": "SLO",
    "metadata": {"name": "checkout"},
    "spec": {
        "service": "shop",
        "indicator": {
            "metadata": {"name": "good-answers"},
            "spec": {
                "ratioMetric": {
                    "counter": True,
                    "good": {
                        "metricSource": {
                            "metricSourceRef": "prom",
                            "type": "Prometheus",
                            "spec": {"query": "g[$window]"},
                        }
                    },
                    "total": {
                        "metricSource": {
                            "metricSourceRef": "prom",
                            "type": "Prometheus",
                            "spec": {"query": "t[$window]"},
                        }
                    },
                }
            },
        },
        "timeWindow": [{"duration": "4w", "isRolling": True}],
        "budgetingMethod": "Occurrences",
        "objectives": [{"target": 0.995}],
    },
}
SHOP = Given({"shop": "UseCase/shop"})


def foreign(**spec: Any) -> dict[str, Any]:
    """Somebody else's SLO with other fields than usual; None leaves one out."""
    fields = {key: value for key, value in {**FOREIGN["spec"], **spec}.items() if value is not None}
    return {**FOREIGN, "spec": fields}


def test_somebody_elses_slo_becomes_an_agreement() -> None:
    """Good of all is what did not fail; weeks are days; a fraction is a percentage."""
    found = back([foreign()], SHOP)
    assert found.unsaid == ()
    (draft,) = found.drafts
    assert draft.name == "checkout"
    assert draft.spec == {
        "resource": "UseCase/shop",
        "objectives": [{"metric": "availability_percent", "target": 99.5}],
        "window": {"kind": "rolling", "days": 28},
        "at_risk": 80,
        "source": {
            "type": "prometheus",
            "connection": "prom",
            "queries": {"total": "t[$window]", "failed": "(\nt[$window]\n) - (\ng[$window]\n)"},
        },
    }


def threshold(percent: float, op: str = "lte", **spec: Any) -> dict[str, Any]:
    source = {"type": "SQL", "metricSourceRef": "warehouse", "spec": {"query": "SELECT 1", "shape": "requests"}}
    indicator = {"metadata": {"name": "slow"}, "spec": {"thresholdMetric": {"metricSource": source}}}
    return foreign(indicator=indicator, objectives=[{"op": op, "value": 250, "targetPercent": percent}], **spec)


@pytest.mark.parametrize(("percent", "metric"), [(95, "response_time_p95_ms"), (99, "response_time_p99_ms")])
def test_a_threshold_for_most_of_all_is_a_percentile(percent: float, metric: str) -> None:
    """95 percent of all are at most 250 ms: that is the 95th percentile by nearest rank."""
    (draft,) = back([threshold(percent)], SHOP).drafts
    assert draft.spec["objectives"] == [{"metric": metric, "target": 250}]


CALENDAR = {"startTime": "2024-01-01 00:00:00", "timeZone": "Europe/Lisbon"}
OTHERWISE: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown service": (foreign(service="other"), "give --service other=KIND/NAME"),
    "slices of time": (foreign(budgetingMethod="Timeslices"), "agreements count occurrences"),
    "no window": (foreign(timeWindow=None), "it has no time window"),
    "a rolling month": (foreign(timeWindow=[{"duration": "1M", "isRolling": True}]), "has whole days"),
    "an hour": (foreign(timeWindow=[{"duration": "1h", "isRolling": True}]), "has whole days"),
    "a quarter": (foreign(timeWindow=[{"duration": "1Q", "calendar": CALENDAR}]), "a calendar window"),
    "a month from its middle": (
        foreign(timeWindow=[{"duration": "1M", "calendar": {**CALENDAR, "startTime": "2024-01-15 00:00:00"}}]),
        "a calendar window",
    ),
    "a week from Tuesday": (
        foreign(timeWindow=[{"duration": "1w", "calendar": {**CALENDAR, "startTime": "2024-01-02 00:00:00"}}]),
        "a calendar window",
    ),
    "a day from noon": (
        foreign(timeWindow=[{"duration": "1d", "calendar": {**CALENDAR, "startTime": "2024-01-01 12:00:00"}}]),
        "a calendar window",
    ),
    "two targets": (foreign(objectives=[{"target": 0.9}, {"target": 0.99}]), "it has 2 objectives"),
    "no objective": (foreign(objectives=[]), "it has 0 objectives"),
    "no target": (foreign(objectives=[{}]), "no number as `target`"),
    "a target in words": (foreign(objectives=[{"target": "high"}]), "no number as `target`"),
    "another percentile": (threshold(90), "`at most` for 95 or 99 percent"),
    "at least": (threshold(95, "gte"), "`at most` for 95 or 99 percent"),
    "an indicator elsewhere": (foreign(indicator=None, indicatorRef="sli"), "`sli` is not in the file"),
    "no indicator": (foreign(indicator=None), "no indicator of its own"),
    "another source": (
        foreign(
            indicator={
                "spec": {
                    "ratioMetric": {
                        "bad": {"metricSource": {"type": "SQL", "metricSourceRef": "a"}},
                        "total": {"metricSource": {"type": "SQL", "metricSourceRef": "b"}},
                    }
                }
            }
        ),
        "different sources",
    ),
    "a source that is not asked": (
        foreign(
            indicator={
                "spec": {
                    "ratioMetric": {p: {"metricSource": {"type": "Datadog", "spec": {}}} for p in ("bad", "total")}
                }
            }
        ),
        "of type `Datadog`",
    ),
    "a ratio of its own": (foreign(indicator={"spec": {"ratioMetric": {"raw": {}}}}), "computed already"),
}


@pytest.mark.parametrize(("document", "reason"), OTHERWISE.values(), ids=OTHERWISE)
def test_what_would_be_another_promise_is_left_out(document: dict[str, Any], reason: str) -> None:
    """And named, with the reason."""
    found = back([document], SHOP)
    assert found.drafts == ()
    (told,) = found.unsaid
    assert told.startswith("SLO `checkout` is left out: ")
    assert reason in told


def test_what_else_an_slo_says_is_listed() -> None:
    """It says the same without it, so it is imported."""
    document = foreign(description="Text", alertPolicies=[{"alertPolicyRef": "page"}])
    document["metadata"] = {
        "name": "checkout",
        "displayName": "The shop",
        "labels": {"team": "shop", "Area": "x", "many": ["a", "b"]},
        "annotations": {"a": "b"},
    }
    others = [
        {"apiVersion": "openslo/v1", "kind": "AlertPolicy", "metadata": {"name": "page"}, "spec": {}},
        {
            "apiVersion": "openslo/v1",
            "kind": "DataSource",
            "metadata": {"name": "prom"},
            "spec": {"type": "Prometheus", "connectionDetails": {"url": "https://p"}},
        },
        {"apiVersion": "openslo/v2alpha", "kind": "SLO", "metadata": {"name": "newer"}, "spec": {}},
    ]
    found = back([document, *others], SHOP)
    assert dict(found.drafts[0].labels) == {"team": "shop"}
    assert sorted(found.unsaid) == [
        "AlertPolicy `page`: alerts and whom they tell are EscalationRules here",
        "DataSource `prom`: its connectionDetails; addresses stand in Settings, secrets nowhere",
        "SLO `checkout`: its alertPolicies",
        "SLO `checkout`: its annotations",
        "SLO `checkout`: its description",
        "SLO `checkout`: its displayName",
        "SLO `checkout`: its label `Area`",
        "SLO `checkout`: its label `many`",
        "SLO `newer` is left out: it is of `openslo/v2alpha`, not of `openslo/v1`",
    ]


@pytest.mark.threat("I16")
def test_no_address_comes_in() -> None:
    """A data source has a name; where it is and how to log in is nobody's business in a pull request."""
    source = {
        "apiVersion": "openslo/v1",
        "kind": "DataSource",
        "metadata": {"name": "prom"},
        "spec": {"type": "Prometheus", "connectionDetails": {"url": "https://evil.example", "password": "hunter2"}},
    }
    found = back([source, foreign()], SHOP)
    assert "evil" not in repr(found.drafts)
    assert "hunter2" not in repr(found)


def test_slos_that_are_at_odds_are_not_joined() -> None:
    """A label makes two SLOs one agreement only where window, resource and source are the same."""

    def labelled(name: str, **spec: Any) -> dict[str, Any]:
        return {**foreign(**spec), "metadata": {"name": name, "labels": {"sla": "shop"}}}

    found = back(
        [labelled("a"), labelled("b", timeWindow=[{"duration": "7d", "isRolling": True}]), labelled("c")], SHOP
    )
    assert [draft.name for draft in found.drafts] == ["shop"]
    assert found.unsaid == (
        "SLO `b` is left out: its resource, window or source is at odds with that of `a`",
        "SLO `c` is left out: its objective is at odds with that of `a`",
    )


def test_a_query_that_asks_of_no_window_is_pointed_out() -> None:
    document = foreign()
    document["spec"]["indicator"] = {
        "spec": {
            "ratioMetric": {
                p: {
                    "metricSource": {
                        "type": "prometheus",
                        "metricSourceRef": "prom",
                        "spec": {"query": f"{p}_total", "region": "eu"},
                    }
                }
                for p in ("bad", "total")
            }
        }
    }
    found = back([document], SHOP)
    assert found.unsaid == (
        "SLO `checkout`: `region` of its source",
        "SLO `checkout`: its query for `total` has no $window; write it in",
        "SLO `checkout`: its query for `failed` has no $window; write it in",
    )
    assert found.drafts[0].spec["objectives"] == [{"metric": "error_rate_percent", "target": 0.5}]


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-1e9, 1e9) | st.sampled_from(["", "1d", "SQL", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "sla", "spec"]), inner),
    max_leaves=4,
)


@given(st.data())
def test_no_document_breaks_the_reader(data: st.DataObject) -> None:
    """With any value in any place there is an agreement, or a reason."""
    document = copy.deepcopy(data.draw(st.sampled_from([foreign(), threshold(95), foreign(indicatorRef="a")])))
    where: Any = document
    while True:
        key = data.draw(st.sampled_from(list(where) if isinstance(where, dict) else range(len(where))))
        if not isinstance(where[key], dict | list) or not where[key] or data.draw(st.booleans()):
            break
        where = where[key]
    where[key] = data.draw(JSON)
    found = imported([document, data.draw(st.just({}) | JSON.filter(lambda one: isinstance(one, dict)))], SHOP)
    assert found.drafts or found.unsaid
