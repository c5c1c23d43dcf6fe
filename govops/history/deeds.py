"""What was done to each resource over its whole life, and who had which part in it: kept along the chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from govops.history import Oid


@dataclass(frozen=True, slots=True)
class Deed:
    """One action of one change, whatever became of the change.

    ``resource`` is ``Kind/name``. ``contributors`` are the known people who made the change, ``approvers`` those whose
    approval of this resource counted, ``vouching`` those for whom it would have, had others not been enough, and
    ``approving`` all who approved the change, whether it counted or not; all sorted.
    ``fields`` are the parts of ``spec`` that got another content; None where the resource came or went, so that all
    did. ``is_approved`` says that the judge had nothing against the change, ``version`` is the one that a Deployment
    names then (or named, if it went). ``is_told`` says that there was evidence to judge by: else nobody can tell who
    approved what.
    """

    resource: str
    action: str
    commit: Oid
    time: str | None = None
    contributors: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    fields: tuple[str, ...] | None = None
    is_approved: bool = False
    version: str = ""
    is_told: bool = True
    approving: tuple[str, ...] = ()
    vouching: tuple[str, ...] = ()


def lives(resource: str, version: str = "") -> tuple[str, ...]:
    """The lives that ``Kind/name`` is part of, by scope: ``resource:…``, ``version:model/1.0``, ``model:…``,
    ``use-case:…``. ``version`` is the one that a Deployment names.
    """
    kind, _, name = resource.partition("/")
    own = f"resource:{resource}"
    if kind == "Model":
        return (own, f"model:{name}")
    if kind == "ModelVersion":
        return (own, f"version:{name}", f"model:{name.partition('/')[0]}")
    if kind == "Deployment":
        model = name.rpartition("/")[2]
        return (own, f"version:{model}/{version}", f"model:{model}") if version else (own, f"model:{model}")
    return (own, f"use-case:{name}") if kind == "UseCase" else (own,)


class Deeds:
    """All deeds so far, by resource. ``earlier`` are those that another walk kept, read when first asked for."""

    def __init__(self, earlier: Sequence[Deed] = ()) -> None:
        self._earlier = earlier
        self._since: list[Deed] = []
        self._known: dict[str, list[Deed]] = {}
        self._read = 0

    @property
    def since(self) -> tuple[Deed, ...]:
        """Those that this walk added, in order."""
        return tuple(self._since)

    def add(self, deeds: Iterable[Deed]) -> None:
        """Note what a change did."""
        self._since.extend(deeds)

    def __len__(self) -> int:
        return len(self._earlier) + len(self._since)

    def after(self, count: int) -> Iterator[Deed]:
        """All but the first ``count``, oldest first."""
        known = len(self._earlier)
        if count < known:
            yield from islice(self._earlier, count, None)
        yield from self._since[max(count - known, 0) :]

    def of(self, resource: str) -> Sequence[Deed]:
        """What was done to ``Kind/name``, oldest first."""
        return self._index().get(resource, ())

    def __iter__(self) -> Iterator[Deed]:
        """Every deed, oldest first."""
        yield from self._earlier
        yield from self._since

    def _index(self) -> Mapping[str, Sequence[Deed]]:
        """Indexed only when somebody asks: most histories have no rule that looks back."""
        if not self._read and not self._known:
            for deed in self._earlier:
                self._known.setdefault(deed.resource, []).append(deed)
        for deed in self._since[self._read :]:
            self._known.setdefault(deed.resource, []).append(deed)
        self._read = len(self._since)
        return self._known
