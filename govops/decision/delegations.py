"""Acting for somebody else: which roles of theirs a person may serve in, and why not in others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from govops.decision.duties import breach
from govops.decision.law import Law, Lent
from govops.finding import Status


class Wanted(Protocol):
    """A role or a permission that somebody has to hold."""

    @property
    def role(self) -> str | None:
        """The role, if it is one."""

    @property
    def permission(self) -> str | None:
        """The permission, if it is one."""


@dataclass(frozen=True, slots=True)
class Loan:
    """A role that ``lender`` lets somebody act in. ``problem`` says why it does not count, if it does not."""

    lender: str
    role: str
    problem: str = ""
    status: Status = Status.PASS


def loans(law: Law, person: str, wanted: Wanted, time: str | None) -> Iterator[Loan]:
    """Every loan to the person of a role that would serve, good or not, in the order of the delegations' paths.

    What somebody else lent to the lender is not theirs to lend. ``time`` is the attested one of the change. Of several
    problems the first is told that is established, or else the first of which nobody can tell.
    """
    for lent in law.lent_to(person):
        for role in law.serving_among(lent.spec.roles, role=wanted.role, permission=wanted.permission):
            found = [*_problems(law, lent, role, time), *_apart(law, person, role)]
            problem, status = min(found, key=lambda one: one[1] is not Status.FAIL, default=("", Status.PASS))
            yield Loan(lent.spec.from_, role, problem, status)


def holds(law: Law, person: str, wanted: Wanted, time: str | None) -> bool | None:
    """Whether the person may act in a role that would serve, their own or a lent one; None where nobody can tell."""
    if law.roles_for(person, role=wanted.role, permission=wanted.permission):
        return True
    found = {loan.status for loan in loans(law, person, wanted, time)}
    return True if Status.PASS in found else None if Status.UNVERIFIABLE in found else False


def _problems(law: Law, lent: Lent, role: str, time: str | None) -> Iterator[tuple[str, Status]]:
    spec = lent.spec
    lender = law.user(spec.from_)
    if lent.unlawful is not None:
        yield f"no approved change left {lent.path} as it is", lent.unlawful
    if lender is None or not lender.spec.active or lender.spec.type != "human":
        yield f"{spec.from_} is no active person", Status.FAIL
    elif role not in lender.spec.roles:
        yield f"{spec.from_} does not hold {role}", Status.FAIL
    dates = f"the delegation is from {spec.starts} until {spec.until}"
    if time is None:
        yield f"nobody tells when it landed, and {dates}", Status.UNVERIFIABLE
    elif not spec.starts <= time < spec.until:
        yield dates, Status.FAIL


def _apart(law: Law, person: str, role: str) -> Iterator[tuple[str, Status]]:
    """Where the role may not meet one of the person's own: nobody borrows what they could not be given."""
    user = law.user(person)
    own = user.spec.roles if user else ()
    for _, policy, certain in law.segregations():
        status = breach(policy, certain=certain)
        for pair in policy.spec.role_pairs if status is not Status.WARN else ():
            other = next((name for name in own if name != role and {name, role} == set(pair.roles)), None)
            if other is not None:
                yield f"{person} holds {other}, which may not meet {role}", status
