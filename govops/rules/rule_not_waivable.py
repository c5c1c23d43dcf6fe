"""The rule ``rule-not-waivable``."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from govops.decision import is_rule_file
from govops.finding import Finding
from govops.kinds import ResourceKey, path_of_key
from govops.kinds.resource import split_key
from govops.kinds.waiver import Waiver
from govops.rule import ResourceFacts


def check(facts: ResourceFacts) -> Iterator[Finding]:
    """A waiver names rules that there are and that can be waived, for resources to which exceptions can be made.

    ## Why it matters
    What says how a file is read, whether the evidence holds and what the law is cannot be excused: nobody could tell
    any more what an exception covers. Neither can anything about policies, users and roles. A waiver that names such
    a rule looks like an exception and is none, and one with a typo excuses nothing.

    ## Example

        rules: [record-tampered]
        scope: {resource: Model/fraud}

    ## How to fix it
    Name rules that `govops rules` calls waivable, or rules of your own by their names. For what lies in the past and
    cannot be waived, a Ratification accepts the violations of single changes.
    """
    waiver = facts.resource
    if not isinstance(waiver, Waiver):
        return
    own = facts.snapshot.names("Rule")
    for place, name in enumerate(waiver.spec.rules):
        built_in = facts.rules.get(name)
        if built_in is None and name not in own:
            close = get_close_matches(name, [*(r.id for r in facts.rules.values() if r.waivable), *own], n=1)
            yield _found(facts, place, name, "is no rule", f"did you mean `{close[0]}`?" if close else _LIST)
        elif built_in is not None and not built_in.waivable:
            yield _found(facts, place, name, "cannot be waived", _LIST)
    scope = waiver.spec.scope.resource
    path = path_of_key(ResourceKey(*split_key(scope))) if scope else None
    if path is not None and is_rule_file(path):
        message = f"`{scope}` is a rule itself: no waiver covers policies, users and roles"
        at = ("spec", "scope", "resource")
        yield facts.finding("rule-not-waivable", message, at=at, hint="name another resource", subject=f"{scope}")


_LIST = "`govops rules` lists those that can be waived"


def _found(facts: ResourceFacts, place: int, name: str, what: str, hint: str) -> Finding:
    at = ("spec", "rules", place)
    return facts.finding("rule-not-waivable", f"`{name}` {what}", at=at, hint=hint, subject=name)
