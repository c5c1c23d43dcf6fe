"""The top of the report: verdict, warnings that every reader must see, where it comes from, and the sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from govops.finding import Counts, Provenance, Report
from govops.render.markdown.escape import Code, Phrase, Value, phrase
from govops.render.markdown.table import Table
from govops.render.verdict import lead, sentence
from govops.render.wording import many


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above the first section."""

    repository: str
    lead: str
    sentence: str
    notices: tuple[Value, ...]
    provenance: Table
    sums: tuple[str, ...]


def header(report: Report) -> Header:
    """The header of a report."""
    return Header(
        repository=report.provenance.repository,
        lead=f"{lead(report)}.",
        sentence=sentence(report),
        notices=tuple(_notices(report)),
        provenance=Table(("What", "Value"), lambda: _provenance(report.provenance)),
        sums=tuple(_sums(report.counts)),
    )


def _notices(report: Report) -> Iterator[Value]:
    provenance = report.provenance
    if provenance.single_maintainer:
        yield (
            "One maintainer: this repository says that it is kept by one person. Approvals by a second person "
            "are not to be expected, so separation of duties is not shown by anything below."
        )
    if provenance.retrospective is not None:
        yield phrase(
            "Rules applied in retrospect: the rules come from outside of this history, ",
            Code(provenance.retrospective),
            ". They were not in force when the changes landed, so a violation here is no breach at the time.",
        )
    if report.counts.problem:
        yield "The sums below do not hold. That is an error of govops itself: rely on nothing in this report."


def _provenance(provenance: Provenance) -> Iterator[tuple[str, Value]]:
    yield "Repository", Code(provenance.repository)
    yield "Branch", phrase(Code(provenance.ref), ", tip ", Code(provenance.tip))
    yield "Tree at the tip", phrase(Code(provenance.tree), f" (object format {provenance.object_format})")
    never = phrase("never: no ", Code("policies/govops.yaml"), " in this history")
    yield "Rules adopted at", _commit_or(provenance.adoption, never)
    yield "Judged from", _commit_or(provenance.first, "the first commit")
    yield "Judged as of", _as_of(provenance)
    yield "Evidence", _evidence(provenance)
    edition = f"edition {provenance.edition}" if provenance.edition else "no edition named"
    yield "Rules", f"{edition}; {_rules(provenance)}, listed under Changes of policy"
    yield "Made with", f"govops {provenance.govops_version}, git {provenance.git_version}"
    if provenance.new_since is not None:
        yield "Counted since", phrase(Code(provenance.new_since), ": what was found up to it does not decide")
    if provenance.baseline is not None:
        yield "Baseline", phrase(Code(provenance.baseline), ": what it lists does not decide")
    for note in provenance.notes:
        yield "Note", note


def _rules(provenance: Provenance) -> str:
    if provenance.retrospective is not None:
        return f"{many(len(provenance.policies), 'file')} from outside"
    return f"{many(len(provenance.policies), 'policy file')} at the tip"


def _commit_or(oid: str | None, otherwise: Value) -> Value:
    return Code(oid) if oid else otherwise


def _as_of(provenance: Provenance) -> Value:
    if provenance.as_of is None:
        return "no instant: nobody attested a time"
    return f"{provenance.as_of}, {provenance.as_of_clock}" if provenance.as_of_clock else provenance.as_of


def _evidence(provenance: Provenance) -> Value:
    mode = f"; mode {provenance.evidence_mode}" if provenance.evidence_mode else ""
    if provenance.evidence_ref is None:
        return f"no evidence branch was read{mode}"
    branch: Phrase = phrase(Code(provenance.evidence_ref), ", tip ", _commit_or(provenance.evidence_tip, "absent"))
    return phrase(branch, f", {many(provenance.records, 'record')}{mode}")


def _sums(counts: Counts) -> Iterator[str]:
    yield (
        f"Changes: {counts.chain} = {counts.no_claim} up to adoption + {counts.evaluated} evaluated "
        f"+ {counts.undecidable} undecidable + {counts.pending} waiting for a record"
    )
    yield (
        f"Governed changes: {counts.governed} = {counts.approved} approved + {counts.waived} waived "
        f"+ {counts.violating} violating + {counts.undecidable} undecidable"
    )
    ungoverned = counts.evaluated - counts.approved - counts.waived - counts.violating
    yield (
        f"They are {many(counts.commits, 'commit')} of the branch. {many(ungoverned, 'evaluated change')} touched no "
        "governed file, and nothing is claimed about what stood at adoption or before"
    )
