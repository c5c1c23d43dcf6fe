"""Comments: within the forge's limit, cut where nothing breaks, and honest about what is missing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from govops.render import render
from govops.render.comment import LEAST, LIMIT, fitted
from tests.render import sample

PARSER = MarkdownIt("commonmark").enable("table")
ROWS = "| a | b |\n| --- | --- |\n" + "".join(f"| {number} | é |\n" for number in range(9_000))
SCRIPT = "before\n\n```sh\n" + "echo one\n" * 9_000 + "```\n\nafter"


def test_what_fits_is_left_as_it_is() -> None:
    assert fitted(["# One\n", "text\n\nmore"]) == "# One\n\ntext\n\nmore\n"
    assert fitted([]) == ""


def test_sections_stay_whole_while_they_fit_and_the_rest_is_counted() -> None:
    short, long = "x\n" * 3_000, "y\n" * 40_000
    text = fitted([short, short, long, short, "z"])
    assert text.startswith(f"{short}\n{short}\n")
    assert "z" not in text
    shown = text.count("y\n")
    assert text.endswith(
        f"**Left out here**: the rest of this section and 2 more sections, {40_000 - shown + 3_001} lines. "
        "The job's report has all of it.\n"
    )
    assert LIMIT - 300 < len(text) <= LIMIT


@pytest.mark.threat("G14")
def test_a_table_is_cut_between_rows_and_the_hidden_ones_are_counted() -> None:
    text = fitted([ROWS])
    tokens = PARSER.parse(text)
    rows = sum(token.type == "tr_open" for token in tokens) - 1
    said = re.search(r"the rest of this section, (\d+) lines", text)
    assert said
    assert rows + int(said[1]) == 9_000
    assert all(token.content for token in tokens if token.type == "inline")
    assert len(text.encode()) <= LIMIT


def test_a_fenced_block_is_there_whole_or_not_at_all() -> None:
    """The rest would else be shown as code, this notice with it."""
    text = fitted([SCRIPT])
    assert text.startswith("before\n\n**Left out here**: the rest of this section, 9005 lines")
    inner = SCRIPT.replace("echo one\n", "~~~\n````x\n``` `\n", 2)
    assert fitted([inner]).startswith("before\n\n**Left out here**")


def test_what_comes_after_a_fenced_block_can_be_cut_again() -> None:
    text = fitted(["```\ncode\n```\n" + "line\n" * 20_000])
    assert [token.type for token in PARSER.parse(text)][:2] == ["fence", "paragraph_open"]
    assert text.count("line\n") > 10_000


def test_one_line_that_is_too_long_is_left_out() -> None:
    assert fitted(["z" * (LIMIT + 1), "x"]).startswith("**Left out here**: 2 sections, 2 lines.")


def test_the_foot_is_always_there() -> None:
    assert fitted(["one"], foot="foot\n") == "one\n\nfoot\n"
    text = fitted([ROWS, "more"], foot="foot\n\nof two\n")
    assert text.endswith(" lines. The job's report has all of it.\n\nfoot\n\nof two\n")


@given(st.lists(st.text(max_size=600), max_size=8), st.integers(LEAST + 200, 2_000), st.text(max_size=40))
def test_no_comment_is_ever_too_long(sections: list[str], limit: int, foot: str) -> None:
    """Counted in bytes, in characters, and in the units of JavaScript."""
    text = fitted(sections, limit, foot=foot)
    assert len(text.encode("utf-8", "surrogatepass")) <= limit
    assert len(text.encode("utf-16-le", "surrogatepass")) // 2 <= limit


def test_a_real_report_is_cut_into_a_document_that_is_whole() -> None:
    """Section by section, at any limit: no block stays open, and the last paragraph says what is missing."""
    whole = render(sample.remarkable(), "markdown")
    sections = re.split(r"\n(?=## )", whole)
    for limit in range(LEAST, len(whole.encode()), 997):
        tokens = PARSER.parse(fitted(sections, limit))
        assert tokens[-2].content.startswith("**Left out here**")
        assert (tokens[-3].type, tokens[-3].level) == ("paragraph_open", 0)


def test_a_limit_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="no room"):
        fitted(["x"], LEAST - 1)
