"""Alert rules as Prometheus' own tool sees them: they load, and fire when they must, and only then."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from govops.app.sla.alerting import written
from govops.kinds.service_level_agreement import ServiceLevelAgreement, Window
from govops.sla.alerts import Stood, alerts, escaped, steps
from tests.support.facts import read
from tests.support.files import sla
from tests.support.lowest import ROOT
from tests.support.promtool import RuleTest

QUERIES = {
    "total": "sum(increase(requests_total[$window]))",
    "failed": 'sum(increase(requests_total{code=~"5.."}[$window]))',
    "p95_ms": "max(avg_over_time(p95[$window]))",
    "up_seconds": "sum(increase(up_seconds_total[$window]))",
    "down_seconds": "sum(increase(down_seconds_total[$window]))",
}
BURN, SLOW = "SlaBudgetBurn", "SlaResponseTime"
EVERY = [(BURN, window) for window in ("1h", "6h", "1d", "3d")]


def agreement(**spec: Any) -> ServiceLevelAgreement:
    """An agreement that Prometheus measures, about its error rate unless told otherwise."""
    source = {"type": "prometheus", "connection": "metrics", "queries": QUERIES}
    defaults = {"objectives": [{"metric": "error_rate_percent", "target": 0.1}], "source": source}
    found = read(sla("answers", **(defaults | spec)))
    assert isinstance(found, ServiceLevelAgreement)
    return found


def promised(metric: str, target: float, **spec: Any) -> ServiceLevelAgreement:
    """An agreement about one metric."""
    return agreement(objectives=[{"metric": metric, "target": target}], **spec)


def rule_test(folder: Path, one: ServiceLevelAgreement, series: dict[str, str]) -> RuleTest:
    """The rules as they would be written to a file."""
    group = alerts(Stood(one, "alice", "c" * 40)).group
    assert group is not None
    return RuleTest(folder, written([group]), series)


def requests(failing: str) -> dict[str, str]:
    """A hundred good requests a minute for three days, and failures as told."""
    return {'requests_total{code="200"}': "0+100x4460", 'requests_total{code="500"}': failing}


def assert_alone(test: RuleTest, firing: dict[str, Collection[tuple[str, str]]]) -> None:
    """Prometheus would load the rules, and at each of these times these alerts fire and no other."""
    checked = test.check()
    assert checked.returncode == 0, checked.stdout + checked.stderr
    done = test.alone(firing)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_nothing_fires_while_all_is_well(tmp_path: Path) -> None:
    """One failure in two thousand, where one in a thousand is allowed."""
    assert_alone(rule_test(tmp_path, agreement(), requests("0+0.05x4320")), {"1d": ()})


def test_nothing_fires_where_nobody_asks_anything(tmp_path: Path) -> None:
    """No request is no failure, whether the series stands still or is not there."""
    still = {'requests_total{code="200"}': "5+0x4320", 'requests_total{code="500"}': "5+0x4320"}
    assert_alone(rule_test(tmp_path, agreement(), still), {"1d": ()})
    assert_alone(rule_test(tmp_path, agreement(), {}), {"1d": ()})


@pytest.mark.slow
def test_an_outage_calls_somebody_within_the_hour_and_not_when_it_is_over(tmp_path: Path) -> None:
    """Two of a hundred fail for an hour, after days without a failure."""
    outage = rule_test(tmp_path, agreement(), requests("0+0x4200 2+2x59 120+0x200"))
    urgent = [(BURN, "1h")]
    assert_alone(outage, {"70h": (), "70h50m": urgent, "71h": urgent, "71h10m": ()})


@pytest.mark.slow
def test_a_slow_burn_is_a_ticket_and_wakes_nobody(tmp_path: Path) -> None:
    """Four in a thousand for days: the budget of 30 days is gone in a week."""
    assert_alone(rule_test(tmp_path, agreement(), requests("0+0.4x4320")), {"2d": [(BURN, "1d"), (BURN, "3d")]})


@pytest.mark.parametrize(("failing", "firing"), [("0+1x120", ((BURN, "1h"),)), ("0+0x120", ())])
def test_a_target_without_a_budget_allows_no_failure(
    tmp_path: Path, failing: str, firing: tuple[tuple[str, str], ...]
) -> None:
    """A promise of 100 % has no budget to burn: one failure is enough."""
    one = promised("error_rate_percent", 0.0)
    assert_alone(rule_test(tmp_path, one, requests(failing)), {"2h": firing})


@pytest.mark.parametrize(("slow", "firing"), [("700+0x180", ((SLOW, "1h"),)), ("600+0x180", ())])
def test_a_response_time_above_its_target_is_told(
    tmp_path: Path, slow: str, firing: tuple[tuple[str, str], ...]
) -> None:
    """The target itself is kept: it is promised *at most*."""
    assert_alone(rule_test(tmp_path, promised("response_time_p95_ms", 600), {"p95": slow}), {"3h": firing})


def test_availability_is_measured_in_seconds_where_they_are_known(tmp_path: Path) -> None:
    """The requests say nothing of an hour in which nobody could ask."""
    one = promised("availability_percent", 99.9)
    series = {"up_seconds_total": "0+60x120 7200+0x60", "down_seconds_total": "0+0x120 60+60x60"}
    test = rule_test(tmp_path, one, series)
    assert_alone(test, {"2h": (), "3h": EVERY})


def test_availability_is_measured_in_requests_elsewhere(tmp_path: Path) -> None:
    """As it is judged: what did not fail, of all."""
    queries = {name: QUERIES[name] for name in ("total", "failed")}
    source = {"type": "prometheus", "connection": "metrics", "queries": queries}
    one = promised("availability_percent", 99.9, source=source)
    assert_alone(rule_test(tmp_path, one, requests("0+5x180")), {"3h": EVERY})


def test_the_promise_rests_during_maintenance(tmp_path: Path) -> None:
    """Silent in the window and until the short one has forgotten it, not before and not after."""
    rest = {"start": "1970-01-01T02:00:00Z", "end": "1970-01-01T03:00:00Z", "reason": "a new disk"}
    one = promised("error_rate_percent", 0.0, maintenance=[rest])
    test = rule_test(tmp_path, one, requests("0+1x1000"))
    assert_alone(test, {"1h55m": [(BURN, "1h")], "2h": (), "3h": (), "3h5m": [(BURN, "1h")]})


@pytest.mark.threat("F05")
def test_what_stands_in_an_agreement_stays_text(tmp_path: Path) -> None:
    """Neither YAML nor a template of Prometheus is opened by a query, a comment in it, or a name."""
    odd = 'sum(increase(requests_total{code=~"5..",path!="{{ $value }}: [\'\\n"}[$window])) # a comment'
    source = {"type": "prometheus", "connection": "metrics", "queries": QUERIES | {"failed": odd}}
    one = promised("error_rate_percent", 0.0, source=source)
    group = alerts(Stood(one, "{{ .Labels.sla }}: {{ query `up` }}", "c" * 40)).group
    assert group is not None
    assert_alone(RuleTest(tmp_path, written([group]), requests("0+1x120")), {"2h": [(BURN, "1h")]})


def test_the_example_companys_rules_load(tmp_path: Path) -> None:
    """What the demo promises and Prometheus measures has rules."""
    paths = sorted((ROOT / "registry/slas").glob("*.yaml"))
    found = [read((f"registry/slas/{path.name}", path.read_bytes())) for path in paths]
    groups = [alerts(Stood(one)).group for one in found if isinstance(one, ServiceLevelAgreement)]
    rules = written([group for group in groups if group is not None])
    checked = RuleTest(tmp_path, rules, {}).check()
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "5 rules found" in checked.stdout


def test_only_what_is_a_template_is_escaped() -> None:
    assert escaped("fraud-screen") == "fraud-screen"
    assert escaped("a {b} {{c}}") == 'a {b} {{ "{{" }}c}}'


@pytest.mark.parametrize(
    ("window", "told"),
    [
        ({"kind": "rolling", "days": 30}, "14.4/1h 6/6h 3/1d 1/3d"),
        ({"kind": "calendar", "period": "month"}, "14.4/1h 6/6h 3/1d 1/3d"),
        ({"kind": "rolling", "days": 28}, "13.44/1h 5.6/6h 2.8/1d 1/3d"),
        ({"kind": "calendar", "period": "week"}, "3.36/1h 2/6h 1/1d"),
        ({"kind": "rolling", "days": 1}, "2/1h 1/1d"),
        ({"kind": "rolling", "days": 90}, "43.2/1h 18/6h 9/1d 3/3d"),
    ],
)
def test_the_steps_follow_from_the_window(window: dict[str, Any], told: str) -> None:
    """Two percent of a month's budget in an hour is 14.4 times too fast; a budget that lasts is nobody's alarm."""
    found = steps(Window.model_validate(window), Fraction(1, 1000))
    assert " ".join(f"{float(step.burn):g}/{step.long}" for step in found) == told


@pytest.mark.parametrize(
    ("budget", "told"), [(Fraction(1, 10), ["6h", "1d", "3d"]), (Fraction(1, 2), ["3d"]), (Fraction(1), [])]
)
def test_what_no_failure_can_reach_is_left_out(budget: Fraction, told: list[str]) -> None:
    """Where half of all may fail, a total outage uses the budget twice as fast as it may and not fourteen times."""
    found = steps(Window.model_validate({"kind": "rolling", "days": 30}), budget)
    assert [step.long for step in found] == told


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ({"source": {"type": "file", "files": ["a.csv"]}}, "its source is of type file"),
        ({"objectives": [{"metric": "response_time_p99_ms", "target": 1}]}, "no query for `p99_ms`"),
        ({"objectives": [{"metric": "error_rate_percent", "target": 100}]}, "no failure could ever"),
        (
            {
                "source": {
                    "type": "prometheus",
                    "connection": "m",
                    "queries": QUERIES | {"failed": "sum(increase(x[1h]))"},
                }
            },
            "query for `failed` has no $window",
        ),
    ],
)
def test_an_agreement_without_an_alert_says_why(spec: dict[str, Any], reason: str) -> None:
    found = alerts(Stood(agreement(**spec)))
    assert found.group is None
    assert reason in "\n".join(found.lacking)
