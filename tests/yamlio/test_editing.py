"""An edit changes what it was asked to change, and every other line survives as it was."""

from __future__ import annotations

import difflib

import pytest

from govops.errors import UsageError
from govops.yamlio import read
from govops.yamlio.editing import edited
from tests.support.lowest import ROOT

FILES = sorted(
    path.relative_to(ROOT).as_posix() for top in ("registry", "policies") for path in ROOT.glob(f"{top}/**/*.yaml")
)
TEXT = """\
# why this file is here
kind: X   # said twice
spec:
    # four spaces
  at: "2026-01-01T00:00:00Z"
  list:
    - 'single'
    - "double"   # kept
  plain: 007-b

  last: 1.50
# the end
""".replace("    # four", "  # four")
NOTE = {"by": "erin", "at": "2026-01-06T12:00:00Z", "notes": 'no: it\'s a #1 "cold" cache, on\nMonday'}


def lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went, and those that came."""
    found = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [line[2:] for line in found if line[0] == "-"], [line[2:] for line in found if line[0] == "+"]


@pytest.mark.parametrize("path", FILES)
def test_a_new_field_is_added_to_any_file_of_the_example_company(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    after = edited(text, {("spec", "noted"): NOTE}, path=path)
    gone, come = lines(text, after)
    assert gone == []
    assert [line.split(":")[0].strip() for line in come] == ["noted", "by", "at", "notes"]
    value = read(after.encode()).value
    assert value is not None
    assert value["spec"].pop("noted") == NOTE
    assert value == read(text.encode()).value


def test_a_value_is_replaced_where_it_stands() -> None:
    after = edited(TEXT, {("spec", "plain"): "no", ("spec", "last"): 2}, path="x.yaml")
    assert lines(TEXT, after) == (["  plain: 007-b", "  last: 1.50"], ['  plain: "no"', "  last: 2"])


def test_lists_may_stand_under_their_key_or_not() -> None:
    text = "kind: X\nspec:\n  list:\n  - a\n  - b\n"
    assert edited(text, {("spec", "more"): ["c"]}, path="x.yaml") == text + "  more:\n  - c\n"


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("kind: &a X\n", ("kind",), "x.yaml cannot be read"),
        ("kind: X\n", ("spec", "status"), "x.yaml has no `spec`"),
        ("kind: X\nspec: text\n", ("spec", "status"), "x.yaml has no `spec`"),
        ("kind: X\nspec:\n     a: 1\n", ("spec", "a"), "would change its layout"),
        ("kind: X\nspec: {a: 1,   b: 2}\n", ("spec", "a"), "would change its layout"),
        ("kind: X\nspec:\n  a:\n    b: 1  # why\n", ("spec", "a"), "would lose a comment"),
    ],
)
def test_an_edit_that_would_do_more_is_refused(text: str, place: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        edited(text, {place: "new"}, path="x.yaml")


def test_a_field_is_left_out_with_its_lines_alone_and_one_that_is_not_there_without_a_word() -> None:
    after = edited(TEXT, {}, path="x.yaml", without=[("spec", "plain"), ("spec", "none"), ("none", "at")])
    gone, come = lines(TEXT, after)
    assert ([line.strip() for line in gone], come) == (["plain: 007-b", ""], [])


def test_a_field_is_not_left_out_where_somebody_wrote_a_comment() -> None:
    with pytest.raises(UsageError, match="would lose a comment"):
        edited(TEXT, {}, path="x.yaml", without=[("spec", "list")])
