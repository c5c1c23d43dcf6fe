"""What text and Markdown say of a fleet in the same words."""

from __future__ import annotations

from govops.fleet import Fleet, Member, State
from govops.render.wording import many

RESULTS = {
    State.PASS: "passes",
    State.FAIL: "fails",
    State.UNDECIDABLE: "cannot be established",
    State.ERROR: "cannot be relied on",
    State.NOT_AUDITED: "not audited",
}


def judged_by(fleet: Fleet) -> str:
    """By whose rules."""
    return f"judged by the policies of {fleet.policies}" if fleet.policies else "each judged by its own policies"


def headline(fleet: Fleet) -> str:
    """How many pass, and how many are in each other state."""
    counts = dict(fleet.tally())
    others = [f"{count} {_PLURAL[state]}" for state, count in counts.items() if count and state is not State.PASS]
    stale = sum(member.is_stale for member in fleet.members)
    if stale:
        others.append(f"{stale} stale")
    first = f"{counts[State.PASS]} of {many(len(fleet.members), 'member')} {_pass(counts[State.PASS])}"
    return "; ".join([first, *others])


def note(member: Member, fleet: Fleet) -> str:
    """What else to know of a member: why it was not audited, or that it is stale."""
    if member.why:
        return member.why
    if not member.is_stale:
        return ""
    since = f"since {member.latest}" if member.latest else "at all"
    return f"stale: nothing attested {since}, and {fleet.stale_after} is the limit"


_PLURAL = {
    State.FAIL: "with violations",
    State.UNDECIDABLE: "not established",
    State.ERROR: "not to be relied on",
    State.NOT_AUDITED: "not audited",
}


def _pass(count: int) -> str:
    return "passes" if count == 1 else "pass"
