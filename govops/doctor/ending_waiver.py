"""The check ``ending-waiver``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from govops.doctor.circumstances import Circumstances
from govops.finding import Finding, Status
from govops.kinds.waiver import NOTICE, Waiver
from govops.rule import warning


def check(facts: Circumstances) -> Iterator[Finding]:
    """No waiver has ended or is about to.

    ## Why it matters
    What a waiver excused is a violation again when it ends. A month's notice is enough to mend the cause or to have
    the waiver renewed by a review.

    ## How to fix it
    Mend what was waived and remove the file, or propose a later `expires` with a reason that still holds.
    """
    for path, waiver in facts.law.snapshot.of_kind("Waiver"):
        if not isinstance(waiver, Waiver):
            continue
        name, ends = waiver.metadata.name, waiver.spec.expires
        hint = f"ask {waiver.spec.owner}, who answers for it"
        if facts.as_of is None:
            message = f"nobody attests a time, so nobody can tell whether waiver {name} has ended"
            known = "look from an instant, with --as-of now"
            yield Finding("ending-waiver", message, Status.UNVERIFIABLE, hint=known, path=path)
        elif ends <= facts.as_of:
            yield Finding("ending-waiver", f"waiver {name} ended at {ends}", hint=hint, path=path)
        elif datetime.fromisoformat(ends) - datetime.fromisoformat(facts.as_of) <= NOTICE:
            yield warning(Finding("ending-waiver", f"waiver {name} ends at {ends}", hint=hint, path=path))
