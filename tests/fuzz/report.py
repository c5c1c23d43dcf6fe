"""Saved reports: not usable, or one that every format can show and that is written and read back the same."""

from __future__ import annotations

from govops.errors import UsageError
from govops.render import FORMATS, json_v1, render


def check(data: bytes) -> None:
    """Bytes that are no UTF-8 are refused before a report is looked for."""
    try:
        report = json_v1.parse(data.decode("utf-8", "replace"))
    except UsageError:
        return
    assert report.exit_code() in range(5)
    assert json_v1.parse(render(report, "json")) == report
    for name in FORMATS:
        assert render(report, name).endswith("\n")
