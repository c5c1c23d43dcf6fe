"""The legal steps between states: every pair of states is said here once more, the forbidden ones too.

Nobody changes a step in the code alone: a step that is added, taken away or given another action has to be
said in the two tables below as well. They are written for people: from the state on the left to the one on top.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest

from govops.kinds.model_version import ModelVersionSpec
from govops.kinds.use_case import UseCaseSpec
from govops.lifecycle import Surroundings, derive
from govops.lifecycle.transitions import MODEL_VERSION, USE_CASE, Transitions, legal_next
from tests.support.facts import read, snapshot
from tests.support.files import File, usecase, version

VERSION_STEPS = """
            | registered     approved       rejected       deprecated
nothing     | model.register -              -              -
registered  | -              model.approve  model.reject   model.deprecate
approved    | -              -              model.reject   model.deprecate
rejected    | model.register -              -              -
deprecated  | -              model.approve  -              -
"""

USE_CASE_STEPS = """
            | draft          submitted      approved        deployed       deprecated        archived
nothing     | usecase.create -              -               -              -                 -
draft       | -              usecase.submit -               -              -                 usecase.archive
submitted   | usecase.return -              usecase.approve -              -                 -
approved    | -              -              -               usecase.deploy usecase.deprecate -
deployed    | -              -              -               -              usecase.deprecate -
deprecated  | -              -              -               -              -                 usecase.archive
archived    | -              -              -               -              -                 -
"""

Pair = tuple[str | None, str]
TABLES: dict[str, tuple[Transitions, str, object]] = {
    "a version": (MODEL_VERSION, VERSION_STEPS, ModelVersionSpec.model_fields["status"].annotation),
    "a use case": (USE_CASE, USE_CASE_STEPS, UseCaseSpec.model_fields["status"].annotation),
}


def pairs(text: str) -> Iterator[tuple[Pair, str | None]]:
    """Every pair of states with the action of the step between them, None where there must be no step."""
    head, *rows = text.strip("\n").splitlines()
    states = head.partition("|")[2].split()
    for row in rows:
        start, _, cells = row.partition("|")
        for to, action in zip(states, cells.split(), strict=True):
            yield (None if start.strip() == "nothing" else start.strip(), to), None if action == "-" else action


@pytest.mark.parametrize(("table", "text", "words"), TABLES.values(), ids=TABLES)
def test_these_steps_are_legal_and_no_others(table: Transitions, text: str, words: object) -> None:
    said = dict(pairs(text))
    assert table == {pair: action for pair, action in said.items() if action is not None}
    states = get_args(words)
    assert set(said) == {(start, to) for start in (None, *states) for to in states}, "a state is not in the table"


def stands(kind: str, status: str | None) -> File | None:
    if status is None:
        return None
    return version("fraud", "1.0", status=status) if kind == "a version" else usecase("claims", status=status)


STEPS = [(kind, *pair, action) for kind, (_, text, _) in TABLES.items() for pair, action in pairs(text)]


@pytest.mark.parametrize(("kind", "start", "to", "action"), [step for step in STEPS if step[1] != step[2]])
def test_a_file_that_takes_a_step_means_its_action_and_any_other_step_is_a_misstep(
    kind: str, start: str | None, to: str, action: str | None
) -> None:
    """An illegal step still needs the approval that its new state usually takes."""
    old, new = stands(kind, start), stands(kind, to)
    assert new is not None
    around = Surroundings(snapshot().find, lambda environment, model: ())
    found = derive(new[0], read(old) if old else None, read(new), around=around)
    usual = {step[3] for step in STEPS if (step[0], step[2]) == (kind, to)} - {None}
    assert {act.name for act in found.actions} <= ({action} if action else usual)
    assert len(found.actions) == 1
    assert bool(found.missteps) is (action is None)


@pytest.mark.parametrize(("table", "text", "words"), TABLES.values(), ids=TABLES)
def test_the_states_that_may_follow_are_told_in_the_order_of_the_table(
    table: Transitions, text: str, words: object
) -> None:
    for start in (None, *get_args(words), "elsewhere"):
        following = [to for (before, to), action in pairs(text) if before == start and action]
        assert sorted(legal_next(table, start)) == sorted(following)
