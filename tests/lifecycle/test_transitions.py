"""The legal steps between states, checked against the words of the kinds themselves."""

from __future__ import annotations

from typing import get_args

import pytest

from govops.kinds.model_version import ModelVersionSpec
from govops.kinds.use_case import UseCaseSpec
from govops.lifecycle.transitions import MODEL_VERSION, USE_CASE, Transitions, legal_next

TABLES: dict[str, tuple[Transitions, object]] = {
    "a version": (MODEL_VERSION, ModelVersionSpec.model_fields["status"].annotation),
    "a use case": (USE_CASE, UseCaseSpec.model_fields["status"].annotation),
}


@pytest.mark.parametrize(("table", "words"), TABLES.values(), ids=TABLES)
def test_every_state_of_the_kind_can_be_reached_from_nothing(table: Transitions, words: object) -> None:
    reached: set[str | None] = {None}
    while more := {to for (start, to) in table if start in reached} - reached:
        reached |= more
    assert reached == {None, *get_args(words)}


@pytest.mark.parametrize(("table", "words"), TABLES.values(), ids=TABLES)
def test_no_step_stays_where_it_is(table: Transitions, words: object) -> None:
    assert all(start != to for start, to in table)


@pytest.mark.parametrize("table", [MODEL_VERSION, USE_CASE], ids=list(TABLES))
def test_nothing_is_approved_at_birth(table: Transitions) -> None:
    assert len(legal_next(table, None)) == 1
    assert legal_next(table, None)[0] not in ("approved", "deployed")


def test_archived_is_final() -> None:
    assert legal_next(USE_CASE, "archived") == ()
