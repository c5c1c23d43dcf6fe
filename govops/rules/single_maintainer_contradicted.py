"""The rule ``single-maintainer-contradicted``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.decision import Law
from govops.finding import Finding
from govops.kinds.settings import Settings
from govops.rule import ResourceFacts


def check(facts: ResourceFacts) -> Iterator[Finding]:
    """A repository that declares itself the work of one person has one person who may change policy.

    ## Why it matters
    `single_maintainer: true` lets the only contributor count as the approver of their own change. With a second
    person around who may change policy, that exception has no reason any more and is merely a missing review.

    ## Example
    `policies/govops.yaml` says `single_maintainer: true`, while `alice` and `bob` both hold a role with
    `policy:change`.

    ## How to fix it
    Remove `single_maintainer` and let one approve what the other proposes. If the second person should not have the
    permission, revoke the role.
    """
    settings = facts.resource
    if not isinstance(settings, Settings) or not settings.spec.single_maintainer:
        return
    people = Law(facts.snapshot).holders(permission="policy:change")
    if len(people) > 1:
        message = f"single_maintainer is true, and {' and '.join(people[:5])} may change policies"
        hint = "remove single_maintainer; one of them can approve what another proposes"
        at = ("spec", "single_maintainer")
        yield facts.finding("single-maintainer-contradicted", message, at=at, hint=hint)
