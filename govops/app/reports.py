"""Saved reports."""

from __future__ import annotations

from pathlib import Path

from govops.errors import UsageError
from govops.finding import Report
from govops.render import json_v1


def read_report(path: Path) -> Report:
    """A report saved as JSON. UsageError when the file is not there or is no report of a known schema."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", hint="give a file written with --output json:PATH") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8", hint="give a file written with --output json:PATH") from error
    return json_v1.parse(text)
