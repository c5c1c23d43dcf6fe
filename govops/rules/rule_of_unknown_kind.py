"""The rule ``rule-of-unknown-kind``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.expression.vocabulary import kinds_named
from govops.finding import Finding
from govops.kinds import KINDS
from govops.kinds.kind_definition import KindDefinition
from govops.kinds.quoting import quoted
from govops.kinds.rule import Rule
from govops.rule import ResourceFacts

_HINT = "write it as `govops schema` lists it, or as a KindDefinition in policies/kinds/ has it"


def check(facts: ResourceFacts) -> Iterator[Finding]:
    """Every kind that a rule names is built in or defined under `policies/kinds/`.

    ## Why it matters
    A rule about a kind that nobody has finds nothing, ever. With a letter too many, that is a rule which everybody
    relies on and nobody has.

    ## Example

        match: {kinds: [ModelVersoin]}
        expression: Incidents.about(key).size() == 0

    ## How to fix it
    Write the kind as its files do.
    """
    rule = facts.resource
    if not isinstance(rule, Rule):
        return
    definitions = (found for _, found in facts.snapshot.of_kind("KindDefinition"))
    known = {kind.name for kind in KINDS} | {one.spec.kind for one in definitions if isinstance(one, KindDefinition)}
    named = rule.spec.match.kinds if rule.spec.match else ()
    for index, kind in enumerate(named):
        if kind not in known:
            at = ("spec", "match", "kinds", index)
            yield facts.finding("rule-of-unknown-kind", _said(kind), at=at, hint=_HINT, subject=kind)
    for kind in sorted(kinds_named(rule.spec.expression) - known - set(named)):
        yield facts.finding("rule-of-unknown-kind", _said(kind), at=("spec", "expression"), hint=_HINT, subject=kind)


def _said(kind: str) -> str:
    return f"there is no kind {quoted(kind)}"
