"""The check ``open-branch``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.doctor.circumstances import Circumstances
from govops.finding import Finding

_HINT = "set it in the forge's rules for the branch"


def check(facts: Circumstances) -> Iterator[Finding]:
    """The forge lets nobody push to the protected branch without a proposal, rewrite it or delete it.

    ## Why it matters
    govops finds such a push afterwards. The forge can prevent it, and a rewritten branch loses the history that an
    audit rests on.

    ## How to fix it
    In the forge's branch rules require a pull or merge request, and block force pushes and deletion.
    """
    if facts.protected is None:
        return
    rules, branch = facts.protected.told, facts.protected.branch
    for subject, is_kept, message in (
        ("proposal", rules.requires_proposal, f"{branch} can be pushed to without a proposal"),
        ("force push", rules.blocks_force_push, f"{branch} can be rewritten by a force push"),
        ("deletion", rules.blocks_deletion, f"{branch} can be deleted"),
    ):
        if is_kept is False:
            yield Finding("open-branch", message, hint=_HINT, subject=subject)
