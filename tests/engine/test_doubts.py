"""For which changes a key that was stolen is not believed."""

from __future__ import annotations

import pytest

from govops.engine.doubts import is_doubted
from tests.support.cast import public_line

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
