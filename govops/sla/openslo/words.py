"""How the same thing is called here and in OpenSLO."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal

VERSION = "openslo/v1"
LABEL = "sla"  # joins the SLOs that are objectives of one agreement: an SLO of OpenSLO has one indicator
START = "2024-01-01 00:00:00"  # first of a year, a month and (a Monday) a week
PERIODS = {"month": "1M", "week": "1w", "day": "1d"}
TYPES = {"prometheus": "Prometheus", "sql": "SQL", "file": "File"}
PERCENTILES = {"response_time_p95_ms": 95, "response_time_p99_ms": 99}
METRICS = {
    "response_time_p95_ms": "p95",
    "response_time_p99_ms": "p99",
    "availability_percent": "availability",
    "error_rate_percent": "error-rate",
}
LONGEST_NAME = 63


def indicator_name(metric: str) -> str:
    """The name of the SLI for a metric."""
    return metric.replace("_", "-")


def slo_name(agreement: str, metric: str) -> str:
    """The name of the SLO for one objective: never longer than OpenSLO allows, and of no other agreement."""
    suffix = METRICS[metric]
    return f"{_cut(agreement, LONGEST_NAME - len(suffix) - 1)}-{suffix}"


def service_name(resource: str) -> str:
    """The name of the Service for a resource: its words, and what tells it from others that read alike."""
    words = re.sub(r"[^a-z0-9]+", "-", resource.lower()).strip("-")
    return f"{words[: LONGEST_NAME - 9].strip('-')}-{_digest(resource)}"


def display_name(agreement: str, metric: str) -> str:
    """What people call the SLO for one objective."""
    return f"{metric} of {agreement}"[:LONGEST_NAME]


def complement(percent: float) -> float | None:
    """100 less so many percent, both as they are written; None where no number is that exactly."""
    found = float(100 - Decimal(repr(percent)))
    return found if float(100 - Decimal(repr(found))) == percent else None


def plain(number: float) -> float | int:
    """The number as people write it: 600 and not 600.0."""
    return int(number) if number.is_integer() else number


def _cut(name: str, length: int) -> str:
    return name if len(name) <= length else f"{name[: length - 9]}-{_digest(name)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
