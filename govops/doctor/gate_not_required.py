"""The check ``gate-not-required``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.doctor.circumstances import GATE, Circumstances
from govops.finding import Finding
from govops.rule import warning


def check(facts: Circumstances) -> Iterator[Finding]:
    """The forge merges nothing that the gate has not let pass.

    ## Why it matters
    What policies ask for, the gate checks before the merge. If its status is not required, only the forge's own rules
    stand in the way, and those know no roles, no contributors and no content.

    ## How to fix it
    Make `govops/gate` a required status check of the protected branch. Until then let the forge ask for at least as
    many approvals as the policies, and dismiss approvals when new commits are pushed. Where a forge does not tell which
    checks it requires, the latter two are advice.
    """
    if facts.protected is None or GATE in (facts.protected.told.required_checks or ()):
        return
    rules, branch = facts.protected.told, facts.protected.branch
    weigh = _as_it_is if rules.required_checks is not None else warning
    hint = f"make {GATE} a required status check of {branch}"
    if rules.required_checks is not None:
        yield Finding("gate-not-required", f"{branch} does not require the status {GATE}", hint=hint)
    least = min((len(policy.spec.required) for _, policy in facts.law.policies()), default=1)
    if least and rules.approvals == 0:
        message = f"{branch} can be merged without an approval, and every policy asks for one"
        yield weigh(Finding("gate-not-required", message, hint=hint, subject="approvals"))
    if rules.dismisses_stale is False:
        message = f"approvals of {branch} stay when other content is pushed"
        yield weigh(Finding("gate-not-required", message, hint=hint, subject="stale approvals"))


def _as_it_is(finding: Finding) -> Finding:
    return finding
