"""The rule ``confusable-name``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.kinds.user import User
from govops.rule import ResourceFacts, warning

_HINT = "write it in one script, or add what tells the two apart"


def check(facts: ResourceFacts) -> Iterator[Finding]:
    """No two people have display names that look alike.

    ## Why it matters
    Reviewers and auditors read names, not account ids. With a Cyrillic letter or a digit in the right place, a second
    account reads like the head of risk. It is a warning, because people do share names; judgement itself never uses
    the display name.

    ## Example

        registry/users/alice.yaml:   display_name: Alice Stone
        registry/users/a-stone.yaml: display_name: A1ice Stone      # digit one for the letter l

    ## How to fix it
    Write the name in one script. Where two people really share it, add what tells them apart: `Alice Stone (Legal)`.
    """
    user = facts.resource
    if not isinstance(user, User):
        return
    for name in facts.snapshot.people_like(user.spec.display_name):
        other = facts.snapshot.find("User", name)
        if not isinstance(other, User) or other.key == user.key:
            continue
        message = (
            f"{quoted(user.spec.display_name)} of {user.metadata.name} looks like "
            f"{quoted(other.spec.display_name)} of {name}"
        )
        subject, at = name, ("spec", "display_name")
        yield warning(facts.finding("confusable-name", message, at=at, hint=_HINT, subject=subject))
