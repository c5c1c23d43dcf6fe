"""Charts are drawn the same each time, tell in words what they show, and hold nothing that somebody smuggled in."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given

from govops.errors import UsageError
from govops.render.service.charts import stream_charts
from govops.render.service.trends import sparkline_words, trend_words
from govops.service import AgreementStanding, ServiceReport, Trend
from tests.render.naughty import STRINGS
from tests.render.sample_service import service, trend
from tests.render.strategies import service_reports

SVG = "{http://www.w3.org/2000/svg}"
OURS = {"svg", "title", "style", "defs", "pattern", "rect", "path", "circle", "text", "g"}
UP = "availability_percent"
ATTRIBUTES = {
    *("width", "height", "viewBox", "role", "aria-label", "id", "patternUnits", "fill", "d", "stroke", "stroke-width"),
    *("x", "y", "cx", "cy", "r", "class", "transform", "text-anchor"),
}


def drawn(report: ServiceReport) -> ElementTree.Element:
    return ElementTree.fromstring("".join(stream_charts(report, "svg")))


def of(*trends: Trend, name: str = "fraud") -> ServiceReport:
    agreement = AgreementStanding(name, "registry/slas/fraud.yaml", "Model/fraud", "28 days", Fraction(80), (), trends)
    return replace(service(), agreements=(agreement,))


@pytest.mark.threat("G02")
@given(service_reports())
def test_whatever_is_drawn_is_well_formed_and_holds_our_elements_only(report: ServiceReport) -> None:
    """No element, attribute or address that the report brought with it."""
    root = drawn(report)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= OURS
    assert {name for element in root.iter() for name in element.attrib} <= ATTRIBUTES


@pytest.mark.threat("G02")
@pytest.mark.parametrize("text", STRINGS, ids=[f"{text[:20]!a}" for text in STRINGS])
def test_a_hostile_name_is_text(text: str) -> None:
    """It stands in a heading, as far as it can be seen."""
    plain, hostile = drawn(of(trend(UP, 99, ["99"]), name="x")), drawn(of(trend(UP, 99, ["99"]), name=text))
    assert [element.tag for element in hostile.iter()] == [element.tag for element in plain.iter()]


@given(service_reports())
def test_nothing_is_drawn_outside(report: ServiceReport) -> None:
    """Whatever the values are."""
    root = drawn(report)
    width, height = int(root.attrib["width"]), int(root.attrib["height"])
    for element in root.iter():
        assert all(0 <= float(element.attrib.get(name, 0)) <= width for name in ("x", "cx", "width"))
        assert all(-3 <= float(element.attrib.get(name, 0)) <= height for name in ("y", "cy", "height"))


def test_the_same_report_gives_the_same_bytes() -> None:
    assert list(stream_charts(service(), "svg")) == list(stream_charts(service(), "svg"))


def test_it_is_readable_in_black_and_white() -> None:
    """No colour but black, white and one grey; what differs has another shape."""
    text = "".join(stream_charts(service(), "svg"))
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", text)) <= {"#000", "#fff", "#777"}
    root = drawn(of(trend(UP, 99, ["99.5", "98", None, "99"])))
    assert len(root.findall(f".//{SVG}circle[@class='k']")) == 2
    assert len(root.findall(f".//{SVG}rect[@class='m']")) == 1
    assert len(root.findall(f".//{SVG}path[@class='a']")) == 1
    assert len(root.findall(f".//{SVG}path[@class='t']")) == 1


def test_a_day_without_data_breaks_the_line() -> None:
    """Nothing is drawn where nothing was measured."""
    root = drawn(of(trend(UP, 99, ["99.5", "99.4", None, "99", "99.1"])))
    assert len(root.findall(f".//{SVG}path[@class='p']")) == 2


def test_every_drawing_says_in_words_what_it_shows() -> None:
    """For those who cannot see it, and for tools."""
    root = drawn(service())
    groups = root.findall(f".//{SVG}g[@role='img']")
    assert len(groups) == 4 + 3  # budgets and trends
    for group in (root, *groups):
        title = group.find(f"{SVG}title")
        assert title is not None
        assert title.text == group.attrib["aria-label"]
    assert any("120 % of the error budget used" in group.attrib["aria-label"] for group in groups)


def test_a_hundred_percent_is_drawn_at_the_edge_and_never_hides_a_miss() -> None:
    """99.9996 under a promise of 100 is a square, and is told as 99.99."""
    root = drawn(of(trend(UP, 100, ["100", "99.9996"])))
    assert len(root.findall(f".//{SVG}rect[@class='m']")) == 1
    assert "99.99 to 100" in "".join(root.itertext())


def test_a_sparkline_has_the_same_in_numbers_beside_it() -> None:
    found = trend("response_time_p95_ms", 600, ["120", "410", None, "700"])
    assert sparkline_words(found) == "▁▄·█ (4 days: 120 to 700, last 700, 1 missed, 1 without data)"
    assert trend_words(trend(UP, 99, [None])) == "1 day: no data"


def test_a_sparkline_has_the_last_month_and_a_chart_all_of_it() -> None:
    found = trend(UP, 99, ["98"] + ["99.5"] * 99)
    assert sparkline_words(found).endswith("(31 days: 99.5 to 99.5, last 99.5)")
    assert len(drawn(of(found)).findall(f".//{SVG}rect[@class='m']")) == 1


def test_without_agreements_it_says_so() -> None:
    assert "There are no agreements." in "".join(drawn(replace(service(), agreements=())).itertext())


def test_text_has_a_line_for_each_trend() -> None:
    lines = "".join(stream_charts(service(), "text")).splitlines()
    assert len(lines) == 3
    assert lines[-1] == "churn: availability at least 99 %: ··· (3 days: no data)"


def test_another_format_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no format 'png'"):
        stream_charts(service(), "png")
