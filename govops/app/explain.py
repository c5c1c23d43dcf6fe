"""What rules there are, and a rule's or a check's documentation: in the code, or in a file of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from govops.doctor import CHECKS, check_named
from govops.errors import UsageError
from govops.kinds.rule import Rule, RuleSpec
from govops.render.untrusted import log_exact, log_line
from govops.rules import RULES, rule_named
from govops.workspace.files import find_root, read_tree, worktree_paths, worktree_reader

_FOLDER = "policies/rules"


def explain(identifier: str, start: Path) -> str:
    """Title, severity, scope and documentation of a rule, or of a check of the doctor.

    Rules of one's own are those in the work tree around ``start``. UsageError with the nearest id when there is none.
    """
    rule, check = rule_named(identifier), check_named(identifier)
    if rule is not None:
        controls = f"controls: {', '.join(rule.controls)}\n" if rule.controls else ""
        waivable = "a waiver can excuse it" if rule.waivable else "no waiver excuses it"
        about = f"severity: {rule.severity}, looks at: {rule.scope}, since edition {rule.edition}; {waivable}"
        return f"{rule.id}\n{about}\n{controls}\n{rule.documentation}\n"
    if check is not None:
        return f"{check.id}\nseverity: {check.severity}, made by: govops doctor\n\n{check.documentation}\n"
    own = dict(_own(start))
    if identifier in own:
        return _explained(identifier, own[identifier])
    known = [*(one.id for one in RULES), *(one.id for one in CHECKS), *own]
    close = get_close_matches(identifier, known, n=1)
    hint = f"did you mean '{close[0]}'?" if close else "`govops rules` lists them"
    raise UsageError(f"there is no rule '{identifier[:60]}'", hint=hint)


def listed(start: Path) -> Iterator[tuple[str, str, str, str, str]]:
    """(id, severity, what it looks at, whether it is waivable, what it claims) of every built-in rule, then of those in
    the work tree, which all are.
    """
    for rule in RULES:
        yield rule.id, rule.severity, rule.scope, "waivable" if rule.waivable else "", rule.claim
    for name, spec in _own(start):
        yield name, spec.severity, spec.scope, "waivable", log_line(spec.description)


def _own(start: Path) -> Iterator[tuple[str, RuleSpec]]:
    root = find_root(start)
    paths = (path for path in worktree_paths(root, [_FOLDER]) if path.startswith(f"{_FOLDER}/"))
    for _, rule in read_tree(paths, worktree_reader(root)).snapshot.of_kind("Rule"):
        if isinstance(rule, Rule):
            yield rule.metadata.name, rule.spec


def _explained(name: str, spec: RuleSpec) -> str:
    """A rule of one's own as its file has it."""
    about = ", ".join(spec.match.kinds) if spec.match else "the registry as a whole"
    facts = {
        "what for": spec.description,
        "controls": ", ".join(spec.controls),
        "in force from": spec.effective_from or "",
        "in force until": spec.until or "",
        "file": f"{_FOLDER}/{name}.yaml",
        "says": spec.message,
        "hint": spec.hint or "",
    }
    lines = [name, f"severity: {spec.severity}, looks at: {spec.scope}, about: {about}"]
    lines += [f"{label}: {log_line(value)}" for label, value in facts.items() if value]
    expression = [f"    {log_exact(one)}" for one in spec.expression.rstrip("\n").split("\n")]
    return "\n".join([*lines, "", *expression, ""])
