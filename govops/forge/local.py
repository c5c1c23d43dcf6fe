"""The forge of those who have none: proposals are branches and signed records, people are known by their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from govops.errors import UsageError
from govops.evidence.records import Account, Contributor, SignedProposal
from govops.forge.protocol import BranchRules, ForgeProposal, NoProposalError, Opened, Request, StatusState
from govops.history import Oid
from govops.history.snapshot import KEYS


class LocalForge:
    """Answers from signed proposals, given as (record, key that signed it); ``parents`` tells those of a commit.

    Approvals are no reviews here: each is a signed record and stands for itself. A proposal counts as merged by the
    commit that was asked about, if that has its head as a later parent or is its head.
    """

    name = "local"

    def __init__(self, signed: Iterable[tuple[SignedProposal, str]], parents: Callable[[Oid], tuple[Oid, ...]]) -> None:
        self._signed: dict[str, tuple[SignedProposal, str]] = {}
        for record, key in sorted(signed, key=lambda one: (one[0].at, one[0].name)):
            self._signed.setdefault(record.head, (record, key))  # whoever proposed it first
        self._parents = parents
        self._merged: dict[Oid, Oid] = {}

    def proposal(self, number: str) -> ForgeProposal:
        """The one whose head is ``number``; NoProposalError if nobody signed such a one."""
        if number not in self._signed:
            raise NoProposalError(f'nobody signed a proposal of "{number[:64]}"')
        record, key = self._signed[number]
        merge = self._merged.get(number)
        opener = Account(forge=KEYS, id=key, login=record.person, type="human")
        return ForgeProposal(
            forge=self.name,
            id=number,
            title=record.title,
            state="merged" if merge else "open",
            opener=opener,
            opened_at=record.at,
            target=record.branch,
            head=record.head,
            merge_commit=merge,
            contributors=(Contributor(source="opener", account=opener),),
        )

    def proposals_of(self, commit: Oid) -> tuple[str, ...]:
        """Heads of those that this commit merges, or whose head it is."""
        found = [head for head in (commit, *self._parents(commit)[1:]) if head in self._signed]
        self._merged.update(dict.fromkeys(found, commit))
        return tuple(sorted(found))

    def pusher(self, commit: Oid, branch: str) -> tuple[Account | None, str | None]:
        """Nobody keeps a record of who pushed."""
        return None, None

    def branch_rules(self, branch: str) -> BranchRules:
        """A bare repository enforces nothing by itself."""
        return BranchRules()

    def comment(self, number: str, *, marker: str, body: str) -> None:
        """UsageError: there is nowhere to write it."""
        raise UsageError("a repository without a forge has no comments", hint="give the plan with --output markdown")

    def set_status(self, commit: Oid, *, state: StatusState, context: str, description: str, url: str = "") -> None:
        """UsageError: there is nowhere to post it."""
        raise UsageError("a repository without a forge has no commit statuses", hint="use the exit code of govops gate")

    def open(self, request: Request) -> Opened:
        """UsageError: people sign what they propose."""
        raise UsageError("a repository without a forge opens no pull requests", hint="propose it with govops propose")
