"""The rule ``signer-mismatch``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """A signed approval is signed by the person whom it names.

    ## Why it matters
    The signature proves which key was used. If the record names somebody else, either the wrong key was on the
    machine or someone puts words into another person's mouth; in both cases the named person approved nothing.

    ## Example
    A record says `person: carol`, and the signature is by a key that stands in `registry/users/bob.yaml`.

    ## How to fix it
    Let the person sign with their own key (`govops approve` uses it), or put the key into the file of the one who
    really holds it. Ask the key's owner how the record came about.
    """
    for cause in facts.causes("signer-mismatch"):
        message = f"the signature on {listed(cause.paths)} is not by the person named: {cause.detail}"
        hint = "everyone signs for themselves" + (f"; still needed: {cause.needed}" if cause.needed else "")
        yield facts.finding(cause, message, hint=hint)
