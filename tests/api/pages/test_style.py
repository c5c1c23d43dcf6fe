"""The stylesheet: small, and legible in both of its colour schemes."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from flask.testing import FlaskClient

STYLE = (files("govops.api.pages") / "static" / "govops.css").read_text(encoding="utf-8")
SCHEMES = dict(zip(("light", "dark", "print"), re.findall(r":root \{([^}]*)\}", STYLE), strict=True))
TEXT = ("text", "muted", "accent", "good", "waits", "bad", "unknown")


def _colours(scheme: str) -> dict[str, str]:
    first = dict(re.findall(r"--(\w+): (#\w+);", SCHEMES["light"]))
    return first | dict(re.findall(r"--(\w+): (#\w+);", SCHEMES[scheme]))


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_defined() -> None:
    """Black on white is 21; a known grey is the edge of what is allowed."""
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["ground", "raised"])
@pytest.mark.parametrize("text", TEXT)
def test_text_stands_out_in_every_scheme(scheme: str, ground: str, text: str) -> None:
    """At least 4.5 to 1, on both grounds."""
    colours = _colours(scheme)
    assert contrast(colours[text], colours[ground]) >= 4.5


def test_colours_come_from_the_scheme_alone() -> None:
    """So the test above has seen all of them."""
    rules = re.sub(r":root \{[^}]*\}", "", STYLE)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgb|\bhsl", rules) == []


def test_it_is_small_and_whole() -> None:
    """12 KiB at most, and it asks for nothing else."""
    assert len(STYLE.encode()) <= 12 * 1024
    assert not re.search(r"@import|url\(", STYLE)


def test_it_is_kept_by_browsers(client: FlaskClient) -> None:
    """And asked for again only when it has changed."""
    first = client.get("/governance/govops.css")
    assert (first.status_code, first.mimetype) == (200, "text/css")
    again = client.get("/governance/govops.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
