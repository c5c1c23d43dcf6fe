"""Frameworks as OSCAL assessment results: the same bytes for the same report, and no instant that nobody attested.

OSCAL knows two outcomes of an objective. A clause is satisfied where passing evidence shows it; a failing one is not,
and neither is one that is waived, could not be established or is covered by nothing, each with its own reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from govops.finding import ClauseCoverage, ClauseEvidence, ClauseState, FrameworkCoverage, Report, Status
from govops.render import json_text
from govops.render.clauses import (
    STATES,
    evidence_words,
    findings_of,
    found_words,
    more_findings,
    reason,
    silence,
)
from govops.render.markdown.escape import escape, worded
from govops.render.untrusted import one_line
from govops.render.wording import short

OSCAL_VERSION = "1.2.3"
NAMESPACE = "urn:govops:oscal"
_ROOT = uuid5(NAMESPACE_URL, NAMESPACE)
_NEVER = "1970-01-01T00:00:00Z"  # OSCAL wants an instant, and this one is nobody's
_OUT = (ClauseState.NOT_APPLICABLE, ClauseState.NOT_IN_FORCE)
_REASONS = {ClauseState.SHOWN: "pass", ClauseState.FAILING: "fail"}
_RISKS = {Status.FAIL: "open", Status.UNVERIFIABLE: "investigating", Status.WAIVED: "deviation-approved"}


def stream(report: Report) -> Iterator[str]:
    """One document, with a result for each framework."""
    return json_text.stream({"assessment-results": _Document(report).whole()})


@dataclass(frozen=True, slots=True)
class _Control:
    """A clause under an id that OSCAL takes."""

    id: str
    clause: ClauseCoverage

    @property
    def objective(self) -> str:
        """The id of what is assessed of it."""
        return f"{self.id}_obj"


class _Document:
    """What the parts of one document share: ids, the instant, the resources that they point to."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._origin = report.provenance
        self._found = {finding.fingerprint: finding for finding in report.findings}
        self._commits: dict[str, None] = {self._origin.tip: None}
        self._instant = self._origin.as_of or _NEVER

    def whole(self) -> dict[str, Any]:
        """The assessment results."""
        frameworks = [(one, tuple(_controls(one))) for one in self._report.frameworks]
        results = [self._result(framework, controls) for framework, controls in frameworks]
        objectives = {control.id: _objective(control) for _, controls in frameworks for control in controls}
        return {
            "uuid": self._id("document", *(part for one, _ in frameworks for part in (one.name, one.version))),
            "metadata": self._metadata([one for one, _ in frameworks]),
            "import-ap": {
                "href": f"#{self._id('commit', self._origin.tip)}",
                "remarks": "There is no other assessment plan than the frameworks and rules of this commit.",
            },
            **({"local-definitions": {"objectives-and-methods": list(objectives.values())}} if objectives else {}),
            "results": results,
            "back-matter": {"resources": [self._resource(commit) for commit in self._commits]},
        }

    def _id(self, *parts: str) -> str:
        """The UUID of a part of this report: the same parts of the same report have the same one."""
        origin = self._origin
        whole = (origin.repository, origin.ref, origin.tip, self._instant, *parts)
        return str(uuid5(_ROOT, "\0".join(whole).encode("utf-8", "surrogateescape").hex()))

    def _metadata(self, frameworks: Iterable[FrameworkCoverage]) -> dict[str, Any]:
        origin = self._origin
        named = ", ".join(f"{one.title} {one.version}" for one in frameworks)
        props = {
            "repository": origin.repository,
            "branch": origin.ref,
            "commit": origin.tip,
            "tree": origin.tree,
            "adoption": origin.adoption or "none",
            "evidence-tip": origin.evidence_tip or "none",
            "as-of": origin.as_of or "no attested time",
            "govops-version": origin.govops_version,
        }
        return {
            "title": _markup(f"Audit of {origin.repository} against {named}"),
            "last-modified": self._instant,
            "version": origin.tip,
            "oscal-version": OSCAL_VERSION,
            "props": [_prop(name, value) for name, value in props.items()],
        }

    def _result(self, framework: FrameworkCoverage, controls: tuple[_Control, ...]) -> dict[str, Any]:
        where = (framework.name, framework.version)
        rows = [
            (control, row)
            for control in controls
            if control.clause.state not in _OUT
            for row in control.clause.evidence
        ]
        result = {
            "uuid": self._id("result", *where),
            "title": _markup(f"{framework.title} {framework.version}"),
            "description": "What the rules that governed each change found and allowed while each clause was in force.",
            "start": next((change.time for change in self._report.changes if change.time), self._instant),
            "end": self._instant,
            "props": [_prop("framework", framework.name), _prop("framework-file", framework.path)],
            "local-definitions": {"components": [self._tool()]},
            "reviewed-controls": {"control-selections": [_selection(controls)]},
            "observations": [self._observation(where, control, row) for control, row in rows],
            "risks": [self._risk(where, control, row) for control, row in rows if row.status in _RISKS],
            "findings": [self._finding(where, control) for control in controls if control.clause.state not in _OUT],
        }
        return {name: value for name, value in result.items() if value != []}

    def _tool(self) -> dict[str, Any]:
        return {
            "uuid": self._id("tool"),
            "type": "software",
            "title": "govops",
            "description": "The checker that made these results from git history alone.",
            "props": [_prop("version", self._origin.govops_version)],
            "status": {"state": "operational"},
        }

    def _observation(self, where: tuple[str, str], control: _Control, row: ClauseEvidence) -> dict[str, Any]:
        words = evidence_words(row)
        found = list(findings_of(row, self._found))
        evidence = [self._evidence(finding.commit, found_words(finding)) for finding in found]
        evidence += [self._evidence(commit, f"change {commit}") for commit in _ends(row) if not found]
        return {
            "uuid": self._row_id("observation", where, control, row),
            "title": _markup(f"{control.clause.id}: {row.kind} {row.source}"),
            "description": _markup(words if not more_findings(row) else f"{words}; the first {len(found)} are named"),
            "methods": ["TEST" if row.kind == "rule" else "EXAMINE"],
            "types": ["control-objective" if row.status is Status.PASS else "finding"],
            "props": [_prop("kind", row.kind), _prop("source", row.source), _prop("outcome", row.status.value)],
            "origins": [{"actors": [{"type": "tool", "actor-uuid": self._id("tool")}]}],
            "subjects": [{"subject-uuid": self._id("commit", self._origin.tip), "type": "resource"}],
            "relevant-evidence": evidence or [self._evidence(self._origin.tip, f"the report at {self._origin.tip}")],
            "collected": self._instant,
        }

    def _risk(self, where: tuple[str, str], control: _Control, row: ClauseEvidence) -> dict[str, Any]:
        return {
            "uuid": self._row_id("risk", where, control, row),
            "title": _markup(f"{control.clause.id}: {row.kind} {row.source}"),
            "description": _markup(evidence_words(row)),
            "statement": _markup(
                f"What {control.clause.id} asks is not shown by these changes: {control.clause.summary}"
            ),
            "status": _RISKS[row.status],
            "related-observations": [{"observation-uuid": self._row_id("observation", where, control, row)}],
        }

    def _finding(self, where: tuple[str, str], control: _Control) -> dict[str, Any]:
        clause = control.clause
        risks = [row for row in clause.evidence if row.status in _RISKS]
        finding = {
            "uuid": self._id("finding", *where, clause.id),
            "title": _markup(f"{clause.id}: {STATES[clause.state]}"),
            "description": _markup(clause.summary),
            "origins": [{"actors": [{"type": "tool", "actor-uuid": self._id("tool")}]}],
            "target": {
                "type": "objective-id",
                "target-id": control.objective,
                "title": _markup(clause.id),
                "status": _outcome(clause),
            },
            "related-observations": [
                {"observation-uuid": self._row_id("observation", where, control, row)} for row in clause.evidence
            ],
            "related-risks": [{"risk-uuid": self._row_id("risk", where, control, row)} for row in risks],
        }
        return {name: value for name, value in finding.items() if value != []}

    def _row_id(self, what: str, where: tuple[str, str], control: _Control, row: ClauseEvidence) -> str:
        return self._id(what, *where, control.clause.id, row.kind, row.source, row.status.value, *row.findings)

    def _evidence(self, commit: str | None, words: str) -> dict[str, Any]:
        commit = commit or self._origin.tip
        self._commits[commit] = None
        return {"href": f"#{self._id('commit', commit)}", "description": _markup(words)}

    def _resource(self, commit: str) -> dict[str, Any]:
        what = "the audited commit" if commit == self._origin.tip else "a change that was judged"
        return {
            "uuid": self._id("commit", commit),
            "title": _markup(f"commit {short(commit)}"),
            "description": _markup(f"{commit} of {self._origin.repository}, {what}"),
            "props": [_prop("commit", commit)],
        }


def _controls(framework: FrameworkCoverage) -> Iterator[_Control]:
    """The clauses, each under an id of its own."""
    seen: set[str] = set()
    for clause in framework.clauses:
        name = _token(f"{framework.name}_{clause.id}")
        names = (name, *(f"{name}-{number}" for number in range(2, len(framework.clauses) + 2)))
        seen.add(fresh := next(name for name in names if name not in seen))
        yield _Control(fresh, clause)


def _token(text: str) -> str:
    """What OSCAL takes as an id: letters, digits, ``.``, ``_`` and ``-``, no digit first."""
    plain = re.sub(r"[^a-z0-9._]+", "-", text.lower()).strip("-.")
    return plain if plain[:1].isalpha() else f"_{plain}"


def _objective(control: _Control) -> dict[str, Any]:
    prose = _markup(control.clause.summary)
    part = {"id": control.objective, "name": "assessment-objective", "prose": prose}
    return {"control-id": control.id, "description": _markup(control.clause.id), "parts": [part]}


def _selection(controls: Iterable[_Control]) -> dict[str, Any]:
    assessed: list[dict[str, str]] = []
    left_out: list[dict[str, str]] = []
    for control in controls:
        (left_out if control.clause.state in _OUT else assessed).append({"control-id": control.id})
    included: dict[str, Any] = {"include-controls": assessed} if assessed else {"include-all": {}}
    return included | ({"exclude-controls": left_out} if left_out else {})


def _outcome(clause: ClauseCoverage) -> dict[str, str]:
    outcome = {
        "state": "satisfied" if clause.state is ClauseState.SHOWN else "not-satisfied",
        "reason": _REASONS.get(clause.state, "other"),
    }
    remarks = "; ".join(filter(None, (STATES[clause.state], silence(clause), reason(clause))))
    return outcome | {"remarks": _markup(remarks)}


def _ends(row: ClauseEvidence) -> tuple[str, ...]:
    """The first and the last change of a line."""
    return tuple(dict.fromkeys(commit for commit in (row.first, row.last) if commit is not None))


def _prop(name: str, value: str) -> Mapping[str, str]:
    """``name`` is a word of ours: a saved report may say anything in its values, and OSCAL takes tokens only."""
    return {"name": name, "ns": NAMESPACE, "value": _line(value)}


def _markup(text: str) -> str:
    """Text for a field that OSCAL's readers take as Markdown: it shows as written, with names as code."""
    return escape(worded(text)).strip() or "-"


def _line(text: str) -> str:
    """Text as OSCAL takes it elsewhere: one line, and no white space at its ends."""
    return one_line(text).strip() or "-"
