"""An outlook as JSON, version 1: every field of the dataclasses and the exit code."""

from __future__ import annotations

import dataclasses
import json

from govops.finding import Severity
from govops.outlook import Outlook


def render(outlook: Outlook, *, fail_on: Severity = Severity.LOW) -> str:
    """Sorted keys, two spaces, ASCII only, a line break at the end."""
    whole = dataclasses.asdict(outlook) | {
        "exit_code": int(outlook.exit_code(fail_on)),
        "findings": [dataclasses.asdict(f) | {"fingerprint": f.fingerprint} for f in outlook.findings],
    }
    return json.dumps(whole, sort_keys=True, indent=2, ensure_ascii=True, allow_nan=False) + "\n"
