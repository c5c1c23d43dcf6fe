"""Characters that people do not see do not get in, neither as themselves nor as escapes."""

from __future__ import annotations

import pytest

from govops.yamlio import read
from govops.yamlio.characters import escape, quoted

LINE_BREAKS = "\u2028\u2029\u0085\r\x0b\x0c"
INVISIBLE = "\u202a\u202e\u2066\u2069\u200b\u200d\u200e\u2060\ufeff\u00ad\u115f\u3164\U000e0041\ue000\U00100000\ufdd0"
CONTROLS = "\x00\x01\x08\x1b\x7f\x80\x9f"
ALLOWED = "äöü–…“”’日本語 🎉⚠\ufe0f é e\u0301 \u00a0 Ω № €"


@pytest.mark.threat("E10", "E11", "E12")
@pytest.mark.parametrize("character", LINE_BREAKS + INVISIBLE + CONTROLS)
@pytest.mark.parametrize("text", ["a: x{}y\n", "{}: 1\n", "# {}\na: 1\n", "a: '{}'\n", "a: |\n  {}\n"])
def test_a_refused_character_is_named_with_its_place(character: str, text: str) -> None:
    """In values, keys, comments and block text alike."""
    (finding,) = read(text.format(character).encode()).findings
    assert finding.rule == "unreadable-file"
    assert f"U+{ord(character):04X} (" in finding.message
    before = text[: text.index("{}")]
    assert (finding.line, finding.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert character not in finding.message + finding.excerpt


@pytest.mark.threat("E10", "E11", "E12")
@pytest.mark.parametrize("character", LINE_BREAKS + INVISIBLE + CONTROLS)
def test_an_escape_does_not_bring_it_in(character: str) -> None:
    (finding,) = read(f'a: "x\\U{ord(character):08x}y"\n'.encode()).findings
    assert finding.rule == "unreadable-file"
    assert "not even as an escape" in finding.message


@pytest.mark.threat("E11")
@pytest.mark.parametrize("code", ["\\ud800", "\\udfff", "\\U00110000", "\\ud83c\\udf89"])
def test_escaped_surrogates_are_refused(code: str) -> None:
    (finding,) = read(f'a: "{code}"\n'.encode()).findings
    assert (finding.rule, finding.message) == ("unreadable-file", "this escape is no character")


def test_prose_in_any_script_is_read() -> None:
    assert read(f"a: {ALLOWED}\n".encode()).value == {"a": ALLOWED}


def test_tabs_and_line_feeds_may_be_written_as_escapes() -> None:
    assert read(b'a: "x\\ty\\nz"\n').value == {"a": "x\ty\nz"}


@pytest.mark.threat("E12")
@pytest.mark.parametrize(
    ("data", "message", "place"),
    [
        ("a: ü\n".encode("utf-16"), "looks like UTF-16", (1, 1)),
        ("a: ü\n".encode("utf-16-le"), "not UTF-8: byte 0xfc at offset 6", (1, 7)),
        ("a: ü\nb: ü\n".encode("latin-1"), "not UTF-8: byte 0xfc at offset 3", (1, 4)),
        (b"a: \xc3\xbc\nb: \xc3\xbc\xff\n", "not UTF-8: byte 0xff at offset 11", (2, 5)),
        (b"a: \xc0\xaf\n", "not UTF-8: byte 0xc0 at offset 3", (1, 4)),
        (b"a: \xed\xa0\x80\n", "not UTF-8: byte 0xed at offset 3", (1, 4)),
    ],
)
def test_bytes_that_are_not_utf_8_are_refused(data: bytes, message: str, place: tuple[int, int]) -> None:
    (finding,) = read(data).findings
    assert (finding.rule, finding.message) == ("unreadable-file", message)
    assert (finding.line, finding.column) == place
    assert finding.hint == "save the file as UTF-8"


@pytest.mark.threat("E13")
def test_tabs_and_windows_line_ends_say_what_to_do() -> None:
    tab, carriage = sorted(read(b"a: 1\r\nb:\r\n\tc: 1\n").findings, key=lambda finding: finding.message)
    tab, carriage = (tab, carriage) if "tab" in tab.message else (carriage, tab)
    assert carriage.message == "U+000D (carriage return) is not allowed, 2 times in this file"
    assert "`*.yaml text eol=lf` into .gitattributes" in carriage.hint
    assert (tab.message, tab.line, tab.column) == ("U+0009 (tab) is not allowed", 3, 1)
    assert tab.hint.startswith("indent with spaces")


def test_text_for_people_is_escaped_and_cut() -> None:
    assert escape("a\x1b[31m\u202e\n\tb") == "a\\x1b[31m\\u202e\\n\\tb"
    assert quoted("x" * 60) == '"' + "x" * 60 + '"'
    assert quoted("x" * 61) == '"' + "x" * 59 + '…"'
    assert len(quoted("\x1b" * 10_000)) <= 62
