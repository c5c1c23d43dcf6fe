"""What was found against earlier changes: what a Ratification accepts of it, and what a revert has put right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from govops.decision import Law
from govops.finding import ChangeRecord, Finding, Status, worst_of
from govops.history import Entry, Oid, PathChange
from govops.kinds.ratification import Ratification
from govops.rule import Unmatched

_ACCEPTABLE = (Status.FAIL, Status.WARN)
_LONGEST_REASON = 200  # characters of a ratification's reason in the words of a finding


@dataclass(frozen=True, slots=True)
class Charge:
    """One finding of a change as far as a ratification needs it; ``status`` as it was before any was accepted."""

    fingerprint: str
    rule: str
    path: str | None
    status: Status
    subject: str = ""

    def at(self, commit: Oid) -> str:
        """The fingerprint that it had when the change was called so, before the history was rewritten."""
        return Finding(self.rule, "", commit=commit, path=self.path, subject=self.subject).fingerprint


@dataclass(frozen=True, slots=True)
class Case:
    """A change that broke a rule, or was warned of. ``status`` is what it was judged at first.

    ``makers`` took part in it or own a waiver that it brought, ``addresses`` are where they did so from.
    ``before`` are the governed paths of a violation as they were before. ``reported``: the report tells of it.
    """

    change: Oid
    status: Status
    makers: tuple[str, ...]
    addresses: tuple[str, ...]
    charges: tuple[Charge, ...]
    before: tuple[tuple[str, Entry | None], ...]
    reported: bool


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The ratification ``path`` that landed with ``commit`` accepts a finding."""

    path: str
    commit: Oid
    reason: str


@dataclass(frozen=True, slots=True)
class Mending:
    """What became of earlier changes since they were judged.

    ``accepted`` goes by fingerprint, ``counts`` by ratification: how many findings that are reported it accepts.
    ``statuses`` and ``remediated`` go by change: what it amounts to now, and the approved change that restored it.
    """

    accepted: Mapping[str, Acceptance] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    statuses: Mapping[Oid, Status] = field(default_factory=dict)
    remediated: Mapping[Oid, Oid] = field(default_factory=dict)

    def finding(self, finding: Finding) -> Finding:
        """The finding as it stands now."""
        found = self.accepted.get(finding.fingerprint) if finding.status in _ACCEPTABLE else None
        if found is None:
            return finding
        hint = f"accepted by change {found.commit[:12]}: {found.reason}"
        return replace(finding, status=Status.WAIVED, waived=found.path, hint=hint)

    def change(self, change: ChangeRecord) -> ChangeRecord:
        """The change as it stands now."""
        status, by = self.statuses.get(change.id), self.remediated.get(change.id, "")
        return replace(change, status=status or change.status, remediated_by=by) if status or by else change


@dataclass(frozen=True, slots=True)
class Answer:
    """What a ratification would accept, by change, and what it names in vain."""

    accepted: tuple[tuple[Case, Charge], ...] = ()
    unmatched: tuple[Unmatched, ...] = ()


class Cases:
    """All of them so far. ``earlier`` are those that another walk kept, read when first asked for.

    ``renamed`` tells what a change is called by now, of which people agreed that it had to be rewritten.
    """

    def __init__(self, earlier: Sequence[Case] = (), mending: Mending | None = None) -> None:
        self.renamed: Callable[[Oid], Oid] = lambda change: change
        self._earlier = earlier
        self._since: list[Case] = []
        self._by_change: dict[Oid, Case] = {}
        self._restorable: dict[tuple[str, Entry | None], list[Case]] = {}
        self._read = False
        known = mending or Mending()
        self._accepted = dict(known.accepted)
        self._counts = dict(known.counts)
        self._statuses = dict(known.statuses)
        self._remediated = dict(known.remediated)

    @property
    def since(self) -> tuple[Case, ...]:
        """Those that this walk added, in order."""
        return tuple(self._since)

    @property
    def mending(self) -> Mending:
        """What became of them, as it is now."""
        return Mending(dict(self._accepted), dict(self._counts), dict(self._statuses), dict(self._remediated))

    def add(self, case: Case) -> None:
        """Note what was found against a change."""
        self._since.append(case)
        if self._read:
            self._index(case)

    def made_by(self, law: Law, change: Oid) -> Iterator[str]:
        """Who took part in it, also from an account that nobody had then and somebody has by now."""
        case = self._known().get(self.renamed(change))
        if case is not None:
            yield from case.makers
            yield from (person for address in case.addresses for person in law.people_at(address))

    def answer(self, path: str, ratification: Ratification) -> Answer:
        """What there is to accept of what this ratification names: nothing of what came after, or never failed."""
        spec = ratification.spec
        accepted: list[tuple[Case, Charge]] = []
        unmatched: list[Unmatched] = []
        known: set[str] = set()
        for place, change in enumerate(spec.changes):
            case = self._known().get(self.renamed(change))
            meant = [charge for charge in (case.charges if case else ()) if _means(charge, change, spec.fingerprints)]
            found = [charge for charge in meant if charge.fingerprint not in self._accepted]
            matched = [*found, *(charge for charge in meant if self._did(path, charge))]
            known.update(one for charge in matched for one in (charge.fingerprint, charge.at(change)))
            accepted += [(case, charge) for charge in found if case and (case, charge) not in accepted]
            if not matched:
                at = ("spec", "changes", place)
                unmatched.append(Unmatched(path, at, f"change {change[:12]}", _NOTHING_LEFT if case else _NO_CASE))
        for place, fingerprint in enumerate(spec.fingerprints):
            if fingerprint not in known:
                at = ("spec", "fingerprints", place)
                unmatched.append(Unmatched(path, at, f"finding {fingerprint}", _NO_CHARGE))
        return Answer(tuple(accepted), tuple(unmatched))

    def answers(self, ratifications: Iterable[tuple[str, Ratification]]) -> Answer:
        """The same for several, by path."""
        found = [self.answer(path, one) for path, one in ratifications]
        accepted = tuple(pair for answer in found for pair in answer.accepted)
        return Answer(accepted, tuple(one for answer in found for one in answer.unmatched))

    def accept(self, path: str, ratification: Ratification, commit: Oid) -> Iterator[tuple[Case, Status, Status]]:
        """Accept all of :meth:`answer`; each change that amounts to something else then, its status before and now."""
        acceptance = Acceptance(path, commit, ratification.spec.reason[:_LONGEST_REASON])
        accepted = self.answer(path, ratification).accepted
        self._accepted.update({charge.fingerprint: acceptance for _, charge in accepted})
        self._counts[path] = self._counts.get(path, 0) + sum(case.reported for case, _ in accepted)
        for case in {case.change: case for case, _ in accepted}.values():
            before, now = self._statuses.get(case.change, case.status), self._amounts_to(case)
            if now is not before:
                self._statuses[case.change] = now
                yield case, before, now

    def restore(self, landed: Iterable[PathChange], commit: Oid) -> None:
        """An approved change landed: violations are remediated if it left all their files as they were before them."""
        if not self._earlier and not self._since:
            return
        self._known()
        after = {change.path: change.new for change in landed}
        for state in after.items():
            waiting = self._restorable.get(state, [])
            done = [case for case in waiting if all(after.get(path, _ELSE) == entry for path, entry in case.before)]
            for case in done:
                waiting.remove(case)
                self._remediated.setdefault(case.change, commit)

    def _did(self, path: str, charge: Charge) -> bool:
        """Whether this very ratification accepted it before: an edit of its reason names it once more."""
        found = self._accepted.get(charge.fingerprint)
        return found is not None and found.path == path

    def _amounts_to(self, case: Case) -> Status:
        """The worst that is left; a warning that was accepted makes nothing of a change."""
        left = {charge.status for charge in case.charges if charge.fingerprint not in self._accepted}
        mended = any(c.status is Status.FAIL and c.fingerprint in self._accepted for c in case.charges)
        return worst_of(left | ({Status.WAIVED} if mended else set()))

    def _known(self) -> Mapping[Oid, Case]:
        if not self._read:
            self._read = True
            for case in (*self._earlier, *self._since):
                self._index(case)
        return self._by_change

    def _index(self, case: Case) -> None:
        self._by_change[case.change] = case
        if case.before and case.change not in self._remediated:
            self._restorable.setdefault(case.before[0], []).append(case)


def _means(charge: Charge, change: Oid, fingerprints: Sequence[str]) -> bool:
    """Whether a ratification that names the change so means this: any violation, or what it lists by fingerprint."""
    if not fingerprints:
        return charge.status is Status.FAIL
    return charge.status in _ACCEPTABLE and not {charge.fingerprint, charge.at(change)}.isdisjoint(fingerprints)


_ELSE = Entry("", "")  # no path is ever left so
_NO_CASE = "no earlier change of this id broke a rule"
_NOTHING_LEFT = "it has nothing of what is named here that could be accepted, or somebody accepted that already"
_NO_CHARGE = "none of these changes has such a violation or warning, or somebody accepted it already"
