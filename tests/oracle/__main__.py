"""``python -m tests.oracle``: tell random stories to both judges for some time, until they disagree."""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from itertools import count

from hypothesis import HealthCheck, given, seed, settings

from tests.oracle.compare import disagreements, given_by
from tests.oracle.play import audit
from tests.oracle.stories import Story, stories
from tests.oracle.told import told
from tests.oracle.walk import judge

BATCH = 200


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.oracle")
    parser.add_argument("--seconds", type=float, default=60, help="how long (default: 60)")
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(10**6), help="where to begin (default: somewhere)"
    )
    options = parser.parse_args()
    began, heard = time.monotonic(), 0
    for number in count(options.seed):
        left = options.seconds - (time.monotonic() - began)
        if left <= 0:
            break
        heard += _batch(number)
    spent = time.monotonic() - began
    sys.stdout.write(f"{heard} stories in {spent:.0f} s ({heard / spent:.0f} a second), seeds from {options.seed}\n")
    return 0


def _batch(number: int) -> int:
    """How many stories were told; an AssertionError tells the smallest on which the judges disagree, as YAML."""
    heard = 0

    @seed(number)
    @settings(max_examples=BATCH, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(stories())
    def agree(story: Story) -> None:
        nonlocal heard
        heard += 1
        report = audit(story.world)
        found = disagreements(report, judge(told(story.world), given_by(report)))
        assert not found, "\n".join([f"seed {number}", *found, repr(story)])

    agree()
    return heard


if __name__ == "__main__":
    sys.exit(main())
