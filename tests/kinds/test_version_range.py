"""Versions have one order, and a range allows what its words say."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from govops.kinds.version_range import parse_range, version_in_range, version_order

SUFFIXES = st.sampled_from(["", "-alpha", "-alpha.1", "-rc.2", "-rc.10", "rc1", "-1"])
VERSIONS = st.builds(
    lambda numbers, suffix: ".".join(map(str, numbers)) + suffix,
    st.lists(st.integers(0, 30), min_size=1, max_size=4),
    SUFFIXES,
)
IN_ORDER = ["0.9", "1.0-alpha", "1.0-alpha.1", "1.0-alpha.beta", "1.0-rc2", "1.0-rc10", "1.0", "1.0.1", "1.2", "1.10"]


def test_versions_stand_in_this_order() -> None:
    places = [version_order(version) for version in IN_ORDER]
    assert None not in places
    assert places == sorted(places, key=lambda place: place or ())
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    ("one", "other"), [("1", "1.0.0"), ("v1.2", "1.2"), ("1.2+gpu", "1.2+cpu"), ("1-RC.1", "1RC1")]
)
def test_two_spellings_of_one_place(one: str, other: str) -> None:
    assert version_order(one) == version_order(other)


@pytest.mark.parametrize(
    ("version", "text", "allowed"),
    [
        ("1.4.2", "*", True),
        ("latest", "*", True),
        ("2.0-rc1", "*", True),
        ("1.4.2", "1.4.2", True),
        ("latest", "latest", True),
        ("1.4.2", "1.4", False),
        ("1.4.0", "1.4", False),
        ("1.4.2+gpu", "1.4.2", False),
        ("1.0", ">=1.0,<2", True),
        ("1.99.3", ">=1.0, <2", True),
        ("2.0", ">=1.0,<2", False),
        ("2", ">=1.0,<2.0.0", False),
        ("0.9.9", ">=1.0,<2", False),
        ("1.10", ">1.9", True),
        ("1.9", ">1.9", False),
        ("1.9", "<=1.9", True),
        ("1.9.0", "==1.9", True),
        ("1.9+gpu", "==1.9", True),
        ("1.9", "!=1.9", False),
        ("1.8", ">=1.0,!=1.9", True),
        ("latest", ">=0", False),
        ("2.0-rc1", ">=1.0,<2", False),
        ("1.5-rc1", ">=1.0,<2", False),
        ("2.0-rc1", ">=2.0-beta,<3", True),
        ("2.1-rc1", ">=2.0-beta,<3", False),
        ("2.0", ">=2.0-beta,<3", True),
    ],
)
def test_a_range_allows_what_it_says(version: str, text: str, *, allowed: bool) -> None:
    assert version_in_range(version, text) is allowed


@pytest.mark.parametrize(
    "text", ["", " ", "~1.0", "^1", ">=", ">=1.0,", ",", ">=latest", "1.0 - 2.0", "1.0,1.1", "*,>=1", ">=1.0\n", "=>1"]
)
def test_other_texts_are_no_range(text: str) -> None:
    with pytest.raises(ValueError, match="is not a range of versions"):
        parse_range(text)


def test_a_range_has_a_length() -> None:
    with pytest.raises(ValueError, match="longer than 256"):
        parse_range(">=1," * 100 + ">=1")


@given(VERSIONS, VERSIONS)
def test_of_two_versions_one_is_earlier_or_they_are_equal(one: str, other: str) -> None:
    first, second = version_order(one), version_order(other)
    assert first is not None
    assert second is not None
    assert (first < second) + (first == second) + (first > second) == 1


@given(VERSIONS, VERSIONS, VERSIONS)
def test_the_order_is_transitive(one: str, other: str, third: str) -> None:
    first, second, last = sorted(
        (version_order(one), version_order(other), version_order(third)), key=lambda p: p or ()
    )
    assert first is not None
    assert second is not None
    assert last is not None
    assert first <= second <= last
    assert first <= last


@given(VERSIONS, VERSIONS)
def test_below_and_from_share_out_the_final_versions(version: str, border: str) -> None:
    place = version_order(version)
    assert place is not None
    assume(place.final)
    assert version_in_range(version, f"<{border}") != version_in_range(version, f">={border}")


@given(VERSIONS)
def test_a_version_is_in_the_range_of_its_own_text(version: str) -> None:
    assert version_in_range(version, version)
    assert version_in_range(version, f"=={version}")
    assert version_in_range(version, f">={version},<={version}")


@given(st.text(max_size=80))
def test_any_text_is_a_range_or_is_refused(text: str) -> None:
    try:
        parse_range(text)
    except ValueError:
        return
    assert version_in_range("1.0", text) in (True, False)
