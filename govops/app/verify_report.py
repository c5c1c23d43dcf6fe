"""Is a saved report still what an audit gives? The audit is made again, with the report's own parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

from govops.app.audit import audit
from govops.app.reports import with_service
from govops.errors import GovopsError, UndecidableError, UsageError
from govops.finding import Provenance, Report
from govops.render import json_v1
from govops.workspace import Opened

_VERSIONS = ("govops_version", "git_version")


@dataclass(frozen=True, slots=True)
class Compared:
    """A report and the audit of the same commits. ``differences`` name what is not the same, most general first."""

    saved: Report
    differences: tuple[str, ...]
    versions: tuple[str, ...]


def compare_report(
    file: Path, repository: Path, *, policies: str | None = None, baseline: Path | None = None
) -> Compared:
    """Audit the commits that a JSON report names once more, and compare all that it says.

    UndecidableError if the file is no report as govops writes it, or the repository lacks what it is about. UsageError
    for a report by outside rules, or with a baseline, that are not given with ``policies`` and ``baseline``.
    """
    text, saved = _read(file)
    origin = saved.provenance
    if origin.retrospective is not None and policies is None:
        raise UsageError("the report was made by rules from outside", hint="give the same with --policies")
    if origin.baseline is not None and baseline is None:
        raise UsageError("the report was made with a baseline", hint="give the same with --baseline")
    asked = Opened(
        repository,
        ref=origin.ref,
        first=origin.first,
        new_since=origin.new_since,
        to=origin.tag or origin.tip,
        as_of=origin.as_of,
        as_of_clock=origin.as_of_clock,
        policies=policies,
        evidence_ref=origin.evidence_tip,
        settled=saved.counts.pending > 0,
        since=replace(origin, tip=origin.since, tag=None, evidence_tip=None) if origin.since else None,
    )
    again = audit(asked, baseline=baseline)
    if again.provenance.adoption != origin.adoption:  # it may have been pinned
        again = audit(replace(asked, adoption=origin.adoption), baseline=baseline)
    if saved.service is not None:  # what was measured is taken at its word, and bound to the same commits again
        again = with_service(again, saved.service)
    versions = tuple(_unequal(origin, again.provenance, _VERSIONS))
    same = {name: getattr(origin, name) for name in (*_VERSIONS, "evidence_ref")}
    again = replace(again, provenance=replace(again.provenance, **same))
    differences = tuple(_differences(saved, again))
    if not differences and "".join(json_v1.stream(again)) != text:
        differences = ("the spelling of the file",)
    return Compared(saved, differences, versions)


def _read(file: Path) -> tuple[str, Report]:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}", hint="give a file written with --output json:PATH") from error
    except UnicodeDecodeError as error:
        raise UndecidableError(f"{file} is not what govops wrote: it is not UTF-8") from error
    try:
        return text, json_v1.parse(text)
    except GovopsError as error:
        raise UndecidableError(f"{file} is not what govops wrote: {error.message}", hint=error.hint) from error


def _differences(saved: Report, again: Report) -> Iterator[str]:
    names = [field.name for field in fields(Provenance)]
    yield from (f"provenance.{name}" for name in _unequal(saved.provenance, again.provenance, names))
    for field in fields(Report):
        if field.name != "provenance" and getattr(saved, field.name) != getattr(again, field.name):
            yield field.name


def _unequal(saved: Provenance, again: Provenance, names: Iterator[str] | tuple[str, ...] | list[str]) -> Iterator[str]:
    return (name for name in names if getattr(saved, name) != getattr(again, name))
