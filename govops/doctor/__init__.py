"""The checks of ``govops doctor``: one file each, listed here and nowhere else, in the order of reports and docs."""

from __future__ import annotations

from govops.doctor import (
    approver_without_evidence,
    bypass_allowed,
    codeowners_out_of_step,
    ending_waiver,
    forgeable_status,
    gate_not_required,
    idle_recorder,
    incomplete_history,
    late_receipts,
    missing_commit_graph,
    missing_evidence,
    missing_receipts,
    open_branch,
    open_evidence_branch,
    partial_clone,
    too_few_approvers,
    unsound_evidence,
    untold_branch_rules,
    weak_key,
)
from govops.doctor.check import Check, Needs
from govops.finding import Severity

__all__ = ["CHECKS", "check_named"]

_INFO, _LOW, _MEDIUM, _HIGH, _CRITICAL = Severity

CHECKS: tuple[Check, ...] = (
    Check("incomplete-history", _CRITICAL, incomplete_history.check),
    Check("partial-clone", _MEDIUM, partial_clone.check),
    Check("missing-evidence", _HIGH, missing_evidence.check),
    Check("missing-receipts", _HIGH, missing_receipts.check, Needs.HISTORY),
    Check("late-receipts", _LOW, late_receipts.check, Needs.HISTORY),
    Check("unsound-evidence", _CRITICAL, unsound_evidence.check, Needs.HISTORY),
    Check("idle-recorder", _LOW, idle_recorder.check, Needs.HISTORY),
    Check("weak-key", _MEDIUM, weak_key.check),
    Check("approver-without-evidence", _MEDIUM, approver_without_evidence.check),
    Check("too-few-approvers", _HIGH, too_few_approvers.check),
    Check("ending-waiver", _MEDIUM, ending_waiver.check),
    Check("codeowners-out-of-step", _LOW, codeowners_out_of_step.check, Needs.CODEOWNERS),
    Check("open-branch", _HIGH, open_branch.check, Needs.FORGE),
    Check("gate-not-required", _HIGH, gate_not_required.check, Needs.FORGE),
    Check("bypass-allowed", _MEDIUM, bypass_allowed.check, Needs.FORGE),
    Check("open-evidence-branch", _HIGH, open_evidence_branch.check, Needs.FORGE),
    Check("forgeable-status", _INFO, forgeable_status.check, Needs.FORGE),
    Check("untold-branch-rules", _HIGH, untold_branch_rules.check, Needs.FORGE),
    Check("missing-commit-graph", _INFO, missing_commit_graph.check, Needs.HISTORY),
)
_BY_ID = {check.id: check for check in CHECKS}


def check_named(identifier: str) -> Check | None:
    """The check of that id, None if there is none."""
    return _BY_ID.get(identifier)
