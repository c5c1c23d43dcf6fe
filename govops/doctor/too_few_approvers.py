"""The check ``too-few-approvers``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.decision import Law
from govops.decision.counting import assign
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
        wanted = sum(need.count for need in demand.needs)
        able = _able(facts.law, demand)
        asked = f"{demand.source} asks for {' and '.join(need.text for need in demand.needs)}"
        path = demand.source if demand.source.startswith("policies/") else None
        hint = "let more people hold what is asked for"
        if len(assign(demand.needs, able)) < wanted:
            message = f"{asked}, and only {_names(able)} could give {'it' if wanted == 1 else 'them'}"
            yield Finding("too-few-approvers", message, hint=hint, path=path, subject=demand.source)
        elif len(able) == wanted:
            message = f"{asked}: nobody but {_names(able)} could, and not for a change of their own"
            yield warning(Finding("too-few-approvers", message, hint=hint, path=path, subject=demand.source))


def _able(law: Law, demand: StandingDemand) -> dict[str, tuple[int, ...]]:
    """Person -> places of the needs that they could serve, for those whose evidence would count."""
    found: dict[str, list[int]] = {}
    for place, need in enumerate(demand.needs):
        for person in law.holders(role=need.role, permission=need.permission):
            user = law.user(person)
            given = means(user, law.settings) if user is not None else frozenset()
            if given & set(demand.evidence or law.settings.evidence.accept):
                found.setdefault(person, []).append(place)
    return {person: tuple(found[person]) for person in sorted(found)}


def _names(able: dict[str, tuple[int, ...]]) -> str:
    names = list(able)
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(names[:5])}{more}" if names else "nobody"
