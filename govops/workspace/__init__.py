"""A repository and a revision -> facts. Git, YAML, files and the clock meet here and nowhere else."""

from __future__ import annotations

from govops.workspace.clock import now
from govops.workspace.documents import Documents
from govops.workspace.evidence import EvidenceBranch, read_evidence
from govops.workspace.files import Tree
from govops.workspace.opening import Opened, open_audit, open_commits
from govops.workspace.rules import external_rules

__all__ = [
    "Documents",
    "EvidenceBranch",
    "Opened",
    "Tree",
    "external_rules",
    "now",
    "open_audit",
    "open_commits",
    "read_evidence",
]
