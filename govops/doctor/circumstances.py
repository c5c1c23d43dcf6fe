"""What a check of ``govops doctor`` may look at: a repository as it stands, and what a forge says of its branches."""

from __future__ import annotations

from dataclasses import dataclass

from govops.decision import Law
from govops.evidence.book import EvidenceBook, Trust
from govops.evidence.recording import Recording
from govops.forge.protocol import BranchRules

GATE = "govops/gate"  # the commit status that a gate posts


@dataclass(frozen=True, slots=True)
class Clone:
    """How much of a repository is here.

    ``git`` begins a command for people to paste; ``cut_off`` says why its history is not whole, with ``mend`` as the
    remedy; ``commits`` are those of the protected branch's chain, 0 where it cannot be read.
    """

    git: str
    is_partial: bool = False
    has_commit_graph: bool = False
    cut_off: str = ""
    mend: str = ""
    commits: int = 0


@dataclass(frozen=True, slots=True)
class OwnersFile:
    """The CODEOWNERS file that the forge reads: where, what stands there (None: nothing), and what should."""

    place: str
    found: str | None
    wanted: str
    is_generated: bool


@dataclass(frozen=True, slots=True)
class Protection:
    """What a forge says of one branch; ``problem`` is why it could not say all, and ``rules`` are None then."""

    branch: str
    rules: BranchRules | None
    problem: str = ""

    @property
    def told(self) -> BranchRules:
        """The rules, all of them unknown where the forge could not say."""
        return self.rules or BranchRules()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Everything. ``law`` are the rules at the tip of the protected branch ``ref``.

    ``evidence_ref`` is None where there is no evidence branch. ``book`` and ``recording`` are empty where
    ``clone.cut_off`` is not. ``changed`` says whether anything landed after the adoption. ``as_of`` is the instant to
    look from, None where nobody attests one. ``owners`` is None where no forge reads CODEOWNERS; ``protected`` and
    ``evidence`` are None where no forge was asked.
    """

    clone: Clone
    law: Law
    ref: str
    tip: str
    trust: Trust
    evidence_ref: str | None = None
    book: EvidenceBook | None = None
    recording: Recording | None = None
    changed: bool = False
    as_of: str | None = None
    owners: OwnersFile | None = None
    protected: Protection | None = None
    evidence: Protection | None = None
