"""A forge that knows branch rules and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from govops.errors import UsageError
from govops.evidence.records import Account
from govops.forge.protocol import BranchRules, ForgeProposal, IncompleteEvidenceError, Opened, Request, StatusState


@dataclass
class RulesOnly:
    """``rules`` by branch; one without any is not told of. ``asked`` keeps the questions."""

    rules: dict[str, BranchRules]
    name: str = "github"
    asked: list[str] = field(default_factory=list)

    def branch_rules(self, branch: str) -> BranchRules:
        """The rules, or the refusal of a forge that does not know the token."""
        self.asked.append(branch)
        if branch not in self.rules:
            raise IncompleteEvidenceError("403 Forbidden")
        return self.rules[branch]

    def proposal(self, number: str) -> ForgeProposal:
        """No doctor asks."""
        self._refuse()

    def proposals_of(self, commit: str) -> tuple[str, ...]:
        """No doctor asks."""
        self._refuse()

    def pusher(self, commit: str, branch: str) -> tuple[Account | None, str | None]:
        """No doctor asks."""
        self._refuse()

    def comment(self, number: str, *, marker: str, body: str) -> None:
        """A doctor writes nothing."""
        self._refuse()

    def set_status(self, commit: str, *, state: StatusState, context: str, description: str, url: str = "") -> None:
        """A doctor writes nothing."""
        self._refuse()

    def open(self, request: Request) -> Opened:
        """A doctor writes nothing."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise UsageError("this forge knows branch rules only")
