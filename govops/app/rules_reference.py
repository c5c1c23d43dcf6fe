"""The page docs/reference/rules.md: every built-in rule, with the docstring of its check as its documentation."""

from __future__ import annotations

import re

from govops.rule import Rule, Scope
from govops.rules import RULES

_HEAD = """\
# Built-in rules

What govops checks, by what it looks at. `govops rules` prints the table and `govops explain <id>` one rule. A rule of
severity *info* only warns. A [waiver](../how-to/accept-an-exception.md) can excuse what is found by those that are
called *waivable*. This page is made from the code by `make docs`.
"""
_TITLES = {
    Scope.FILE: ("Files", "One file under a governed root, as one commit leaves it."),
    Scope.RESOURCE: ("Resources", "One readable resource among all others of the same commit."),
    Scope.CHANGE: ("Changes", "One step of the protected branch, with its evidence and its verdict."),
    Scope.HISTORY: ("History", "The protected branch and the evidence branch as wholes."),
}
_HEADING = re.compile(r"^## ", re.MULTILINE)


def reference_page() -> str:
    """The whole page as Markdown: a table of contents, then each rule's documentation, grouped by scope."""
    groups = [(scope, [rule for rule in RULES if rule.scope is scope]) for scope in _TITLES]
    contents = [_contents(scope, rules) for scope, rules in groups]
    details = [_section(scope, rules) for scope, rules in groups]
    return "\n".join([_HEAD, *contents, *details])


def _contents(scope: Scope, rules: list[Rule]) -> str:
    title, about = _TITLES[scope]
    rows = [f"| [`{rule.id}`](#{rule.id}) | {rule.severity} | {rule.claim} |" for rule in rules]
    return "\n".join(
        [f"**{title}.** {about}", "", "| rule | severity | what holds when it is kept |", "|---|---|---|", *rows, ""]
    )


def _section(scope: Scope, rules: list[Rule]) -> str:
    return "\n".join([f"## {_TITLES[scope][0]}", "", *(_rule(rule) for rule in rules)])


def _rule(rule: Rule) -> str:
    claim, _, rest = rule.documentation.partition("\n")
    controls = f"; controls: {', '.join(rule.controls)}" if rule.controls else ""
    body = _HEADING.sub("#### ", rest.strip("\n"))
    about = f"Severity: {rule.severity}; edition {rule.edition}{'; waivable' if rule.waivable else ''}{controls}."
    return f"### {rule.id}\n\n**{claim}**\n\n{about}\n\n{body}\n"
