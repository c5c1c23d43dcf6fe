"""The rule ``evidence-untrusted``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Receipts are signed by a recorder that approved Settings name, for this repository and this branch.

    ## Why it matters
    Anyone who can push to the evidence branch can put a file there, the author of a change included. Only the key
    tells a recorder's word from a forged one, and a record made for another branch says nothing about this one.

    ## Example
    `alice` writes a receipt in which `bob` approves her change, and signs it with her own key.

    ## How to fix it
    If the recorder is a legitimate one, add its public key under `recorders` in `policies/govops.yaml` by a reviewed
    pull request; records that it made earlier count from then on. Otherwise let a trusted recorder write the receipt.
    """
    for cause in facts.causes("evidence-untrusted"):
        message = f"the only receipt of commit {facts.facts.id[:12]} counts for nothing: {cause.detail}"
        hint = "a recorder's key must stand under recorders in approved Settings, and its record must name this branch"
        yield facts.finding(cause, message, hint=hint)
