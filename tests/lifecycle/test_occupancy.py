"""Which versions stood in an environment makes what a return means, and what a version's status is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.lifecycle import deployed_status, is_rollback

STAYS = st.lists(st.sampled_from(["1", "2", "3", None]), max_size=8).map(
    lambda found: [item for place, item in enumerate(found) if place == 0 or item != found[place - 1]]
)
RETURNS: dict[str, tuple[list[str | None], str, bool]] = {
    "to the one before": (["1", "2"], "1", True),
    "to one long before": (["1", "2", "3"], "1", True),
    "to one never seen": (["1", "2"], "3", False),
    "to the current one": (["1", "2"], "2", False),
    "onto nothing": ([], "1", False),
    "after an empty time": (["1", "2", None], "1", False),
    "on to what was tried after the current one": (["1", "2", "1"], "2", False),
    "back from a version deployed again": (["1", "2", "3", "2"], "1", True),
}


@pytest.mark.parametrize(("stays", "version", "expected"), RETURNS.values(), ids=RETURNS)
def test_a_rollback_returns_to_what_had_left_before_the_current_one_came(
    stays: list[str | None], version: str, *, expected: bool
) -> None:
    assert is_rollback(stays, version) is expected


@given(STAYS, st.sampled_from(["1", "2", "3"]))
def test_a_return_can_never_go_both_ways(stays: list[str | None], version: str) -> None:
    if is_rollback(stays, version):
        assert not is_rollback([*stays, version], str(stays[-1]))


STATUS: dict[str, tuple[str, Mapping[str, list[str | None]], str]] = {
    "never deployed": ("approved", {}, "approved"),
    "in staging": ("approved", {"staging": ["1"]}, "deployed_staging"),
    "in both": ("approved", {"staging": ["1"], "production": ["1"]}, "deployed_production"),
    "deprecated and still running": ("deprecated", {"production": ["1"]}, "deployed_production"),
    "rolled back": ("approved", {"production": ["0", "1", "0"]}, "rolled_back"),
    "succeeded by a newer one": ("approved", {"production": ["1", "2"]}, "approved"),
    "succeeded by a newer one, with an older one before": ("approved", {"production": ["0", "1", "2"]}, "approved"),
    "taken away": ("approved", {"production": ["1", None]}, "approved"),
    "rolled back and rejected since": ("rejected", {"production": ["0", "1", "0"]}, "rejected"),
    "rolled back in production, tried in staging": (
        "approved",
        {"production": ["0", "1", "0"], "staging": ["1"]},
        "deployed_staging",
    ),
    "rolled back in staging only": ("approved", {"staging": ["0", "1", "0"]}, "approved"),
}


@pytest.mark.parametrize(("declared", "stays", "expected"), STATUS.values(), ids=STATUS)
def test_a_status_is_derived_from_what_stood_where(
    declared: str, stays: Mapping[str, list[str | None]], expected: str
) -> None:
    assert deployed_status(declared, "1", stays) == expected


@given(STAYS, STAYS)
def test_exactly_the_version_that_stands_in_production_is_said_to(
    production: list[str | None], staging: list[str | None]
) -> None:
    stays = {"production": production, "staging": staging}
    running = {v for v in ("1", "2", "3") if deployed_status("approved", v, stays) == "deployed_production"}
    assert running == ({production[-1]} - {None} if production else set())
