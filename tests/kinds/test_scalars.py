"""Single values: the whole text counts, nothing is coerced, numbers stay exact."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from govops.kinds import free_form, scalars
from govops.kinds.quoting import quoted

PATTERNED = {
    "Name": "fraud",
    "VersionName": "1.0.0-rc.1+b",
    "KindName": "DataSheet",
    "RuleId": "wrong-path",
    "LabelKey": "example.org/team",
    "FieldName": "status",
    "FieldPath": "spec.status",
    "ResourceName": "ModelVersion/fraud/1.0",
    "ActionName": "model.deploy_production",
    "ActionGlob": "model.*",
    "PathGlob": "registry/**/x.yaml",
    "RepositoryPath": "docs/a.md",
    "BranchName": "release/2026",
    "TrailerKey": "Reviewed-by",
    "RepositoryId": "local:acme/ai",
    "Email": "a@example.org",
    "SecureUrl": "https://example.org/a?b#c",
    "Uri": "s3://bucket/key",
    "Digest": "sha256:" + "0a" * 32,
    "ObjectId": "0a" * 20,
    "CommitName": "0a1b2c3",
    "Fingerprint": "0123456789abcdef",
    "Day": "2024-02-29",
    "Instant": "2024-02-29T23:59:59Z",
    "Duration": "30d",
    "TimeZone": "America/Argentina/Buenos_Aires",
}


def check(name: str, value: Any) -> Any:
    """The value as the type of that name gives it back, strictly."""
    return TypeAdapter(getattr(scalars, name, None) or getattr(free_form, name)).validate_python(value, strict=True)


@pytest.mark.parametrize(("name", "text"), PATTERNED.items())
def test_a_well_formed_text_stays_as_it_is(name: str, text: str) -> None:
    assert check(name, text) == text


@pytest.mark.threat("E22")
@pytest.mark.parametrize(("name", "text"), PATTERNED.items())
@pytest.mark.parametrize("more", ["\n", "\r", "\0", "\u2028", " \n"])
def test_a_line_break_at_the_end_never_passes(name: str, text: str, more: str) -> None:
    with pytest.raises(ValidationError):
        check(name, text + more)


@pytest.mark.threat("E09")
@pytest.mark.parametrize("name", PATTERNED)
@pytest.mark.parametrize("value", [1, 1.5, True, None, b"fraud", ["fraud"]])
def test_only_a_text_is_a_text(name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        check(name, value)


@pytest.mark.threat("D08", "F03")
@pytest.mark.parametrize(
    "name",
    ["", "-a", "A", "a_b", "a.b", "a/b", "..", "a\u200db", "\u0430nna", "a" * 64, "con", "com1", "a b", "\uff41"],
)
def test_a_name_is_small_ascii_and_a_file_name_everywhere(name: str) -> None:
    with pytest.raises(ValidationError):
        check("Name", name)


@given(
    st.from_regex(r"\A[a-z0-9][a-z0-9-]{3,62}\Z", fullmatch=True).filter(lambda name: name[:3] not in ("com", "lpt"))
)
def test_every_name_of_the_grammar_is_a_name(name: str) -> None:
    assert check("Name", name) == name


@pytest.mark.threat("E07")
@pytest.mark.parametrize("name", ["Number", "Amount", "Fraction", "Percent"])
@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), float("-inf"), pytest.param(10**400, id="400 digits"), "1", "1_000", True, None],
)
def test_a_number_is_finite_and_written_as_a_number(name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        check(name, value)


@pytest.mark.threat("E07", "E09")
@pytest.mark.parametrize(
    "value", [-1, 2**53 + 1, pytest.param(10**4999, id="5000 digits"), 1.0, True, "1", "1_000", None]
)
def test_a_count_is_a_whole_number_that_every_reader_keeps(value: object) -> None:
    with pytest.raises(ValidationError):
        check("Count", value)


@pytest.mark.threat("E07", "E08")
@pytest.mark.parametrize("value", [1.1, float("nan"), 2**53 + 1, [], {}, b"x"])
def test_a_free_value_is_a_text_a_whole_number_a_truth_or_nothing(value: object) -> None:
    with pytest.raises(ValidationError):
        check("Scalar", value)


@pytest.mark.parametrize("value", ["1.10", 7, -(2**53), True, None])
def test_a_free_value_keeps_its_type(value: object) -> None:
    kept = check("Scalar", value)
    assert (kept, type(kept)) == (value, type(value))


@pytest.mark.threat("E07")
@pytest.mark.parametrize("value", [{"a": [{"b": float("inf")}]}, {"a": {"b": 2**60}}, {"a": {1: "b"}}, {"a": b"x"}])
def test_a_free_tree_holds_only_what_json_can_say(value: object) -> None:
    with pytest.raises(ValidationError):
        check("FreeMap", value)


@pytest.mark.threat("E09")
@pytest.mark.parametrize(
    "instant",
    [
        "2023-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:60Z",
        "2024-01-01T00:00:00",
        "2024-01-01T00:00:00z",
        "2024-01-01T00:00:00.0Z",
        "2024-01-01 00:00:00Z",
        "1969-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "\u0662\u0660\u0662\u0664-01-01T00:00:00Z",
    ],
)
def test_an_instant_is_a_second_of_the_calendar_in_utc(instant: str) -> None:
    with pytest.raises(ValidationError):
        check("Instant", instant)


@pytest.mark.parametrize(("text", "seconds"), [("45m", 2700), ("12h", 43200), ("30d", 2592000), ("2w", 1209600)])
def test_a_duration_in_seconds(text: str, seconds: int) -> None:
    assert scalars.duration_seconds(text) == seconds


@pytest.mark.parametrize(
    ("instant", "seconds", "end"),
    [
        ("2026-01-05T09:00:00Z", 86_400, "2026-01-06T09:00:00Z"),
        ("9999-12-31T23:59:58Z", 1, "9999-12-31T23:59:59Z"),
        ("9999-12-31T23:59:59Z", 60, "9999-12-31T23:59:59Z"),
    ],
)
def test_nothing_is_due_after_the_end_of_the_calendar(instant: str, seconds: int, end: str) -> None:
    assert scalars.later(instant, seconds) == end


@pytest.mark.parametrize("text", ["", "0d", "-1d", "1.5h", "30", "d", "30 d", "30D", "30d\n", "100000d", "\u0663d"])
def test_no_other_text_is_a_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        scalars.duration_seconds(text)


@pytest.mark.parametrize(
    "name", ["a..b", "a//b", "/a", "a/", "a.lock", "a.", ".a", "a/.b", "-a", "a b", "a~1", "@{-1}"]
)
def test_a_branch_name_is_one_that_git_allows(name: str) -> None:
    with pytest.raises(ValidationError):
        check("BranchName", name)


@pytest.mark.threat("F03")
@pytest.mark.parametrize("path", ["", "/a", "a/", "a//b", "..", "../a", "a/../b", "./a", "a\\b", "a\0b"])
def test_a_path_stays_inside_the_repository(path: str) -> None:
    with pytest.raises(ValidationError):
        check("RepositoryPath", path)


@pytest.mark.threat("E17")
def test_a_quoted_value_is_cut_and_obeyed_by_no_terminal() -> None:
    assert quoted("\x1b[31m" + "a" * 500) == "`\\x1b[31m" + "a" * 55 + "…`"
    assert quoted("a\u202eb\u2028") == "`a\\u202eb\\u2028`"
    assert quoted({"\x1b": ["\u202e"]}) == '`{"\\u001b": ["\\u202e"]}`'


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "null"), (True, "true"), ({"a": [1.5, False]}, '{"a": [1.5, false]}')]
)
def test_a_quoted_value_is_spelled_as_in_yaml_and_not_as_in_python(value: object, shown: str) -> None:
    assert quoted(value) == f"`{shown}`"


@pytest.mark.threat("E22")
@pytest.mark.parametrize("name", PATTERNED)
def test_a_hostile_text_of_full_length_is_refused_at_once(name: str) -> None:
    """No pattern backtracks: the longest texts that come near to matching cost no more than others."""
    for text in (
        "a." * 2000 + "\n",
        "A/" * 2000,
        "a" * 4000 + "\n",
        "--" * 2000 + "\n",
        "https://" + "a/" * 2000 + " ",
    ):
        with pytest.raises(ValidationError):
            check(name, text)
