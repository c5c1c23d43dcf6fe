"""A repository and a revision -> facts. Git, YAML, files and the clock meet here and nowhere else."""

from __future__ import annotations

from govops.workspace.clock import now
from govops.workspace.documents import Documents
from govops.workspace.evidence import EvidenceBranch, read_evidence
from govops.workspace.files import Tree
from govops.workspace.gate import Gate
from govops.workspace.opening import Asked, Opened, open_audit, open_commits, open_gate, settings_of
from govops.workspace.rules import external_rules

__all__ = [
    "Asked",
    "Documents",
    "EvidenceBranch",
    "Gate",
    "Opened",
    "Tree",
    "external_rules",
    "now",
    "open_audit",
    "open_commits",
    "open_gate",
    "read_evidence",
    "settings_of",
]
