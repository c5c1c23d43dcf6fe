"""Plain scalars mean one thing to every reader of YAML, or they are refused."""

from __future__ import annotations

import pytest

from govops.yamlio import read

READ = [
    ("", None),
    ("~", None),
    ("null", None),
    ("true", True),
    ("false", False),
    ("0", 0),
    ("-0", 0),
    ("+1", 1),
    ("-17", -17),
    ("9007199254740992", 2**53),
    ("-9007199254740992", -(2**53)),
    ("0.5", 0.5),
    ("-12.50", -12.5),
    ("1.10", 1.1),
    ("0.0000001", 1e-7),
]
TEXT = [
    "nothing",
    "yesterday",
    "online",
    "nil",
    "none",
    "inf",
    "nan",
    "1.4.2",
    "1.0-rc1",
    "12h",
    "30d",
    "v1",
    "4f2c9a1",
    "2026-03-01",
    "2026-03-01T00:00:00Z",
    "2026-03-01T00:00:00.5+02:00",
    "sha256:00",
    "-x",
    "--",
    ".",
    "..",
    "./x",
    "+",
    "1 2",
    "10%",
    "0xfg",
    "1.2.3.4",
    "ssh-ed25519 AAAAC3Nz",
]
AMBIGUOUS = [
    *("yes", "Yes", "YES", "no", "NO", "No", "nO", "on", "On", "ON", "off", "OFF", "y", "Y", "n", "N"),
    *("True", "TRUE", "tRUE", "False", "FALSE", "Null", "NULL", "="),
    *("12:30", "1:2", "190:20:30", "12:30:45", "-1:30", "20:30.15", "0:00", "1_2:3_4"),
    *("010", "0o10", "0O17", "08", "00", "-010", "0x1f", "0X1F", "0b101", "0b1_0", "+0x1"),
    *("1_000", "1_000.5", "1_", "1,000", "12,345.67"),
    *("1e3", "1E3", "1.0e+3", "1.e3", "-1e-3", "1234567e12", ".5e1"),
    *(".5", "5.", "-.5", "+5.", "00.5", "01.5", "._1"),
    *(".inf", "-.inf", "+.INF", ".Inf", ".nan", ".NaN", ".NAN"),
    *("2026-3-1T1:00:00", "2026-03-01 00:00:00", "2026-03-01t00:00:00z", "2026-03-01 00:00:00 -5"),
]
TOO_LARGE = ["9007199254740993", "-9007199254740993", "1" * 17, "9" * 5000, "9" * 400 + ".0", "9007199254740993.0"]


@pytest.mark.parametrize(("text", "value"), READ)
def test_the_types_of_yaml_1_2_are_read(text: str, value: object) -> None:
    found = read(f"a: {text}\n".encode()).value
    assert found == {"a": value}
    assert type(found["a"]) is type(value)


@pytest.mark.parametrize("text", TEXT)
def test_text_needs_no_quotes_where_all_readers_agree(text: str) -> None:
    """Dates and instants stay text too: no reader of YAML may choose their type."""
    assert read(f"a: {text}\n".encode()).value == {"a": text}


@pytest.mark.threat("E06")
@pytest.mark.parametrize("text", AMBIGUOUS)
def test_what_readers_disagree_about_is_refused(text: str) -> None:
    for document in (f"a: {text}\n", f"a: [{text}]\n" if "," not in text else f"- {text}\n"):
        findings = read(document.encode()).findings
        assert "ambiguous-scalar" in [finding.rule for finding in findings]
        assert any(finding.hint.startswith(f'quote it: "{text}"') for finding in findings)


@pytest.mark.threat("E06")
@pytest.mark.parametrize("text", [*AMBIGUOUS, "1", "-1", "0.5", "null", "~", "true", "2026-03-01", "9" * 400])
def test_a_key_that_is_not_always_text_is_refused(text: str) -> None:
    """``on:`` is the classic one; a number, a date or null as a key is no better."""
    (finding,) = read(f"{text}: 1\n".encode()).findings
    assert finding.rule == "ambiguous-scalar"
    assert finding.hint.startswith('quote it: "')


@pytest.mark.threat("E06")
@pytest.mark.parametrize("text", AMBIGUOUS)
@pytest.mark.parametrize("quote", ['"', "'"])
def test_in_quotes_it_is_text(text: str, quote: str) -> None:
    assert read(f"{quote}{text}{quote}: {quote}{text}{quote}\n".encode()).value == {text: text}


@pytest.mark.threat("E07")
@pytest.mark.parametrize("text", TOO_LARGE)
def test_numbers_that_lose_digits_are_refused(text: str) -> None:
    """Five thousand digits are refused by length, before Python's limit on them could raise."""
    (finding,) = read(f"a: {text}\n".encode()).findings
    assert finding.rule == "ambiguous-scalar"
    assert finding.message.endswith("is beyond 2^53, where readers of YAML lose digits")
    assert len(finding.message) < 150


@pytest.mark.threat("E07")
@pytest.mark.parametrize("text", [".inf", "-.inf", "+.Inf", ".nan", "1e400", "1e999"])
def test_numbers_that_are_not_finite_are_refused(text: str) -> None:
    assert [finding.rule for finding in read(f"a: {text}\n".encode()).findings] == ["ambiguous-scalar"]
