"""Rules on waivers: what they may name, and what is said of them at the end of a history."""

from __future__ import annotations

from typing import Any

import pytest

from govops.finding import Severity, Status
from govops.kinds.waiver import Waiver
from govops.rule import HistoryFacts, Scope, StandingWaiver
from govops.rules import RULES
from tests.rules.builders import Registry, findings
from tests.support.facts import read
from tests.support.files import File, waiver, yaml_text

OWN: File = (
    "policies/rules/needs-an-owner.yaml",
    yaml_text(
        {
            "apiVersion": "govops/v1",
            "kind": "Rule",
            "metadata": {"name": "needs-an-owner"},
            "spec": {
                "description": "Models have an owner",
                "match": {"kinds": ["Model"]},
                "expression": "true",
                "message": "no owner",
                "severity": "high",
            },
        }
    ),
)
WAIVABLE = [rule.id for rule in RULES if rule.waivable]

NAMES: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "rules that can be waived": ({"rules": WAIVABLE}, []),
    "a rule of one's own": ({"rules": ["needs-an-owner"]}, []),
    "a typo": ({"rules": ["not-aproved"]}, [("`not-aproved` is no rule", "did you mean `not-approved`?")]),
    "a typo in one's own": ({"rules": ["needs-an-ownr"]}, [("`needs-an-ownr` is no rule", "did you mean `needs-an")]),
    "nothing like it": ({"rules": ["zzz"]}, [("`zzz` is no rule", "`govops rules` lists")]),
    "one that cannot be": (
        {"rules": ["not-approved", "no-receipt"]},
        [("`no-receipt` cannot be waived", "lists those")],
    ),
    "a policy": (
        {"scope": {"resource": "ApprovalPolicy/models"}},
        [("`ApprovalPolicy/models` is a rule itself: no waiver covers", "name another resource")],
    ),
    "a person": ({"scope": {"resource": "User/bob"}}, [("`User/bob` is a rule itself", "name another resource")]),
    "a kind of one's own": ({"scope": {"resource": "Sheet/one"}}, []),
}


@pytest.mark.threat("A09", rule="rule-not-waivable")
@pytest.mark.parametrize(("spec", "expected"), NAMES.values(), ids=NAMES)
def test_a_waiver_names_what_can_be_waived(spec: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    found = Registry(OWN, waiver("models", **spec)).found("rule-not-waivable")
    assert len(found) == len(expected)
    for finding, (message, hint) in zip(found, expected, strict=True):
        assert message in finding.message
        assert hint in finding.hint
        assert finding.line is not None


@pytest.mark.threat("A09")
def test_what_says_how_things_are_read_known_or_governed_is_never_waivable() -> None:
    """Nor is anything of the history as a whole, nor what looks like intent."""
    never = {
        *("unreadable-file", "forbidden-yaml", "duplicate-key", "invalid-resource", "wrong-path", "missing-object"),
        *("irregular-file", "path-collision", "hidden-diff", "unreadable-history", "no-receipt", "receipts-disagree"),
        *("residual-content", "coverage-unknown", "unknown-contributor", "contributors-not-attested"),
        *("signer-mismatch", "evidence-spent", "role-granted-in-same-change", "rests-on-unapproved-rule"),
        *("approver-is-beneficiary", "waiver-too-long", "rule-not-waivable", "ratification-unmatched"),
        *(rule.id for rule in RULES if rule.scope is Scope.HISTORY),
    }
    assert never <= {rule.id for rule in RULES if not rule.waivable}
    assert all(rule.severity is not Severity.CRITICAL for rule in RULES if rule.waivable)


def end(as_of: str | None, **told: Any) -> HistoryFacts:
    """A history that ends with one waiver, which ends in March."""
    path, _ = waiver("models")
    found = read(waiver("models"))
    assert isinstance(found, Waiver)
    return HistoryFacts("9" * 40, waivers=(StandingWaiver(path, found, **told),), as_of=as_of)


@pytest.mark.threat("D14", rule=("waiver-expired", "waiver-ends-soon"))
@pytest.mark.parametrize(
    ("rule", "facts", "words"),
    [
        (
            "waiver-expired",
            end("2026-03-31T00:00:00Z", count=3),
            ("ended at 2026-03-31", "excused 3 finding(s)", "alice"),
        ),
        ("waiver-ends-soon", end("2026-03-30T23:59:59Z"), ("ends at 2026-03-31", "excused 0 finding(s)", "alice")),
        ("waiver-ends-soon", end("2026-03-01T00:00:00Z"), ("ends at",)),
        ("waiver-unmatched", end(None, had_chance=True), ("excused nothing", "alice")),
    ],
)
def test_fires(rule: str, facts: HistoryFacts, words: tuple[str, ...]) -> None:
    (found,) = findings(rule, facts)
    assert (found.status, found.severity, found.path) == (Status.WARN, Severity.INFO, "policies/waivers/models.yaml")
    assert all(word in f"{found.message} {found.hint}" for word in words)


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("waiver-expired", end("2026-03-30T23:59:59Z")),
        ("waiver-expired", end(None)),
        ("waiver-ends-soon", end("2026-03-31T00:00:00Z")),
        ("waiver-ends-soon", end("2026-02-28T23:59:59Z")),
        ("waiver-ends-soon", end(None)),
        ("waiver-unmatched", end(None)),
        ("waiver-unmatched", end(None, had_chance=True, count=1)),
    ],
)
def test_does_not(rule: str, facts: HistoryFacts) -> None:
    assert findings(rule, facts) == []
