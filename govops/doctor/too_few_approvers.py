"""The check ``too-few-approvers``."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from govops.decision import Law
from govops.decision.needs import Need
from govops.decision.seats import seat
from govops.doctor.circumstances import Circumstances
from govops.doctor.demands import StandingDemand, standing_demands
from govops.doctor.means import means
from govops.finding import Finding
from govops.rule import warning


def check(facts: Circumstances) -> Iterator[Finding]:
    """More people can give the approvals that a policy asks for than it asks for.

    ## Why it matters
    With too few the policy blocks every change it matches. With just as many, each of them blocks the changes that
    they take part in, and a holiday blocks the others. The way out of that is usually a bypass. Only active people
    whose evidence would count are counted.

    ## How to fix it
    Grant the role or permission to more people, give them accounts or keys, or ask for fewer approvals.
    """
    if facts.law.settings.single_maintainer:
        return
    for demand in standing_demands(facts.law):
        able = _able(facts.law, demand)
        seating = seat(demand.ways, able)
        asked = f"{demand.source} asks for {demand.text}"
        path = demand.source if demand.source.startswith("policies/") else None
        hint = "let more people hold what is asked for"
        if seating.lacking:
            message = f"{asked}, and only {_names(able)} could give {'it' if seating.wanted == 1 else 'them'}"
            yield Finding("too-few-approvers", message, hint=hint, path=path, subject=demand.source)
        elif len(able) == seating.wanted:
            message = f"{asked}: nobody but {_names(able)} could, and not for a change of their own"
            yield warning(Finding("too-few-approvers", message, hint=hint, path=path, subject=demand.source))


def _able(law: Law, demand: StandingDemand) -> dict[str, dict[Need, tuple[str]]]:
    """Person -> the needs that they could serve, for those whose evidence would count; by name."""
    found: dict[str, dict[Need, tuple[str]]] = {}
    for need in demand.needs:
        for person in law.holders(role=need.role, permission=need.permission):
            user = law.user(person)
            given = means(user, law.settings) if user is not None else frozenset()
            if given & set(demand.evidence or law.settings.evidence.accept):
                found.setdefault(person, {})[need] = (person,)
    return dict(sorted(found.items()))


def _names(able: Collection[str]) -> str:
    names = list(able)
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(names[:5])}{more}" if names else "nobody"
