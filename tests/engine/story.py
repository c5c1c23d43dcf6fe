"""A registry and the changes that it takes, made by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from govops.engine.registry import Registry
from govops.finding import Status
from govops.history.snapshot import Snapshot
from tests.engine.shelf import Shelf
from tests.support.facts import oid
from tests.support.files import File


def day(number: int) -> str:
    """When the change of this number is said to have landed."""
    return f"2026-01-{number + 1:02}T00:00:00Z"


class Story:
    """A registry that takes one change after the other, all made by dave; they are called ``0``, ``1`` and so on.

    ``outside`` are rules from elsewhere.
    """

    def __init__(
        self, *adopted: File, time: Callable[[int], str | None] = day, outside: Snapshot | None = None
    ) -> None:
        self._time = time
        self.shelf = Shelf()
        self.positions: dict[str, int] = {}
        self.commits: list[str] = []
        self.registry = Registry(self.shelf, outside, self.positions)
        self._numbers = count()
        self._stands: dict[str, File] = {}
        self._take(adopted)

    def lands(self, *files: File, status: Status = Status.PASS, gone: tuple[str, ...] = ()) -> Story:
        """A change with this verdict leaves these files and removes others."""
        self._take(files, status, gone)
        return self

    def _take(self, files: tuple[File, ...], status: Status | None = None, gone: tuple[str, ...] = ()) -> None:
        number = next(self._numbers)
        commit = oid(str(number))
        self.positions[commit] = number
        self.commits.append(commit)
        steps = [self.shelf.step(self._stands.get(file[0]), file) for file in files]
        steps += [self.shelf.step(self._stands[path], None) for path in gone]
        parsed = [(step, self.registry.parse(step.path, step.new)) for step in steps]
        before = {step.path: self.registry.snapshot.files.get(step.path) for step in steps}
        self.registry.move(parsed, commit=commit, time=self._time(number), people=("dave",))
        if status is not None:
            self.registry.enact(parsed, status, commit=commit, before=before)
        self._stands.update({file[0]: file for file in files})
