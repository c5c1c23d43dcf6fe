"""A warning that some approvals rest on evidence that is easy to make."""

from __future__ import annotations

from collections.abc import Iterable

from govops.finding import Finding
from govops.rule import HistoryFacts, warning


def check(facts: HistoryFacts) -> Iterable[Finding]:
    """Approvals rest on signed evidence.

    ## Why it matters
    Settings may accept unsigned records, or trailers that a review server writes. Whoever can write that branch can
    write such evidence, so an approval is worth as much as the protection of the branch.

    ## Example
    `policies/govops.yaml` says `accept_unsigned: true`, and twelve changes were approved on records without a
    signature.

    ## How to fix it
    Sign records with a recorder's key that stands in Settings, then take `accept_unsigned` or `trailer` out again. The
    warning stays for the changes of that time, since nothing else proves them.
    """
    if facts.weak:
        first = facts.weak[0]
        message = f"{len(facts.weak)} approved change(s) rest on unsigned records or on trailers, first {first[:12]}"
        hint = "the approvals are as good as the protection of the branch that holds them"
        yield warning(Finding("evidence-weak", message, hint=hint, commit=first))
