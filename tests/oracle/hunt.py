"""``python -m tests.oracle.hunt``: look for a story that divides the judges, the corpus first; exit code 1 if any."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from tests.corpus.test_corpus import tellings
from tests.oracle.compare import disagreements, given_by
from tests.oracle.play import Playing, Remembered, audit
from tests.oracle.reach import is_in_reach
from tests.oracle.stories import Story, stories
from tests.oracle.told import told
from tests.oracle.walk import judge
from tests.support.stories import corpus


class FoundError(Exception):
    """A story on which they disagree: where it stands, and what on."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.oracle.hunt")
    parser.add_argument("--stories", type=int, default=1_000, help="random ones after the corpus (default: 1000)")
    options = parser.parse_args()
    try:
        _hunt(options.stories)
    except FoundError as found:
        sys.stdout.write(f"{found}\n")
        return 1
    return 0


def _hunt(number: int) -> None:
    for name, story in corpus().items():
        for what, (company, steps, _) in tellings(story) if is_in_reach(name) else ():
            world = Playing(Path("nowhere"), company).play(steps)
            assert isinstance(world, Remembered)
            _compare(world, f"{name}: {what}")
    if number:
        _tell(number)


def _tell(number: int) -> None:
    heard = 0

    @settings(
        max_examples=number,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(stories())
    def agree(story: Story) -> None:
        nonlocal heard
        heard += 1
        _compare(story.world, f"random story {heard}")

    agree()


def _compare(world: Remembered, name: str) -> None:
    report = audit(world)
    found = disagreements(report, judge(told(world), given_by(report)))
    if found:
        raise FoundError(f"{name}: {found[0]:.120}")


if __name__ == "__main__":
    sys.exit(main())
