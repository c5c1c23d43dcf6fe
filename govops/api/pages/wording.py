"""How pages name states, severities, numbers and steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govops.api.pages.values import NOTHING, Badge, Moment, Person, Tone, Value, joined
from govops.finding import Status

_TONES: Mapping[str, Tone] = {
    **dict.fromkeys(("approved", "deployed", "deployed_production", "merged", "resolved", "acknowledged"), "good"),
    **dict.fromkeys(("compliant", "in time", "shown"), "good"),
    **dict.fromkeys(("open", "submitted", "deployed_staging", "at_risk", "running", "waived"), "waits"),
    **dict.fromkeys(("rejected", "rolled_back", "conflicted", "not acknowledged", "violated", "late"), "bad"),
    **dict.fromkeys(("overdue", "unreadable", "failing"), "bad"),
    **dict.fromkeys(("unknown", "unverifiable", "could not be established"), "unknown"),
}
_SEVERITIES: Mapping[str, Tone] = {
    **dict.fromkeys(("critical", "error", "high"), "bad"),
    **dict.fromkeys(("warning", "medium"), "waits"),
}


STATUSES: Mapping[Status, Badge] = {
    Status.PASS: Badge("allowed", "good"),
    Status.WARN: Badge("allowed, with a warning", "waits"),
    Status.FAIL: Badge("violation", "bad"),
    Status.UNVERIFIABLE: Badge("not established", "unknown"),
    Status.ERROR: Badge("error", "bad"),
    Status.WAIVED: Badge("waived", "waits"),
}


def state(word: str) -> Badge:
    """A status of a resource, a proposal or a promise."""
    return Badge(word or "none", _TONES.get(word, "plain"))


FOUND: Mapping[Status, Badge] = {
    **STATUSES,
    Status.PASS: Badge("passed", "good"),
    Status.WARN: Badge("warning", "waits"),
}


def found(status: str) -> Badge:
    """What a finding amounts to."""
    return FOUND[Status(status)]


def judged(status: str) -> Badge:
    """How a change was judged."""
    return STATUSES[Status(status)]


def severity(word: str) -> Badge:
    """How grave something is."""
    return Badge(word or "unknown", _SEVERITIES.get(word, "plain"))


def moment(instant: str | None, claimed: str | None = None) -> Value:
    """An attested time, or a claimed one with a word of caution."""
    if instant:
        return Moment(instant)
    return Moment(claimed, "claimed") if claimed else "time unknown"


def people(names: Iterable[str], nothing: str = NOTHING) -> Value:
    """Persons, each a link."""
    return joined(map(Person, names), nothing=nothing)


def amount(number: float | None) -> str:
    """``48,210,944``, ``0.942``; a dash for what was not measured."""
    if number is None:
        return NOTHING
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.10g}"


def step(action: str) -> str:
    """``model.deploy_production`` as ``deploy production``."""
    return action.partition(".")[2].replace("_", " ") or action
