"""An audit with a cache beside one without: they must not differ in a byte."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from govops.app.audit import audit
from govops.errors import GovopsError, UndecidableError
from govops.finding import Status
from govops.render import FORMATS, render
from govops.workspace import Opened
from tests.support.world import World


def said(world: World, cache: Path | None = None, **options: Any) -> dict[str, str]:
    """The report in every format, or the words of the error that there is instead."""
    try:
        report = audit(Opened(world.path, **options), cache)
    except GovopsError as error:
        return {"error": f"{error.message} {error.hint} {error.exit_code}"}
    return {name: render(report, name) for name in FORMATS}


def assert_the_same(world: World, cache: Path, **options: Any) -> None:
    """With the cache and without, in every format; and once more, with nothing new."""
    full = said(world, **options)
    assert said(world, cache, **options) == full
    assert said(world, cache, **options) == full


def judged(world: World, cache: Path, **options: Any) -> int:
    """How many changes an audit with this cache looks at."""
    seen: list[int] = []
    audit(Opened(world.path, watch=lambda done, total: seen.append(done), **options), cache)
    return len(seen)


def assert_every_exception_is_counted(world: World, **options: Any) -> None:
    """Each change in one bin, and what is waived is what waivers and ratifications say that they excused."""
    with suppress(UndecidableError):
        report = audit(Opened(world.path, **options))
        assert report.counts.problem == ""
        told = Counter(found.waived for found in report.findings if found.status is Status.WAIVED)
        assert told == Counter(
            {item.path: n for item in report.waivers if (n := int(dict(item.facts)["findings waived"]))}
        )
        excused = sum(change.status is Status.WAIVED for change in report.changes)
        assert report.counts.waived == excused
