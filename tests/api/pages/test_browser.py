"""The pages in a real browser: what it asks for, what a screen reader gets of them, and whether they fit."""

from __future__ import annotations

import pytest

from tests.support.chromium import Chromium

PAGES = ("/", "/models/fraud-screen/versions/2.1.0", "/proposals/6f1e", "/slas/claims-triage-response", "/audit-log")
HARMLESS = "data:"


@pytest.mark.parametrize("path", PAGES)
def test_a_narrow_window_is_wide_enough(browser: Chromium, address: str, path: str) -> None:
    """At 320 px, which is also 1280 px at 400 %, nothing has to be scrolled sideways, tables included."""
    browser.look(width=320)
    browser.go(address + path)
    assert browser.value("document.documentElement.scrollWidth") == 320
    wider = "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).length"
    assert browser.value(wider) == 0


def test_a_table_stays_a_table_where_it_is_stacked(browser: Chromium, address: str) -> None:
    """For a screen reader, a narrow window changes nothing: rows, headers and cells, each title once."""
    told = []
    for width in (1280, 320):
        browser.look(width=width)
        browser.go(f"{address}/proposals/6f1e")
        parts = ("table", "row", "columnheader", "rowheader", "cell")
        told.append([(node.role, node.name) for node in browser.tree() if node.role in parts])
    assert told[0] == told[1]
    assert ("columnheader", "Decision") in told[0]


@pytest.mark.parametrize("path", PAGES)
def test_the_browser_asks_this_server_alone_and_has_nothing_to_complain_about(
    browser: Chromium, address: str, path: str
) -> None:
    """Nothing is blocked by the policy, since nothing needs what it forbids."""
    browser.look(width=1280)
    before, complaints = len(browser.requests), len(browser.complaints)
    browser.go(address + path)
    asked = [url for url in browser.requests[before:] if not url.startswith(HARMLESS)]
    assert asked[0] == address + path
    assert set(asked) <= {address + path, f"{address}/govops.css"}
    assert browser.complaints[complaints:] == []


def test_dark_is_dark(browser: Chromium, address: str) -> None:
    """The colours follow what the reader's system says."""
    grounds = []
    for dark in (False, True):
        browser.look(width=1280, dark=dark)
        browser.go(f"{address}/")
        grounds.append(browser.value("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(255, 255, 255)", "rgb(19, 22, 26)"]


def test_a_screen_reader_gets_the_tree_of_the_verdict(browser: Chromium, address: str) -> None:
    """Landmarks, headings in order, tables with names and headers, statuses as words without their marks."""
    browser.look(width=1280)
    browser.go(f"{address}/proposals/6f1e")
    nodes = browser.tree()
    roles = [node.role for node in nodes]
    assert {"banner", "navigation", "main", "contentinfo"} <= set(roles)
    headings = [(node.properties["level"], node.name) for node in nodes if node.role == "heading"]
    assert headings[:5] == [
        (1, "Proposal 6f1e22b09c3d4a57 Fraud screen 2.2.0 to production"),
        (2, "What it still needs"),
        (3, "What it takes"),
        (3, "Given, and why it does not count"),
        (3, "Every decision that was given"),
    ]
    tables = [node.name for node in nodes if node.role == "table"]
    assert tables[:3] == ["Every decision that was given", "What it means", "What was found"]
    assert {"columnheader", "rowheader", "cell", "list", "listitem"} <= set(roles)
    said = [node.name.strip() for node in nodes if node.role == "StaticText"]
    assert "does not count" in said
    assert not {"✓", "✕", "◔", "?"} & set(said)


def test_the_chart_says_in_words_what_it_shows(browser: Chromium, address: str) -> None:
    """To those who do not see it."""
    browser.go(f"{address}/slas/claims-triage-response")
    (chart,) = [node for node in browser.tree() if node.role == "image"]
    assert chart.name.startswith("At most 450 ms: 3 of 20 days missed it")


def test_the_keyboard_reaches_the_content_first_and_everything_after_it(browser: Chromium, address: str) -> None:
    """The first stop skips the menu; tables that scroll are stops as well, and each stop can be seen."""
    browser.look(width=1280)
    browser.go(f"{address}/")
    stops = []
    for _ in range(40):
        for kind in ("keyDown", "keyUp"):
            browser.ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        stops.append(browser.value("document.activeElement.className || document.activeElement.tagName"))
        outline = browser.value("getComputedStyle(document.activeElement).outlineStyle")
        assert outline in ("solid", "auto") or stops[-1] == "BODY"
    assert stops[0] == "skip"
    assert {"A", "INPUT", "BUTTON", "scroll"} <= set(stops)


def test_on_paper_there_is_no_menu_and_nothing_is_cut_off(browser: Chromium, address: str) -> None:
    """Tables are printed whole, forms and navigation are not."""
    browser.look(width=800, media="print")
    browser.go(f"{address}/proposals/6f1e")
    assert browser.value("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert browser.value("getComputedStyle(document.querySelector('.scroll')).overflowX") == "visible"
    browser.look(width=1280)
