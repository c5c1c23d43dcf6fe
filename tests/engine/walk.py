"""The facts of a real repository, with a stream of steps that may be tampered with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from govops.engine import AuditFacts
from govops.history import Step
from govops.workspace import Opened, open_audit
from tests.support.world import World

Tamper = Callable[[list[Step]], list[Step]]


@contextmanager
def opened(world: World, tamper: Tamper = lambda steps: steps, **asked: Any) -> Iterator[AuditFacts]:
    """The world's facts, with the stream of steps tampered with; ``asked`` goes to ``Opened``."""
    with open_audit(Opened(world.path, **asked)) as facts:
        yield replace(facts, steps=lambda: iter(tamper(list(facts.steps()))))
