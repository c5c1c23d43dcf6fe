"""How a walk keeps what it knows, and goes on from what another has kept."""

from __future__ import annotations

from collections import ChainMap
from dataclasses import replace

from govops.decision import SETTINGS_PATH
from govops.engine.audit import Audit
from govops.engine.doubts import doubts_of
from govops.engine.era import keep, restore
from govops.engine.keeping import Before, Kept, Place, Trail, concerns, heard, is_plain, is_what_stands
from govops.engine.process import Stopwatch
from govops.engine.witness import speaks
from govops.evidence.records import Subject
from govops.finding import troubled
from govops.history import Past, PathChange
from govops.history.deeds import Deeds


class Memory:
    """Watches one walk. ``kept`` is what was known after ``facts.keep_at``, as soon as the walk has come there."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._earned = audit.keys
        self._begun = 0
        self._wanted = audit.positions.get(audit.facts.keep_at or "", len(audit.positions))
        self.kept: Kept | None = None
        audit.pause = self._watch

    def resume(self, kept: Kept, past: Past) -> bool:
        """Let the walk begin where the kept one stood, unless the tree or the records since say otherwise."""
        audit, facts = self._audit, self._audit.facts
        place, trail = kept.place, kept.trail
        self._begun, self._earned = place.seen, place.earned
        audit.registry.recall(kept)
        audit.standing.recall(place.standing)
        audit.ledger.earlier, audit.ledger.commits, audit.ledger.bins = trail, place.commits, dict(place.bins)
        audit.ledger.stopwatch = Stopwatch(place.times)
        audit.time, audit.adopted, audit.adoption = place.time, place.adopted, place.adoption
        audit.taken, audit.seen, audit.reporting = place.commit, place.seen, place.reporting
        audit.keys, audit.distrusted, audit.foreign = place.keys, set(place.distrusted), list(place.foreign)
        audit.spent = ChainMap({}, dict(trail.spent))
        audit.deeds = audit.own.deeds = Deeds(trail.deeds)
        audit.docket.recall(place.waivers, trail.cases, place.mending)
        audit.checks.reach(place.edition)
        audit.eras.recall(restore(place.eras))
        tree, before = facts.documents.tree(place.commit), Before(audit.positions, place.seen, past.side)
        stands = tree is not None and is_what_stands(audit.registry.snapshot.files, tree, audit.registry.governed)
        return stands and not concerns(facts.book, facts.fresh, before=before, landed=trail.landed, speaks=self._speaks)

    def ends_as_from_the_start(self) -> bool:
        """Whether nothing that was learnt on the way casts another light on what was kept."""
        audit, book = self._audit, self._audit.facts.book
        recorders = {(recorder.name, recorder.key) for recorder in audit.registry.law.settings.recorders}
        untouched = all(change.path != SETTINGS_PATH for change in audit.landed)
        settled = not self._earned or (recorders <= self._earned and untouched)
        early = audit.keys <= self._earned or not audit.keys_came_late()
        alike = book.is_heard_alike(audit.trust()) and audit.threads() is not None
        believed = doubts_of(audit.registry.law) == audit.doubts
        return audit.is_plain and settled and early and alike and believed

    def remembered(self) -> Kept | None:
        """What to keep, after the walk has ended; None if it did not come so far or something is not plain."""
        audit, book, threads = self._audit, self._audit.facts.book, self._audit.threads()
        if self.kept is None or threads is None or not audit.is_plain:
            return None
        before = Before(audit.positions, self.kept.place.seen)
        believed = frozenset(filter(audit.trust().believes, book.voices()))
        return None if before.is_spanned(book) else replace(self.kept, heard=heard(book, believed, threads, before))

    def _speaks(self, subject: Subject, landed: PathChange) -> bool:
        return speaks(subject, landed, self._audit.replays.covers)

    def _watch(self) -> None:
        audit = self._audit
        arrived = self._begun <= self._wanted < audit.seen
        if self.kept is not None or not arrived:
            return
        if is_plain(audit.registry.snapshot) and not audit.ledger.bins.get("pending"):
            files = tuple(audit.registry.snapshot.files.items())
            self.kept = Kept(self._place(), files, dict(audit.registry.law.unlawful), self._trail())
        else:
            self._wanted = len(audit.positions)

    def _place(self) -> Place:
        audit, registry = self._audit, self._audit.registry
        return Place(
            commit=audit.taken or "",
            seen=audit.seen,
            time=audit.time,
            adopted=audit.adopted,
            adoption=audit.adoption,
            reporting=audit.reporting,
            commits=audit.ledger.commits,
            bins=dict(audit.ledger.bins),
            foreign=tuple(audit.foreign),
            keys=audit.keys,
            earned=self._earned,
            distrusted=frozenset(audit.distrusted),
            doubts=audit.doubts,
            stays=tuple((*where, tuple(versions)) for where, versions in registry.stays.items()),
            tenures=tuple(registry.tenures),
            held=registry.going_on,
            standing=dict(audit.standing.known),
            edition=audit.checks.edition,
            waivers=dict(audit.docket.waiving.tallies),
            mending=audit.docket.cases.mending,
            eras=keep(audit.eras.all),
            times=audit.ledger.stopwatch.kept(),
            incidents=audit.registry.incidents.kept(),
        )

    def _trail(self) -> Trail:
        audit, ledger = self._audit, self._audit.ledger
        return Trail(
            changes=tuple(ledger.changes),
            troubled=tuple(troubled(ledger.changes)),
            findings=tuple(ledger.findings),
            policies=tuple(ledger.policies),
            deployments=tuple(audit.registry.deployments),
            weak=tuple(ledger.weak),
            landed=tuple(audit.landed),
            deeds=audit.deeds.since,
            cases=audit.docket.cases.since,
            spent=dict(audit.spent.maps[0]),
        )
