"""The demo as people see it: build the repository, audit it, keep the report, and say whether all was found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from govops.app.audit import audit
from govops.app.demo.repository import build, expected_findings
from govops.app.example import example_company
from govops.app.sla import Wanted, check
from govops.app.writing import write_whole
from govops.errors import ExitCode, UsageError
from govops.expression import HINT, is_installed
from govops.finding import Report, Status
from govops.render import stream
from govops.render.service import stream_check
from govops.workspace import Opened


@dataclass(frozen=True, slots=True)
class Shown:
    """What to print, and exit code 4 where the audit and the story disagree."""

    text: str
    code: ExitCode


def show_demo(directory: Path) -> Shown:
    """Build ``directory/repository``, measure its services, audit it, and write ``report.md``, ``report.json`` and
    ``service.json`` beside it.

    UsageError when there is a repository already, or the company's own rules cannot be evaluated.
    """
    if not is_installed():
        raise UsageError("the example company has rules of its own, which take the extra `cel`", hint=HINT)
    repository = directory / "repository"
    demo = build(repository, example_company())
    service = directory / "service.json"
    measure(repository, service)
    report = audit(Opened(repository), service=service)
    for name, form in (("report.md", "markdown"), ("report.json", "json")):
        write_whole(directory / name, stream(report, form))
    planted = expected_findings(demo)
    found = [(f.rule, f.commit, f.path) for f in report.findings if f.status is not Status.WARN]
    agree = sorted(map(str, found)) == sorted(map(str, planted))
    return Shown(_told(report, directory, len(planted), agree=agree), ExitCode.OK if agree else ExitCode.INTERNAL)


def measure(repository: Path, service: Path) -> None:
    """Write what was measured of the company's services, and what of it kept its promise."""
    measured = check(Opened(repository), Wanted(engine="reference", with_trend=True))
    write_whole(service, stream_check(measured, "json"))


def _told(report: Report, directory: Path, planted: int, *, agree: bool) -> str:
    counts = report.counts
    lines = [
        f"A year of the example company, as a repository: {directory / 'repository'}",
        f"{counts.chain} changes, {counts.governed} of them governed: {counts.approved} approved, "
        f"{counts.violating} violating, {counts.undecidable} not established",
        "",
        *(
            f"  {finding.commit[:10] if finding.commit else ''}  {finding.rule:<28}  {finding.place}"
            for finding in report.findings
            if finding.status is not Status.WARN
        ),
        "",
        f"All {planted} planted faults were found, and nothing else."
        if agree
        else f"The audit does not agree with the {planted} faults that the story planted.",
        f"The report: {directory / 'report.md'} (and report.json)",
        f"Audit it yourself: govops audit {directory / 'repository'}",
    ]
    return "\n".join(lines) + "\n"
