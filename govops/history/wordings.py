"""Texts that stand in a snapshot, so indexed that those like a given one are found without comparing all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from govops.kinds.likeness import Wording

_LOOKED_AT = 64  # texts with which each is compared by stems
_COMPARED = 5  # and letter by letter, at most


class Wordings:
    """Texts by path. Everything is in the order in which it was put, so that every run finds the same."""

    def __init__(self) -> None:
        self._known: dict[str, Wording] = {}
        self._saying: dict[str, dict[str, None]] = {}  # paths by stem

    def put(self, path: str, text: str) -> None:
        """Replace the text of a path; an empty one is none."""
        before = self._known.pop(path, None)
        for stem in before.stems if before else ():
            self._saying[stem].pop(path)
        if text:
            wording = self._known[path] = Wording.of(text)
            for stem in wording.stems:
                self._saying.setdefault(stem, {})[path] = None

    def near(self, path: str) -> Iterator[tuple[str, float]]:
        """(path, likeness) of others that may say the same, most alike first.

        Those are looked at that share the rarest words; of very many that all say the same, not every one is found.
        """
        here = self._known.get(path)
        if here is None:
            return
        likely = [other for other in self._sharing(path, here) if here.may_be_like(self._known[other])]
        likely.sort(key=lambda other: (-len(here.stems & self._known[other].stems), other))
        found = [(other, here.likeness(self._known[other])) for other in likely[:_COMPARED]]
        yield from sorted(found, key=lambda one: (-one[1], one[0]))

    def _sharing(self, path: str, here: Wording) -> list[str]:
        rarest = sorted(here.stems, key=lambda stem: (len(self._saying[stem]), stem))
        others: dict[str, None] = {}
        for stem in rarest:
            room = _LOOKED_AT + 1 - len(others)
            others.update(islice(self._saying[stem].items(), room))
        others.pop(path, None)
        return list(others)
