"""Which fields of which documents hold expressions, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator

from govops.expression.check import check, check_template
from govops.expression.syntax import Fault
from govops.kinds import Resource
from govops.kinds.approval_policy import ApprovalPolicy
from govops.kinds.rule import Rule

Field = tuple[str | int, ...]


def faults_of(resource: Resource) -> Iterator[tuple[Field, Fault]]:
    """Every fault of every expression in a document, with its field."""
    if isinstance(resource, Rule):
        spec, kinds = resource.spec, resource.spec.match.kinds if resource.spec.match else ()
        for fault in check(spec.expression, spec.scope, kinds or (None,)):
            yield ("spec", "expression"), fault
        for fault in check_template(spec.message, kinds):
            yield ("spec", "message"), fault
    elif isinstance(resource, ApprovalPolicy) and resource.spec.match.condition is not None:
        match = resource.spec.match
        for fault in check(resource.spec.match.condition, "condition", match.kinds or (None,)):
            yield ("spec", "match", "condition"), fault
