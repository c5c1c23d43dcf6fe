"""The rule ``contributors-not-attested``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """At least one contributor is attested by the forge or by a signature, not by a commit header alone.

    ## Why it matters
    Anyone can commit under any name. Headers may exclude an approver, and they never clear one: if mallory commits as
    alice and then approves as mallory, the headers show two people. As long as nobody attests who made the change,
    the separation of the two is not proven.

    ## Example
    An unsigned commit by `Alice <alice@example.org>`, no proposal and no known pusher; `bob` signed an approval.

    ## How to fix it
    Open proposals in a forge that has a recorder, or sign commits with a key from your User file. Settings may accept
    claimed names (`evidence.contributors: claimed`); the report then says so.
    """
    for cause in facts.causes("contributors-not-attested"):
        if cause.detail:
            message = f"who made {listed(cause.paths)} is not attested: {cause.detail}"
        else:
            message = f"only commit headers say that {cause.who or 'anybody'} made {listed(cause.paths)}"
        hint = "open proposals in the forge, or sign commits with a key from registry/users/"
        yield facts.finding(cause, message, hint=hint)
