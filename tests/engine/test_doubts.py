"""For which changes a key that was stolen is not believed."""

from __future__ import annotations

import pytest

from govops.decision import SETTINGS_PATH, Law, Unlawful
from govops.engine.doubts import doubts_of, is_doubted
from govops.finding import Status
from tests.support.cast import public_line
from tests.support.facts import law, oid, read
from tests.support.files import File, settings

KEY, OTHER = public_line("recorder"), public_line("other")
POSITIONS = {"a": 0, "b": 1, "c": 2}


@pytest.mark.threat("D13")
@pytest.mark.parametrize(
    ("since", "change", "doubted"),
    [
        ("b", "a", False),
        ("b", "b", True),
        ("b", "c", True),
        ("a", "a", True),
        ("gone", "a", True),
        ("b", "of another branch", True),
        ("c", "of another branch", True),
    ],
)
def test_a_key_is_doubted_from_one_change_on(since: str, change: str, *, doubted: bool) -> None:
    """A first change that is not on the chain leaves it nothing, and a change that is not on it comes after all."""
    assert is_doubted(KEY, change, frozenset({(f"{KEY} a comment", since)}), POSITIONS) is doubted


@pytest.mark.threat("D13")
def test_no_other_key_is_doubted_for_it() -> None:
    doubts = frozenset({(KEY, "a")})
    assert not is_doubted(OTHER, "c", doubts, POSITIONS)
    assert not is_doubted(None, "c", doubts, POSITIONS)
    assert not is_doubted(KEY, "c", frozenset(), POSITIONS)


def calling(*names: str) -> File:
    """Settings that call these keys compromised."""
    entries = [{"key": public_line(name), "since": oid("since"), "reason": "stolen"} for name in names]
    return settings(compromised=entries)


def lawful_before(file: File | None) -> Law:
    """Settings that doubt Mallory's key landed unapproved where this file had stood."""
    record = Unlawful(Status.FAIL, oid("pushed"), read(file) if file else None)
    return law(calling("mallory"), unlawful={SETTINGS_PATH: record})


DOUBTS: dict[str, tuple[Law, set[str]]] = {
    "what Settings name": (law(calling("recorder", "bob")), {"recorder", "bob"}),
    "nothing where they name none": (law(settings()), set()),
    "nothing without Settings": (law(), set()),
    "what lawful Settings named before": (lawful_before(calling("recorder")), {"recorder"}),
    "nothing where there were no lawful ones": (lawful_before(None), set()),
}


@pytest.mark.threat("D13", "C24")
@pytest.mark.parametrize(("rules", "names"), DOUBTS.values(), ids=DOUBTS)
def test_only_lawful_settings_call_a_key_compromised(rules: Law, names: set[str]) -> None:
    keys = {" ".join(key.split()[:2]): since for key, since in doubts_of(rules)}
    assert keys == {" ".join(public_line(name).split()[:2]): oid("since") for name in names}
