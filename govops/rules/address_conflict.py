"""The rule ``address-conflict``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.history.snapshot import addresses
from govops.kinds.quoting import quoted
from govops.kinds.user import User
from govops.rule import ResourceFacts


def check(facts: ResourceFacts) -> Iterator[Finding]:
    """An e-mail address, account or key belongs to one User.

    ## Why it matters
    Whoever acts under a shared address could be either of the two. The separation of author and approver rests on
    telling people apart, so as long as two share an address, its approvals count for neither of them.

    ## Example

        registry/users/bob.yaml:    emails: [team@example.org]
        registry/users/carol.yaml:  emails: [team@example.org]

    ## How to fix it
    Leave the address with the person who acts under it. An address that nobody may approve with (a shared mailbox, a
    build machine) belongs to a User of type `bot`, or under `tools` in `policies/govops.yaml`. Never give the account
    or key of somebody who left to somebody else: set `active: false` and keep the file.
    """
    user = facts.resource
    if not isinstance(user, User):
        return
    for address in sorted(addresses(user)):
        others = [name for name in facts.snapshot.people_at(address) if name != user.metadata.name]
        if others:
            label, _, value = address.partition(":")
            message = f"{label} {quoted(value)} of {user.metadata.name} belongs to {' and '.join(others)} too"
            hint = "leave it with the one person who acts under it"
            yield facts.finding("address-conflict", message, at=("spec", f"{label}s"), hint=hint, subject=address)
