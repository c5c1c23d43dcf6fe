"""Values become markdown that shows them and nothing else, as an independent parser sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from govops.render.markdown.escape import Block, Code, Phrase, Strong, escape, joined, phrase, worded
from govops.render.untrusted import LONGEST, one_line, visible
from tests.render.naughty import STRINGS
from tests.render.strategies import TEXT

PARSER = MarkdownIt("commonmark").enable("table")
HARMLESS = {"text", "code_inline"}
PLACES = {"paragraph": "x {}", "heading": "### x {}", "item": "- {}", "cell": "| a | b |\n| --- | --- |\n| {} | y |"}

anything = pytest.mark.parametrize("text", STRINGS, ids=[f"{text[:20]!a}" for text in STRINGS])


@pytest.mark.threat("G01", "G03")
@anything
@pytest.mark.parametrize("place", PLACES)
def test_prose_comes_out_as_written(place: str, text: str) -> None:
    """No character of a value has a meaning of its own, wherever a template puts it."""
    assert _shown(PLACES[place], escape(text)).split() == (_prefix(place) + one_line(text)).split()


@pytest.mark.threat("G01")
@given(text=TEXT, place=st.sampled_from(sorted(PLACES)))
def test_any_prose_comes_out_as_written(text: str, place: str) -> None:
    """The same for text that nobody thought of."""
    assert _shown(PLACES[place], escape(text)).split() == (_prefix(place) + one_line(text)).split()


@pytest.mark.threat("G01")
@anything
@pytest.mark.parametrize("place", PLACES)
def test_code_comes_out_as_written(place: str, text: str) -> None:
    """A path with backticks and pipes is still that path."""
    if len(text) < LONGEST:
        assert _shown(PLACES[place], escape(Code(text))).strip() == (_prefix(place) + visible(text)).strip()


@pytest.mark.threat("G01")
@given(parts=st.lists(TEXT | TEXT.map(Code), max_size=5), place=st.sampled_from(sorted(PLACES)))
def test_parts_do_not_melt_together(parts: list[str | Code], place: str) -> None:
    """Code next to code, or to prose that ends in a backtick, stays what it was."""
    tokens = _inline(PLACES[place].format(escape(Phrase(tuple(parts)))))
    assert {token.type for token in tokens} <= HARMLESS


@pytest.mark.threat("G01")
@given(text=TEXT, words=st.sampled_from(["ada@example.org", "https://example.org", "www.example.org", "@ada"]))
def test_nothing_is_left_for_a_reader_to_link(text: str, words: str) -> None:
    """Readers that link addresses by themselves find none outside of code spans."""
    tokens = _inline(escape(f"{text}{words}{text} {words}"))
    prose = "".join(token.content for token in tokens if token.type == "text")
    assert not any(sign in prose for sign in ("@", "://", "www."))


@pytest.mark.threat("G01")
@anything
def test_a_block_holds_its_lines(text: str) -> None:
    """No line of an excerpt ends the block that it stands in."""
    tokens = PARSER.parse(f"before\n\n{escape(Block(text))}\n\nafter")
    assert [token.type for token in tokens if token.type != "inline"] == [
        *("paragraph_open", "paragraph_close"),
        "fence",
        *("paragraph_open", "paragraph_close"),
    ]
    assert tokens[3].content == "\n".join(visible(line) for line in text.split("\n")) + "\n"


@pytest.mark.threat("G05")
@pytest.mark.parametrize("hole", [None, True, 1.5, [], object()], ids=["none", "bool", "float", "list", "object"])
def test_a_hole_is_an_error(hole: object) -> None:
    """What has no spelling is refused and never shown as an empty answer."""
    with pytest.raises(TypeError, match="a report cannot show"):
        escape(hole)


@pytest.mark.parametrize(
    ("value", "markdown"),
    [
        (7, "7"),
        (Strong("not met"), "**not met**"),
        (phrase("by ", Code("bo")), "by `bo`"),
        (Phrase((Code("a"), Code("b"))), "`a` `b`"),
        (joined([]), "–"),
        (joined(["a", Code("b")]), "a, `b`"),
        (Code(""), "–"),
        (Code("a|b"), "`a`&#124;`b`"),
        (worded("run `govops record`, then wait"), "run `govops record`, then wait"),
        (worded("a single ` stays"), "a single \\` stays"),
        ("snake_case stays, _this_ does not", "snake_case stays, \\_this\\_ does not"),
        ("version 1.4.0", "version 1.4.0"),
        ("1.4.0", "1.4.0"),
    ],
)
def test_ordinary_values_stay_readable_in_the_source(value: object, markdown: str) -> None:
    """Only what needs it is escaped, so the source reads as well as the page."""
    assert escape(value) == markdown


def test_long_text_is_cut_and_says_so() -> None:
    """Nobody's commit message fills the report."""
    assert escape("y" * (LONGEST + 7)).endswith("y… (7 more characters)")


def _prefix(place: str) -> str:
    return "x " if "x {}" in PLACES[place] else ""


def _shown(place: str, markdown: str) -> str:
    tokens = _inline(place.format(markdown))
    assert {token.type for token in tokens} <= HARMLESS
    return "".join(token.content for token in tokens)


def _inline(markdown: str) -> list[Token]:
    """The inline tokens of the one place where data stands; the frame must be the only structure."""
    found = PARSER.parse(markdown)
    if markdown.startswith("| a |"):
        cells = [token for token in found if token.type == "inline"]
        assert len(cells) == 4
        return cells[2].children or []
    lines = [token for token in found if token.type == "inline"]
    assert len(lines) <= 1
    assert not any(token.type in ("fence", "code_block", "html_block", "hr") for token in found)
    return lines[0].children or [] if lines else []
