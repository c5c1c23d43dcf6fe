"""Which rules look at what: only those that have something to say, and no finding is lost by it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from govops.engine import Checks
from govops.finding import Finding, Severity
from govops.rule import ResourceFacts, Rule, Scope
from tests.engine.shelf import Shelf
from tests.rules.builders import Registry
from tests.support.files import model, role, user

FILES = (user("alice", roles=["operator"]), role("operator"), model("fraud"))


def says(facts: ResourceFacts) -> Iterator[Finding]:
    """A rule that has something to say of whatever it is shown."""
    yield facts.finding("x", facts.resource.kind)


@pytest.mark.parametrize(
    ("kinds", "seen"), [((), ["User", "Role", "Model"]), (("User",), ["User"]), (("Role", "Model"), ["Role", "Model"])]
)
def test_a_rule_on_some_kinds_sees_no_others(kinds: tuple[str, ...], seen: list[str]) -> None:
    registry = Registry(*FILES)
    checks = Checks([Rule("x", Scope.RESOURCE, Severity.LOW, says, kinds)], Shelf())
    assert [found.message for path, _ in FILES for found in checks.resource(path, registry.snapshot)] == seen
