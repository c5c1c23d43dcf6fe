"""Closed lists of words that more than one kind uses."""

from __future__ import annotations

from typing import Literal

EDITIONS = ("2026.1",)  # of the built-in rules, oldest first; a later one holds all rules of those before it

Level = Literal["low", "medium", "high", "critical"]
RuleSeverity = Literal["info", "low", "medium", "high", "critical"]
IncidentSeverity = Literal["info", "warning", "error", "critical"]
NotificationStage = Literal["initial", "final"]
Environment = Literal["staging", "production"]
EvidenceType = Literal["receipt", "signature", "trailer"]
Contribution = Literal["opener", "author", "committer", "co-author", "pusher", "merger"]
Metric = Literal["response_time_p95_ms", "response_time_p99_ms", "availability_percent", "error_rate_percent"]
ReportSection = Literal[
    "ledger", "inventory", "deployments", "roles", "duties", "reviews", "policies", "waivers", "incidents"
]  # those that hold evidence, by their names in a clause of a Framework
