"""Baselines for adoption: what was found when somebody began, so that only what is new decides. They only shrink."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from govops.app.writing import write_whole
from govops.engine.series import Mapped
from govops.errors import UsageError
from govops.finding import Finding, Report, Status
from govops.kinds.paths import ROOTS
from govops.rule import Scope
from govops.rules import rule_named

SCHEMA = "govops/baseline/v1"
USUAL = ".govops-baseline.json"
SECTIONS = ("audit", "validate")
KNOWN = "in the baseline"
_STANDING = (Status.FAIL, Status.WARN, Status.UNVERIFIABLE)


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One finding by what makes its fingerprint: the same again when lines move or words change."""

    rule: str
    path: str
    subject: str
    commit: str
    fingerprint: str

    @classmethod
    def of(cls, finding: Finding) -> Entry:
        """The entry for a finding."""
        return cls(finding.rule, finding.path or "", finding.subject, finding.commit or "", finding.fingerprint)

    @property
    def words(self) -> str:
        """For people."""
        about = " ".join(filter(None, (self.path, self.subject, self.commit[:12])))
        return f"{self.rule}: {about or 'the history as a whole'} ({self.fingerprint})"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is known, by what finds it; ``digest`` is that of the file."""

    sections: Mapping[str, frozenset[Entry]] = field(default_factory=dict)
    digest: str = ""

    def of(self, section: str) -> frozenset[Entry]:
        """What is known there."""
        return self.sections.get(section, frozenset())

    def marked(self, section: str, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings, those that are known marked so."""
        prints = frozenset(entry.fingerprint for entry in self.of(section))
        return tuple(_marked(finding, prints) for finding in findings)

    def marked_report(self, report: Report) -> Report:
        """The report of an audit, likewise; what a renderer reads is still made as it is read."""
        prints = frozenset(entry.fingerprint for entry in self.of("audit"))
        findings = Mapped(report.findings, lambda finding: _marked(finding, prints))
        told = findings if not isinstance(report.findings, tuple) else tuple(findings)
        return replace(report, findings=told, provenance=replace(report.provenance, baseline=self.digest))

    def gone(self, section: str, findings: Iterable[Finding]) -> tuple[Entry, ...]:
        """Entries that nothing answers to any more, sorted."""
        return tuple(sorted(self.of(section) - frozenset(entries(findings))))


@dataclass(frozen=True, slots=True)
class Updated:
    """What became of a baseline: how many entries it has, which went, and which findings it does not take in."""

    kept: int
    dropped: tuple[Entry, ...]
    refused: tuple[Entry, ...]


def entries(findings: Iterable[Finding]) -> Iterator[Entry]:
    """What may stand in a baseline: not what concerns the history or the evidence as a whole, nor what is waived."""
    return (Entry.of(finding) for finding in findings if _may_be_known(finding))


def update(file: Path, found: Mapping[str, Iterable[Finding]], *, init: bool) -> Updated:
    """Drop from the file what is not found any more, and take in what is new only with ``init``.

    Sections that were not looked at stay as they are.
    """
    before = read(file) if file.exists() else Baseline()
    now = {section: frozenset(entries(findings)) for section, findings in found.items()}
    sections = {name: before.of(name) for name in SECTIONS}
    refused: list[Entry] = []
    for section, those in now.items():
        refused += () if init else those - sections[section]
        sections[section] = those if init else those & sections[section]
    dropped = [entry for name in now for entry in before.of(name) - sections[name]]
    if sections != {name: before.of(name) for name in SECTIONS} or (init and not file.exists()):
        write_whole(file, _text(sections))
    return Updated(sum(map(len, sections.values())), tuple(sorted(dropped)), tuple(sorted(refused)))


def place_of(root: Path, given: Path | None) -> Path:
    """Where the file is; UsageError for a place that is governed itself."""
    file = given or root / USUAL
    absolute = file.absolute()
    if absolute.is_relative_to(root) and absolute.relative_to(root).as_posix().startswith(ROOTS):
        raise UsageError(f"{file} lies under a governed folder", hint=f"a usual place is {USUAL} at the top")
    return file


def read(file: Path) -> Baseline:
    """UsageError for a file that is not there, or that no `govops baseline` wrote."""
    try:
        raw = file.read_bytes()
        data = json.loads(raw.decode("utf-8"))
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}", hint="make one with `govops baseline --init`") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is no baseline: it is not JSON", hint=_HINT) from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA or data.keys() - {"schema", *SECTIONS}:
        raise UsageError(f"{file} is no baseline of the schema {SCHEMA}", hint=_HINT)
    sections = {name: frozenset(_entries(file, name, data.get(name, []))) for name in SECTIONS}
    return Baseline(sections, f"sha256:{hashlib.sha256(raw).hexdigest()}")


_HINT = "make it anew with `govops baseline --init`"
_FIELDS = tuple(one.name for one in fields(Entry))


def _entries(file: Path, section: str, told: Any) -> Iterator[Entry]:
    for place, one in enumerate(told if isinstance(told, list) else [None]):
        if not isinstance(one, dict) or sorted(one) != sorted(_FIELDS) or not all(type(v) is str for v in one.values()):
            raise UsageError(f"{file}: {section}[{place}] is no entry of a baseline", hint=_HINT)
        entry = Entry(**one)
        finding = Finding(entry.rule, "", commit=entry.commit or None, path=entry.path or None, subject=entry.subject)
        if finding.fingerprint != entry.fingerprint:
            raise UsageError(f"{file}: the fingerprint of {section}[{place}] does not belong to it", hint=_HINT)
        yield entry


def _text(sections: Mapping[str, frozenset[Entry]]) -> str:
    """Sorted, one entry over several lines, so that a difference shows what went."""
    whole = {"schema": SCHEMA} | {name: [asdict(entry) for entry in sorted(sections[name])] for name in SECTIONS}
    return json.dumps(whole, indent=2, ensure_ascii=True) + "\n"


def _may_be_known(finding: Finding) -> bool:
    rule = rule_named(finding.rule)
    return finding.status in _STANDING and (rule is None or rule.scope is not Scope.HISTORY)


def _marked(finding: Finding, prints: frozenset[str]) -> Finding:
    is_known = finding.fingerprint in prints and not finding.known and _may_be_known(finding)
    return replace(finding, known=KNOWN) if is_known else finding
