"""Findings as SARIF 2.1.0, for the code scanning views of forges and editors: one run, one result a line.

A violation is an *error*, a warning a *warning*. What could not be established is of kind *open*, which by the
standard has level *none*. What is waived is a *note* with an accepted suppression. There is no clock in it.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import govops
from govops.errors import ExitCode
from govops.finding import Finding, InventoryItem, Provenance, Report, Severity, Status
from govops.render.untrusted import log_line
from govops.render.verdict import exit_meaning, lead, sentence

if TYPE_CHECKING:
    from govops.rule import Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
SETTINGS = "policies/govops.yaml"

_KINDS = {
    Status.PASS: ("pass", "none"),
    Status.WARN: ("fail", "warning"),
    Status.FAIL: ("fail", "error"),
    Status.UNVERIFIABLE: ("open", "none"),
    Status.ERROR: ("fail", "error"),
    Status.WAIVED: ("fail", "note"),
}
_RESOURCE = re.compile(r"[A-Z][A-Za-z]*/.+")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")


def stream(report: Report, *, fail_on: Severity = Severity.LOW, rules: Sequence[Rule] = ()) -> Iterator[str]:
    """The findings of a report; what it is about and how it ended stand in the run."""
    code, origin = report.exit_code(fail_on), report.provenance
    run = {
        "invocations": [{**_ended(code), "exitCodeDescription": exit_meaning(code, fail_on)}],
        "properties": _about(report),
        "tool": _tool(origin.govops_version, rules, report.rules),
        **_source(origin),
    }
    return _log(run, report.findings, [rule.id for rule in rules] + [rule.name for rule in report.rules])


def stream_findings(
    findings: Sequence[Finding], *, code: ExitCode | None = None, rules: Sequence[Rule] = ()
) -> Iterator[str]:
    """Findings without a report; ``code`` is what the command ends with, where that is known."""
    run = {"invocations": [_ended(code)], "tool": _tool(govops.__version__, rules)}
    return _log(run, findings, [rule.id for rule in rules])


def _ended(code: ExitCode | None) -> dict[str, Any]:
    known = {} if code is None else {"exitCode": int(code)}
    return {"executionSuccessful": code is not ExitCode.INTERNAL, **known}


def _log(run: Mapping[str, Any], findings: Iterable[Finding], rules: Sequence[str]) -> Iterator[str]:
    places = {name: place for place, name in enumerate(rules)}
    head = _json({"columnKind": "unicodeCodePoints", **run})
    yield f'{{"$schema": {_json(SCHEMA)}, "version": "2.1.0", "runs": [{head[:-1]}, "results": ['
    separator = "\n"
    for finding in findings:
        yield separator
        yield _json(_result(finding, places.get(finding.rule)))
        separator = ",\n"
    yield "\n]}]}\n"


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, allow_nan=False)


def _tool(version: str, rules: Iterable[Rule], own: Iterable[InventoryItem] = ()) -> dict[str, Any]:
    described = [*map(_rule, rules), *map(_own_rule, own)]
    return {"driver": {"name": "govops", "version": version, "rules": described}}


def _own_rule(rule: InventoryItem) -> dict[str, Any]:
    """A rule of the users' own, as the report lists it."""
    facts, about = dict(rule.facts), {"text": log_line(rule.title)}
    level = "warning" if facts.get("severity") == Severity.INFO else "error"
    return {
        "id": rule.name,
        "shortDescription": about,
        "fullDescription": about,
        "defaultConfiguration": {"level": level},
        "properties": {"severity": facts.get("severity", ""), "controls": facts.get("controls", ""), "file": rule.path},
    }


def _rule(rule: Rule) -> dict[str, Any]:
    why = re.search(r"^## Why it matters\n(.*?)(?=^## |\Z)", rule.documentation, re.MULTILINE | re.DOTALL)
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.claim},
        "fullDescription": {"text": " ".join(why[1].split()) if why else rule.claim},
        "help": {"text": rule.documentation, "markdown": rule.documentation},
        "defaultConfiguration": {"level": "warning" if rule.severity is Severity.INFO else "error"},
        "properties": {"severity": rule.severity, "scope": rule.scope, "controls": rule.controls},
    }


def _source(origin: Provenance) -> dict[str, Any]:
    """Only where the repository calls itself by an address; the tip stands in the properties in any case."""
    if not _ADDRESS.fullmatch(origin.repository):
        return {}
    source = {"repositoryUri": origin.repository, "revisionId": origin.tip, "branch": origin.ref}
    return {"versionControlProvenance": [source]}


def _about(report: Report) -> dict[str, Any]:
    facts = {
        name: value for name, value in dataclasses.asdict(report.provenance).items() if value not in (None, "", ())
    }
    verdict = f"{lead(report)}: {sentence(report)}"
    about = {"verdict": verdict, "counts": dataclasses.asdict(report.counts), "provenance": facts}
    exceptions = [dataclasses.asdict(item) | {"facts": dict(item.facts)} for item in report.waivers]
    return {**about, **({"exceptions": exceptions} if exceptions else {})}


def _result(finding: Finding, place: int | None) -> dict[str, Any]:
    kind, level = _KINDS[finding.status]
    fingerprint = finding.fingerprint
    return {
        "ruleId": finding.rule,
        **({} if place is None else {"ruleIndex": place}),
        "kind": kind,
        "level": level,
        "message": {"text": _message(finding)},
        "locations": [_location(finding)],
        # The second is what GitHub tells results apart by; it would make one from the line otherwise.
        "partialFingerprints": {"govops/v1": fingerprint, "primaryLocationLineHash": f"{fingerprint}:1"},
        "suppressions": [_suppression(finding)] if finding.status is Status.WAIVED else [],
        **({"baselineState": "unchanged"} if finding.known else {}),
        "properties": _properties(finding),
    }


def _suppression(finding: Finding) -> dict[str, Any]:
    """By whom: where the waiver or the ratification stands."""
    place = {"physicalLocation": {"artifactLocation": {"uri": _uri(finding.waived), "uriBaseId": "%SRCROOT%"}}}
    located = {"location": place} if finding.waived else {}
    return {"kind": "external", "status": "accepted", "justification": log_line(finding.hint), **located}


def _message(finding: Finding) -> str:
    """Plain text as the standard has it: braces are doubled, and what would be a link is broken up."""
    hint = f"\nhint: {log_line(finding.hint)}" if finding.hint else ""
    return f"{log_line(finding.message)}{hint}".replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _location(finding: Finding) -> dict[str, Any]:
    """Readers drop a result without a place, so one about no file stands at the Settings, and says so."""
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.path or SETTINGS), "uriBaseId": "%SRCROOT%"}}
    if finding.path and (finding.line or 0) > 0:
        column = {"startColumn": finding.column} if (finding.column or 0) > 0 else {}
        physical["region"] = {"startLine": finding.line, **column}
    location: dict[str, Any] = {"physicalLocation": physical}
    if not finding.path:
        location["message"] = {"text": "about no file"}
    if _RESOURCE.fullmatch(finding.subject):
        location["logicalLocations"] = [{"fullyQualifiedName": finding.subject, "kind": "resource"}]
    return location


def _uri(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"), safe="/")


def _properties(finding: Finding) -> dict[str, Any]:
    shown = ("blob", "commit", "evidence", "hint", "known", "others", "severity", "status", "subject", "waived")
    return {name: value for name in shown if (value := getattr(finding, name))}
