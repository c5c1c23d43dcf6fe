"""A walk that goes on from what another has kept: every story of the corpus in memory, paused after each commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import pytest

from govops.engine import AuditFacts, Kept, run, run_on
from govops.engine.keeping import Trail
from govops.evidence.book import Earlier, EvidenceBook, Recorded
from govops.evidence.records import Checkpoint, Receipt
from govops.finding import Report
from govops.history import Past
from govops.rules import RULES
from tests.corpus.test_corpus import Telling, tellings
from tests.engine.remembered import company_of, lands
from tests.oracle.play import facts, play
from tests.oracle.reach import OUT_OF_REACH
from tests.support.cast import RECORDER, public_line
from tests.support.files import model, settings
from tests.support.stories import corpus


def stories() -> Iterator[Any]:
    for name, story in corpus().items():
        if name not in OUT_OF_REACH:
            for what, telling in tellings(story):
                yield pytest.param(telling, id=f"{name}: {what}")


@pytest.mark.parametrize("telling", list(stories()))
def test_a_walk_that_pauses_anywhere_ends_like_one_that_does_not(telling: Telling) -> None:
    """It says the same and keeps the same. It begins anew where a receipt came since of a change that began before, or
    of another place.
    """
    company, steps, _ = telling
    whole = facts(play(company, steps))
    report, kept = at_once(whole)
    assert told(report) == told(run(RULES, whole))
    for count in range(1, len(whole.chain.steps)):
        then = paused(whole, count)
        _, before = at_once(then)
        ended = run_on(RULES, resumed(whole, then, before))
        assert (ended is None) == any(is_odd(record, then) for record in fresh(whole, then))
        if ended is not None:
            assert told(ended[0]) == told(report)
            assert ended[1] is not None
            assert replace(ended[1], trail=Trail()) == replace(kept, trail=Trail())
            assert added(before.trail, ended[1].trail) == told(kept.trail)


def test_a_walk_begins_anew_where_records_that_counted_count_no_more() -> None:
    """Settings accepted unsigned ones, and do not any longer: that is asked as of the end."""
    world = company_of(settings={"evidence": {"mode": "receipt", "accept_unsigned": True}})
    lands(world, model("fraud"), signer=None)
    then = paused(facts(world), 2)
    kept = at_once(then)[1]
    lands(world, model("churn"))
    assert run_on(RULES, resumed(facts(world), then, kept)) is not None
    lands(world, settings(evidence={"mode": "receipt"}), by="carol", approver="erin")
    assert run_on(RULES, resumed(facts(world), then, kept)) is None


def test_nothing_is_kept_of_where_a_key_was_not_known_that_counts_from_the_start() -> None:
    """A walk is repeated with a key that was named late: what the first one knew at the place is not what counts."""
    world = company_of()
    early = lands(world, model("fraud"), signer="next", recorder="next")
    named = settings(recorders=[{"name": name, "key": public_line(name)} for name in (RECORDER, "next")])
    last = lands(world, named, by="erin", approver="carol")
    ended = {at: run_on(RULES, replace(facts(world), keep_at=at)) for at in (early.commit, last.commit)}
    assert [done is not None and done[1] is not None for done in ended.values()] == [False, True]


def at_once(whole: AuditFacts) -> tuple[Report, Kept]:
    """The report of a walk from the start, and what it keeps at its end."""
    done = run_on(RULES, replace(whole, keep_at=whole.chain.tip))
    assert done is not None
    report, kept = done
    assert kept is not None
    return report, kept


def paused(whole: AuditFacts, count: int) -> AuditFacts:
    """The same history when it had only so many commits, and no recorder spoke of those that came since."""
    steps, since = tuple(whole.steps())[:count], whole.chain.steps[count:]
    chain = replace(whole.chain, tip=steps[-1].commit.oid, steps=whole.chain.steps[:count])
    book = EvidenceBook(record for record in whole.book.records if not _speaks_of(record, since))
    return replace(whole, chain=chain, steps=lambda: steps, book=book)


def resumed(whole: AuditFacts, then: AuditFacts, kept: Kept) -> AuditFacts:
    """The rest of the history, after what was kept of the beginning; all records of then are at hand once more."""
    count, heard = len(then.chain.steps), kept.heard
    earlier = Earlier(
        unread=0,
        ids=frozenset(record.id for record in then.book.records),
        unplaced=heard.unplaced,
        believed=heard.believed,
        doubted=heard.doubted,
        threads=heard.threads,
        approvals=then.book.approvals_of,
        proposals=then.book.proposals_of,
    )
    steps = tuple(whole.steps())
    side = frozenset(other.commit.oid for step in steps[:count] for other in step.side)
    return replace(
        whole,
        steps=lambda: steps[count:],
        book=EvidenceBook(whole.book.records, whole.book.tampering, earlier),
        fresh=fresh(whole, then),
        kept=kept,
        past=Past(then.chain.steps, side),
        keep_at=whole.chain.tip,
    )


def fresh(whole: AuditFacts, then: AuditFacts) -> tuple[Recorded, ...]:
    """The records that came since."""
    return tuple(record for record in whole.book.records if record not in then.book.records)


def is_odd(record: Recorded, then: AuditFacts) -> bool:
    """Whether it is the receipt of a change that began before the last commit of then, or made for another place."""
    receipt = record.payload
    if not isinstance(receipt, Receipt):
        return False
    elsewhere = (receipt.repository, receipt.branch) != (then.provenance.repository, "main")
    return elsewhere or receipt.base in (None, *then.chain.steps[:-1])


def told(value: Report | Trail) -> dict[str, Any]:
    """All fields, what was kept apart put together."""
    found = {field.name: getattr(value, field.name) for field in fields(value)}
    return {name: tuple(one) if isinstance(one, Sequence) and name != "schema" else one for name, one in found.items()}


def added(before: Trail, since: Trail) -> dict[str, Any]:
    """One trail after the other."""
    first, second = told(before), told(since)
    return {
        name: {**first[name], **more} if isinstance(more, Mapping) else (*first[name], *more)
        for name, more in second.items()
    }


def _speaks_of(record: Recorded, commits: tuple[str, ...]) -> bool:
    return isinstance(record.payload, Receipt | Checkpoint) and record.payload.tip in commits
