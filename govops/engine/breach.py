"""What is said where a rule of the user's own is not kept, or nobody can tell whether it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from govops.decision import RuleInForce
from govops.expression import HINT, MISSING, NOTHING, AnyResource, Programs, Question, Undecided, value_at
from govops.expression.check import PLACEHOLDER
from govops.finding import Finding, Severity, Status
from govops.history.snapshot import Snapshot
from govops.kinds import Resource
from govops.kinds.rule import Rule

_LONGEST = 120  # characters of a value in a message


@dataclass(slots=True)
class Asked:
    """What rules are asked about: a resource, before and after the change at ``time``, or the registry as a whole.

    What the library makes of it is made once, however many rules there are.
    """

    path: str
    resource: AnyResource | None
    old: AnyResource | None
    time: str | None = None
    _question: Question | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.resource.key) if self.resource is not None else "the registry"

    def question(self, programs: Programs) -> Question:
        """As expressions are asked it."""
        if self._question is None:
            data = programs.facts.data
            new, old = (NOTHING if side is None else data.of(side) for side in (self.resource, self.old))
            values: dict[str, Any] = {"resource": new.value, "old": old.value, "key": self.name, "path": self.path}
            if self.time is not None:
                values["time"] = datetime.fromisoformat(self.time)
            self._question = programs.question(values, old=old, new=new)
        return self._question


def in_force(rule: Rule, time: str | None) -> bool | None:
    """Whether a change at that time is judged by the rule; None where it has dates and nobody tells the time."""
    start, end = rule.spec.effective_from, rule.spec.until
    if start is None and end is None:
        return True
    return None if time is None else (start is None or time >= start) and (end is None or time < end)


def told(
    rule: RuleInForce, asked: Asked, undecided: Undecided | None, snapshot: Snapshot, *, is_begun: bool
) -> Finding:
    """A rule that does not hold, or of which nobody can tell."""
    spec = rule.rule.spec
    document: Mapping[str, Any] = {}
    resource = asked.resource
    if resource is not None:
        document = resource.model_dump(mode="json") if isinstance(resource, Resource) else resource.document
    said = PLACEHOLDER.sub(lambda found: _shown(value_at(document, found[1])), spec.message)
    status, hint = Status.FAIL, spec.hint or spec.description
    if undecided is not None:
        said = f"whether {asked.name} keeps the rule cannot be told: {undecided.reason}"
        status, hint = Status.UNVERIFIABLE, f"the rule says: {spec.description}"
    elif not is_begun:
        said += "; whether the rule was in force then cannot be told"
        status, hint = Status.UNVERIFIABLE, f"it is in force {_period(rule.rule)}: have the time of the change attested"
    elif rule.status is not Status.FAIL:
        said += "; whether the rule landed by an approved change cannot be told"
        status = rule.status
    elif spec.severity == "info":
        status = Status.WARN
    file = snapshot.files.get(asked.path)
    return Finding(
        rule.rule.metadata.name,
        said,
        status,
        Severity(spec.severity),
        hint=hint,
        path=asked.path or rule.path,
        blob=file.entry.oid if file else None,
        subject=asked.name,
        evidence=(rule.path,),
    )


def without_library(rule: RuleInForce) -> Finding:
    """A rule that cannot be asked anything here."""
    return Finding(
        rule.rule.metadata.name,
        f"the rule cannot be evaluated: {MISSING}",
        Status.UNVERIFIABLE,
        Severity(rule.rule.spec.severity),
        hint=HINT,
        path=rule.path,
        subject="itself",
        evidence=(rule.path,),
    )


def _period(rule: Rule) -> str:
    start, end = rule.spec.effective_from, rule.spec.until
    return " ".join([*([f"from {start}"] if start else []), *([f"until {end}"] if end else [])])


def _shown(value: Any) -> str:
    """A value in a message, as YAML has it: nothing where there is none, lists by their items."""
    if value is None:
        return "nothing"
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        value = ", ".join(map(_shown, value)) or "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
