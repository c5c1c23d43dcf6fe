"""What was promised when: the texts of one agreement along the history, by attested times and lawful changes only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum

from govops.kinds.service_level_agreement import Maintenance, ServiceLevelAgreementSpec
from govops.service import Excluded, Span
from govops.sla.measuring import Stretch

DAWN = datetime.min.replace(tzinfo=UTC)


class Approval(Enum):
    """What the judge said of a change: an unapproved one promises nothing, of an untold one nobody knows."""

    GIVEN = "given"
    MISSING = "missing"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Text:
    """The agreement as one change left it, None where it took it away.

    It landed at ``earliest`` at the soonest and ``latest`` at the latest: the same where somebody attests the time;
    None for a bound that nobody knows. ``approvers`` are those whose approval counted.
    """

    commit: str
    spec: ServiceLevelAgreementSpec | None
    earliest: datetime | None
    latest: datetime | None
    approval: Approval = Approval.GIVEN
    approvers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """From ``start`` on ``text`` is in force, until the next term; without one, ``why`` says why nothing is known.

    A text without a spec means that nothing is promised.
    """

    start: datetime
    text: Text | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch in which one promise was in force; ``spec`` None: nobody knows which, as ``why`` says.

    ``excluded`` are the maintenances that counted, in order, cut to the part.
    """

    stretch: Stretch
    spec: ServiceLevelAgreementSpec | None
    commit: str = ""
    why: str = ""
    excluded: tuple[Excluded, ...] = field(default=())


def terms(texts: Sequence[Text], as_of: datetime) -> tuple[Term, ...]:
    """What was in force by ``as_of``, oldest first: the first term begins at the dawn of time.

    ``texts`` are in the order of the chain. Before the agreement came nothing is promised; before the first attested
    time of one that stood at the adoption, nothing is known.
    """
    found = [Term(DAWN, Text("", None, None, None))]
    for text in texts:
        if text.approval is Approval.MISSING:
            continue
        start = text.earliest or DAWN
        if text.approval is Approval.UNTOLD:
            _enter(found, Term(start, None, f"whether {text.commit[:12]} was allowed cannot be established"))
        elif text.latest != text.earliest or text.earliest is None:
            _enter(found, Term(start, None, f"nobody attests when {text.commit[:12]} landed"))
        if text.approval is Approval.GIVEN and text.latest is not None:
            _enter(found, Term(text.latest, text))
    return tuple(term for term in found if term.start <= as_of)


def _enter(found: list[Term], term: Term) -> None:
    """A later change takes the place of whatever would begin after it, or with it."""
    while found and found[-1].start >= term.start:
        found.pop()
    found.append(term)


def in_force(terms_: Sequence[Term]) -> Text | None:
    """What is in force in the end, or was the last to be as far as anybody knows; None where nothing ever was."""
    known = [term.text for term in terms_ if term.text is not None]
    return next((text for text in reversed(known) if text.spec is not None), None)


def split(terms_: Sequence[Term], stretch: Stretch) -> tuple[Part, ...]:
    """The parts of a window, in order; stretches in which nothing was promised are in none.

    Terms that promise the same make one part, whatever else their texts say, so that a new label starts no new budget.
    """
    parts: list[Part] = []
    for cut, term in _cuts(terms_, stretch):
        if term.text is not None and term.text.spec is None:
            continue
        part = _part(cut, term)
        if parts and parts[-1].stretch.end == cut.start and _same(parts[-1], part):
            before = parts.pop()
            whole = Stretch(before.stretch.start, cut.end)
            part = Part(whole, before.spec, before.commit, before.why, _joined((*before.excluded, *part.excluded)))
        parts.append(part)
    return tuple(parts)


def counted(part: Part, until: datetime) -> tuple[Stretch, ...]:
    """What of a part counts, up to an instant: all but its maintenances."""
    found, start, end = [], part.stretch.start, min(part.stretch.end, until)
    for one in part.excluded:
        rest = moment(one.span.start)
        if start < min(rest, end):
            found.append(Stretch(start, min(rest, end)))
        start = max(start, moment(one.span.end))
    if start < end:
        found.append(Stretch(start, end))
    return tuple(found)


def moment(instant: str) -> datetime:
    """An instant as YAML has it."""
    return datetime.fromisoformat(instant)


def instant(when: datetime) -> str:
    """An instant as YAML has it; what is finer than a second is shown as it is."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def span(stretch: Stretch) -> Span:
    """A stretch as reports have it."""
    return Span(instant(stretch.start), instant(stretch.end))


def _cuts(terms_: Sequence[Term], stretch: Stretch) -> Iterator[tuple[Stretch, Term]]:
    for place, term in enumerate(terms_):
        start = max(term.start, stretch.start)
        end = min(terms_[place + 1].start if place + 1 < len(terms_) else stretch.end, stretch.end)
        if start < end:
            yield Stretch(start, end), term


def _part(cut: Stretch, term: Term) -> Part:
    text = term.text
    if text is None or text.spec is None:
        return Part(cut, None, why=term.why)
    return Part(cut, text.spec, text.commit, excluded=_joined(_excluded(cut, text, text.spec.maintenance)))


def _excluded(cut: Stretch, text: Text, maintenance: Iterable[Maintenance]) -> Iterator[Excluded]:
    for one in maintenance:
        start, end = max(moment(one.start), cut.start), min(moment(one.end), cut.end)
        if start < end:
            yield Excluded(span(Stretch(start, end)), one.reason, text.approvers, text.commit)


def _joined(excluded: Iterable[Excluded]) -> tuple[Excluded, ...]:
    """In order and apart: of what overlaps, the later one begins where the earlier one ends."""
    found: list[Excluded] = []
    for one in sorted(excluded, key=lambda one: (moment(one.span.start), moment(one.span.end))):
        start = max(moment(one.span.start), moment(found[-1].span.end)) if found else moment(one.span.start)
        if start < moment(one.span.end):
            found.append(Excluded(Span(instant(start), one.span.end), one.reason, one.approvers, one.commit))
    return tuple(found)


def _same(one: Part, other: Part) -> bool:
    if one.spec is None or other.spec is None:
        return one.spec is other.spec and one.why == other.why
    return (one.spec.objectives, one.spec.at_risk) == (other.spec.objectives, other.spec.at_risk)
