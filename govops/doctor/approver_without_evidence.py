"""The check ``approver-without-evidence``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.decision import Law
from govops.decision.needs import Need
from govops.doctor.circumstances import Circumstances
from govops.doctor.demands import standing_demands
from govops.doctor.means import means
from govops.finding import Finding

_LACKING = {"receipt": "an account on the forge", "signature": "an Ed25519 or RSA key", "trailer": "an e-mail address"}


def check(facts: Circumstances) -> Iterator[Finding]:
    """Everybody who holds an approving role can give the evidence that Settings accept.

    ## Why it matters
    An approval by somebody whose account or key is in no User file counts for nobody. They find out when their
    approval does not count.

    ## How to fix it
    Add the person's account (with its immutable id) or public key to their User file, or take the role away.
    """
    law = facts.law
    for person in sorted(set(_approvers(law))):
        user = law.user(person)
        if user is not None and not means(user, law.settings):
            lacking = " or ".join(_LACKING[kind] for kind in law.settings.evidence.accept)
            message = (
                f"{person} holds {', '.join(user.spec.roles)} and cannot approve: their User file has no {lacking}"
            )
            path = f"registry/users/{person}.yaml"
            hint = f"add {lacking} to {path}"
            yield Finding("approver-without-evidence", message, hint=hint, path=path)


def _approvers(law: Law) -> Iterator[str]:
    needs: set[Need] = {need for demand in standing_demands(law) for need in demand.needs}
    for need in needs:
        yield from law.some_holders(role=need.role, permission=need.permission)
