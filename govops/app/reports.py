"""Saved reports."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from govops.errors import UsageError
from govops.finding import Report
from govops.render import json_text, json_v1
from govops.service import ServiceReport

SERVICE_SCHEMA = "govops/service/v1"
_HINT = "give a file written with --output json:PATH"
_CHECK = "measure again: govops sla check --output json:FILE"


def read_report(path: Path) -> Report:
    """A report saved as JSON. UsageError when the file is not there or is no report of a known schema."""
    text = _text(path)
    try:
        return json_v1.parse(text)
    except UsageError as error:
        raise UsageError(f"{path}: {error.message}", hint=error.hint) from error


def read_service(path: Path) -> ServiceReport:
    """What `govops sla check` measured, saved as JSON. UsageError unless it is to the byte what govops writes."""
    text = _text(path)
    try:
        service = json_v1.parse_as(ServiceReport, text, SERVICE_SCHEMA)
    except UsageError as error:
        raise UsageError(f"{path}: {error.message}", hint=_CHECK) from error
    if "".join(json_text.stream(service)) != text:
        raise UsageError(f"{path}: not spelled as govops writes it", hint=_CHECK)
    return service


def with_service(report: Report, service: ServiceReport) -> Report:
    """The report with what was measured of services, and a note of where that comes from.

    UsageError where it was measured for another repository or another tip: it would be shown beside promises that it
    was not judged by.
    """
    origin = report.provenance
    if report.service is not None:
        raise UsageError("the report holds a service report already", hint="give --service to a fresh audit")
    if service.repository != origin.repository:
        message = f'the service report is about "{service.repository[:80]}", not about "{origin.repository[:80]}"'
        raise UsageError(message, hint=_CHECK)
    if service.tip != origin.tip:
        message = f"the service report was made at {service.tip[:12]}, and the audit ends at {origin.tip[:12]}"
        raise UsageError(message, hint=f"{_CHECK}; or audit --to {service.tip[:12]}")
    digest = hashlib.sha256("".join(json_text.stream(service)).encode("ascii")).hexdigest()
    note = (
        f"service levels as of {service.as_of or 'no instant'}, measured outside of git: service report sha256:{digest}"
    )
    return replace(report, service=service, provenance=replace(origin, notes=(*origin.notes, note)))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", hint=_HINT) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8", hint=_HINT) from error
