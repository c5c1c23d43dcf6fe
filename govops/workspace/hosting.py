"""Writing what the server keeps: the only way by which its refs move.

Proposals and their branch move freely. The protected branch moves only together with a verdict that passed for the very
commits that are merged, to a merge that is made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from govops.errors import ExitCode, GovopsError
from govops.forge.hosted import HostedProposal
from govops.git import NewCommit, Stamp, Store
from govops.history import Entry, Oid
from govops.outlook import Outlook
from govops.workspace.hosted import HOSTED, PROPOSALS, HostedBranch, closed_path, document, open_path, path_of
from govops.workspace.journal import Signed, commit_of, files_of
from govops.workspace.keys import SigningKey
from govops.workspace.turns import Turn

Files = Mapping[str, bytes | Entry | None]
Move = tuple[Oid | None, Oid | None]
_HOSTED = f"refs/heads/{HOSTED}"
_FIRST = "Keep proposals here\n"
_README = b"""\
Proposals that a server of govops keeps, each as a document that the server has signed: those that are open, and those
that are closed. Nobody else writes here; what others write counts for nothing.
"""


@dataclass(frozen=True, slots=True)
class Landing:
    """A merge that may become the protected branch: whoever has one has seen the gate pass."""

    base: Oid
    commit: Oid


@dataclass(frozen=True, slots=True)
class Keeper:
    """Where one writer writes: the store, what they read before, and the key and the name that the server writes by."""

    store: Store
    branch: HostedBranch
    protected: str
    evidence: str
    tip: Oid
    key: SigningKey
    stamp: Stamp
    turn: Turn

    def merge(self, kept: HostedProposal, found: Outlook, files: Files) -> Landing:
        """The merge of a proposal onto the tip, by ``files``. GovopsError unless the gate passed for just that."""
        if found.exit_code() is not ExitCode.OK or not found.is_governed:
            raise GovopsError(f"the gate did not pass for proposal {kept.id}")
        if (found.base, found.head, found.branch) != (self.tip, kept.head, self.protected):
            raise GovopsError(f"the gate passed for something else than proposal {kept.id}")
        message = f"Merge proposal {kept.id}: {kept.title}\n"
        commit = self.store.commit(NewCommit(message, self.stamp, (self.tip, kept.head), files))
        return Landing(self.tip, commit)

    def keep(
        self,
        kept: Iterable[HostedProposal],
        message: str,
        *,
        landing: Landing | None = None,
        receipt: Signed | None = None,
    ) -> bool:
        """Store these documents, and with them move their branches and land what is to land: all or none.

        False if anything moved since it was read.
        """
        kept = tuple(kept)
        commit = self.store.commit(NewCommit(f"{message}\n", self.stamp, self._parents(kept), dict(self._files(kept))))
        moves: dict[str, Move] = {_HOSTED: (self.branch.tip, commit)}
        moves |= {f"refs/heads/{PROPOSALS}{one.id}": move for one in kept if any(move := self._own(one))}
        # In this order: whoever is stopped in the middle finds in the documents what was about to land, and a receipt
        # only of what has landed.
        moves[f"refs/heads/{self.protected}"] = (landing.base, landing.commit) if landing else (self.tip, self.tip)
        if receipt is not None:
            moves[self._evidence] = self._appended(receipt)
        if not self.store.swap(moves):
            return False
        self.turn.remember(commit)
        return True

    def tidy(self) -> bool:
        """Let the proposals' own branches stand where their documents say. False if anything moved since it was read.

        Branches of that kind that the server does not know are other people's.
        """
        room, moves = self.branch.room, {}
        names = {name.rpartition("/")[2] for name, _ in room.refs(f"refs/heads/{PROPOSALS}")}
        for one in filter(None, map(self.branch.find, sorted({*names, *self.branch.open}))):
            old, new = self._own(one)
            if old != new:
                moves[f"refs/heads/{PROPOSALS}{one.id}"] = old, new
        return not moves or self.store.swap({_HOSTED: (self.branch.tip, self.branch.tip), **moves})

    @property
    def _evidence(self) -> str:
        return f"refs/heads/{self.evidence}"

    def _appended(self, receipt: Signed) -> Move:
        stands = self.branch.room.ref(self._evidence)
        return stands, commit_of(self.store, dict(files_of([receipt])), stands, count=1)

    def _own(self, one: HostedProposal) -> Move:
        """From where to where the proposal's own branch moves."""
        stands = self.branch.room.ref(f"refs/heads/{PROPOSALS}{one.id}")
        return stands, one.head if one.state == "open" else None

    def _parents(self, kept: tuple[HostedProposal, ...]) -> tuple[Oid, ...]:
        """The branch as it was, and the heads of new proposals: whatever is ever proposed stays in the repository."""
        first = self.branch.tip or self.store.commit(NewCommit(_FIRST, self.stamp, (), {"README.md": _README}))
        return (first, *(one.head for one in kept if self.branch.find(one.id) is None))

    def _files(self, kept: tuple[HostedProposal, ...]) -> Iterable[tuple[str, bytes | None]]:
        for one in kept:
            for other in {open_path(one.id), closed_path(one.id)} - {path_of(one)}:
                if self.branch.tip and self.branch.room.entry(self.branch.tip, other):
                    yield other, None
            yield path_of(one), document(one, self.key)
