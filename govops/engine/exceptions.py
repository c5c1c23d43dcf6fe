"""The exceptions as a report lists them: waivers and ratifications, how they stand, and what each was of use for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from govops.decision import Law
from govops.decision.requirements import seconds_between
from govops.engine.cases import Acceptance
from govops.engine.docket import Docket
from govops.engine.waiving import Tally
from govops.finding import InventoryItem
from govops.kinds.ratification import Ratification
from govops.kinds.waiver import Waiver

_DAY = 86_400


def exceptions(law: Law, docket: Docket, as_of: str | None) -> Iterator[InventoryItem]:
    """Every waiver and ratification that stands, and those that were of use and are gone, by kind and path."""
    yield from _waivers(law, docket, as_of)
    yield from _ratifications(law, docket)


def _waivers(law: Law, docket: Docket, as_of: str | None) -> Iterator[InventoryItem]:
    lawful, tallies = dict(law.waivers()), docket.waiving.tallies
    standing = {path: found for path, found in law.snapshot.of_kind("Waiver") if isinstance(found, Waiver)}
    used = {path: tally.waiver for path, tally in tallies.items() if tally.counted}
    for path, waiver in sorted((used | standing | lawful).items()):
        status = _state(path, waiver, law, as_of) if path in lawful else "not in force: it is gone"
        if path in standing and path not in lawful:
            commit = law.unlawful[path].commit[:12]
            status = f"not in force: change {commit} left it without approval"
        yield _waiver(path, waiver, status, tallies, docket)


def _state(path: str, waiver: Waiver, law: Law, as_of: str | None) -> str:
    """How a lawful waiver stands at the instant of the report."""
    ends, days = waiver.spec.expires, law.settings.limits.waiver_days
    if as_of is None:
        return "not in force: nobody attests a time"
    if ends <= as_of:
        return "ended"
    if seconds_between(as_of, ends) > days * _DAY:
        return f"not in force: it lasts longer than {days} days"
    return "in force" if path in law.snapshot.files else "in force: it was taken away without approval"


def _waiver(path: str, waiver: Waiver, status: str, tallies: Mapping[str, Tally], docket: Docket) -> InventoryItem:
    spec = waiver.spec
    tally = tallies.get(path)
    approvers = docket.approvers(f"Waiver/{waiver.metadata.name}")
    facts = (
        ("rules", ", ".join(spec.rules)),
        ("scope", ", ".join(filter(None, (spec.scope.resource, spec.scope.path)))),
        ("owner", spec.owner),
        ("approved by", ", ".join(approvers)),
        ("expires", spec.expires),
        ("findings waived", str(tally.counted if tally else 0)),
    )
    return InventoryItem("Waiver", waiver.metadata.name, spec.reason, status, path, facts)


def _ratifications(law: Law, docket: Docket) -> Iterator[InventoryItem]:
    mending = docket.cases.mending
    accepted = {one.path: one for one in mending.accepted.values()}
    standing = {p: found for p, found in law.snapshot.of_kind("Ratification") if isinstance(found, Ratification)}
    for path in sorted({*accepted, *standing}):
        ratification, acceptance = standing.get(path), accepted.get(path)
        name = path.rpartition("/")[2].removesuffix(".yaml")
        reason = ratification.spec.reason if ratification else accepted[path].reason
        changes = ratification.spec.changes if ratification else ()
        facts = (
            ("changes", ", ".join(change[:12] for change in changes)),
            ("approved by", ", ".join(docket.approvers(f"Ratification/{name}"))),
            ("findings waived", str(mending.counts.get(path, 0))),
        )
        yield InventoryItem("Ratification", name, reason, _outcome(path, law, acceptance), path, facts)


def _outcome(path: str, law: Law, acceptance: Acceptance | None) -> str:
    if acceptance is not None:
        return f"accepted by change {acceptance.commit[:12]}"
    if path in law.unlawful:
        return f"accepts nothing: change {law.unlawful[path].commit[:12]} left it without approval"
    return "accepts nothing"
