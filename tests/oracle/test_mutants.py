"""The mistakes that an engine may make: each can still be made in this one, and both judges notice."""

from __future__ import annotations

import pytest

from tests.oracle.mutants import MUTANTS, Mutant, killed

NOTICED = (  # by the corpus, within seconds; `make oracle` tries all of them
    "a surplus approval is none",
    "waivers never end",
)


@pytest.mark.parametrize("mutant", [pytest.param(mutant, id=mutant.mistake) for mutant in MUTANTS])
def test_every_mistake_can_still_be_made(mutant: Mutant) -> None:
    """The text that it replaces stands once in the engine, and what takes its place is Python."""
    compile(mutant.applied, mutant.path, "exec")


def test_every_mistake_has_a_name_of_its_own() -> None:
    assert len({mutant.mistake for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.slow
@pytest.mark.parametrize("mistake", NOTICED)
def test_the_second_judge_notices_a_mistake(mistake: str) -> None:
    (mutant,) = (one for one in MUTANTS if one.mistake == mistake)
    assert killed(mutant, stories=0)
