"""A repository and a revision -> facts. Git, YAML, files and the clock meet here and nowhere else."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from govops.workspace.clock import now
    from govops.workspace.documents import Documents
    from govops.workspace.evidence import EvidenceBranch, read_evidence
    from govops.workspace.gate import Gate
    from govops.workspace.opening import (
        Asked,
        Opened,
        await_head,
        look_back,
        open_audit,
        open_base,
        open_commits,
        open_gate,
        settings_of,
    )
    from govops.workspace.resuming import Opening, open_kept
    from govops.workspace.rules import external_rules

__all__ = [
    "Asked",
    "Documents",
    "EvidenceBranch",
    "Gate",
    "Opened",
    "Opening",
    "await_head",
    "external_rules",
    "look_back",
    "now",
    "open_audit",
    "open_base",
    "open_commits",
    "open_gate",
    "open_kept",
    "read_evidence",
    "settings_of",
]

_MODULES = {
    "Documents": "documents",
    "EvidenceBranch": "evidence",
    "Asked": "opening",
    "await_head": "opening",
    "Gate": "gate",
    "Opened": "opening",
    "Opening": "resuming",
    "open_kept": "resuming",
    "look_back": "opening",
    "open_base": "opening",
    "open_gate": "opening",
    "settings_of": "opening",
    "external_rules": "rules",
    "now": "clock",
    "open_audit": "opening",
    "open_commits": "opening",
    "read_evidence": "evidence",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Import what is asked for: to read the files of a work tree takes neither git nor evidence."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
