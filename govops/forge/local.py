"""The forge of those who have none: proposals are branches and signed records, people are known by their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from govops.errors import UsageError
from govops.evidence.records import Account, Contributor, SignedProposal
from govops.forge.protocol import BranchRules, ForgeProposal, StatusState
from govops.history import Oid
from govops.history.snapshot import KEYS

NAME = "local"


@dataclass(frozen=True, slots=True)
class LocalForge:
    """Answers from signed proposals. ``signed`` are (record, key that signed it), ``parents`` tells those of a commit.

    Approvals are no reviews here: each is a signed record and stands for itself.
    """

    signed: tuple[tuple[SignedProposal, str], ...]
    parents: Callable[[Oid], tuple[Oid, ...]]
    name: str = NAME

    @classmethod
    def of(cls, signed: Iterable[tuple[SignedProposal, str]], parents: Callable[[Oid], tuple[Oid, ...]]) -> LocalForge:
        """The forge that these records make, the latest of each name last."""
        return cls(tuple(sorted(signed, key=lambda one: (one[0].at, one[0].head))), parents)

    def proposal(self, number: str) -> ForgeProposal:
        """The latest of that name (its ``number`` here) and head: ``name@head``, or ``name`` for the latest of all."""
        name, _, head = number.partition("@")
        found = [one for one in self.signed if one[0].name == name and head in ("", one[0].head)]
        if not found:
            raise UsageError(f'nobody signed a proposal "{number[:60]}"')
        record, key = found[-1]
        opener = Account(forge=KEYS, id=key, login=record.person, type="human")
        return ForgeProposal(
            forge=NAME,
            id=f"{record.name}@{record.head}",
            title=record.title,
            state="open",
            opener=opener,
            opened_at=record.at,
            target=record.branch,
            head=record.head,
            contributors=(Contributor(source="opener", account=opener),),
        )

    def proposals_of(self, commit: Oid) -> tuple[str, ...]:
        """Those whose head this commit is, or which it merges."""
        heads = {commit, *self.parents(commit)[1:]}
        found = (f"{record.name}@{record.head}" for record, _ in self.signed if record.head in heads)
        return tuple(sorted(set(found)))

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
