"""The check ``open-evidence-branch``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.doctor.circumstances import Circumstances
from govops.finding import Finding


def check(facts: Circumstances) -> Iterator[Finding]:
    """The forge keeps the evidence branch from being rewritten or deleted, and lets the recorder append to it.

    ## Why it matters
    A branch that was rewritten as a whole shows nothing of it, if a recorder's key signed the new records. Only the
    forge, a backup or a report kept elsewhere tells.

    ## How to fix it
    Block force pushes and deletion of the evidence branch. Do not require proposals there: records are pushed.
    """
    if facts.evidence is None:
        return
    rules, branch = facts.evidence.told, facts.evidence.branch
    for subject, is_wrong, message in (
        ("force push", rules.blocks_force_push is False, f"{branch} can be rewritten by a force push"),
        ("deletion", rules.blocks_deletion is False, f"{branch} can be deleted"),
        ("proposal", rules.requires_proposal is True, f"{branch} takes proposals only, so no recorder can append"),
    ):
        if is_wrong:
            hint = "block force pushes and deletion there, and nothing else"
            yield Finding("open-evidence-branch", message, hint=hint, subject=subject)
