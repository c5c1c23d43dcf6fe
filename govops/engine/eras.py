"""Which frameworks counted along the chain. Nothing is written down where there is none."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from govops.decision import Law
from govops.engine.era import Era, Frameworks, Tally
from govops.engine.facts import Parsed
from govops.engine.grounds import idle
from govops.engine.registry import Registry
from govops.engine.sections import SECTIONS, Contents
from govops.finding import ClauseEvidence, Finding, Status
from govops.history import Oid, PathChange
from govops.rule import Rule

_NAMED = 5  # people


class Eras:
    """The eras of one walk. ``rules`` are the built-in ones by id; ``contents`` is what a report would have by now."""

    def __init__(self, registry: Registry, rules: Mapping[str, Rule], contents: Callable[[], Contents]) -> None:
        self._registry = registry
        self._rules = rules
        self._contents = contents
        self._days: list[str] = []
        self._asked: Frameworks | None = None
        self.all: list[Era] = []

    def recall(self, eras: Iterable[Era]) -> None:
        """Go on from these."""
        self.all = list(eras)
        self._days = _days(self.all[-1].frameworks) if self.all else []

    def reach(self, since: Oid | None, time: str | None) -> None:
        """Come to a change that the frameworks of its first parent judge; None is the end of the chain."""
        law = self._registry.law
        frameworks = law.frameworks()
        if not self.all and not frameworks:
            return
        fresh = frameworks is not self._asked  # some policy changed, maybe another one
        era = Era(since, time, frameworks, idle(law, self._rules)) if fresh else None
        self._asked = frameworks
        if self.all and self._goes_on(self.all[-1], era, time):
            return
        self._close()
        self.all.append(era or replace(self.all[-1], since=since, time=time, tallies={}, closing=()))
        self._days = _days(frameworks)

    def end(self, time: str | None) -> None:
        """The chain is at its end, as of this instant."""
        self.reach(None, time)
        self._close()

    def allowed(
        self,
        change: Oid,
        landed: Sequence[tuple[PathChange, Parsed]],
        warnings: Iterable[Finding],
        own: Iterable[tuple[str, int]],
    ) -> None:
        """The change that was come to was allowed, whatever it was warned of.

        ``own`` are the users' own rules that judged it, and how many resources each of them.
        """
        if not self.all:
            return
        left = [content for diff, content in landed if diff.new is not None and not content.is_missing]
        resources = [content.resource.key.kind for content in left if content.resource is not None]
        asked, warned = dict(own), tuple(sorted({finding.rule for finding in warnings}))
        key = tuple(sorted(set(resources))), tuple(sorted(asked)), warned
        tally = self.all[-1].tallies.setdefault(key, Tally(*key, first=change, last=change))
        tally.last = change
        tally.changes += 1
        tally.files += len(left)
        for kind in resources:
            tally.resources[kind] = tally.resources.get(kind, 0) + 1
        for rule, count in asked.items():
            tally.asked[rule] = tally.asked.get(rule, 0) + count

    def _close(self) -> None:
        if self.all:
            self.all[-1].closing = tuple(self._closing(self.all[-1]))

    def _goes_on(self, era: Era, now: Era | None, time: str | None) -> bool:
        """Whether nothing is otherwise than in the era; ``now`` is None where no policy changed."""
        same = now is None or (era.frameworks, era.idle) == (now.frameworks, now.idle)
        return same and self._stretch(era.time) == self._stretch(time)

    def _stretch(self, time: str | None) -> int | None:
        """Between which two of the days on which a clause begins or ceases to count."""
        if not self._days:
            return 0
        return None if time is None else bisect_right(self._days, time)

    def _closing(self, era: Era) -> Iterator[ClauseEvidence]:
        """What the permissions and sections that the clauses name show by now."""
        clauses = tuple(era.demands())
        for permission in sorted({name for clause in clauses for name in clause.permissions}):
            yield from _held(self._registry.law, permission)
        for section in sorted({name for clause in clauses for name in clause.sections}):
            if lines := SECTIONS[section](self._contents()):
                yield ClauseEvidence("section", section, Status.PASS, items=lines)


def _days(frameworks: Frameworks) -> list[str]:
    """The instants at which clauses begin or cease to count, in order."""
    windows = (one.spec.window(clause) for _, one in frameworks for clause in one.spec.clauses)
    return sorted({instant for window in windows for instant in window if instant is not None})


def _held(law: Law, permission: str) -> Iterator[ClauseEvidence]:
    people = law.holders(permission=permission)
    if people:
        more = f" and {len(people) - _NAMED} more" if len(people) > _NAMED else ""
        roles = ", ".join(law.roles_serving(permission=permission))
        detail = f"{', '.join(people[:_NAMED])}{more}, as {roles}"
        yield ClauseEvidence("permission", permission, Status.PASS, items=len(people), detail=detail)
