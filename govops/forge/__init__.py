"""What a forge knows and git does not: proposals, reviews, who pressed which button. The only code that speaks HTTP."""

from __future__ import annotations

from govops.forge.opening import open_forge
from govops.forge.protocol import (
    BranchRules,
    Forge,
    ForgeProposal,
    ForgeReview,
    IncompleteEvidenceError,
    NoProposalError,
    Opened,
    Request,
    StatusState,
)

__all__ = [
    "BranchRules",
    "Forge",
    "ForgeProposal",
    "ForgeReview",
    "IncompleteEvidenceError",
    "NoProposalError",
    "Opened",
    "Request",
    "StatusState",
    "open_forge",
]
