"""What landed together, and by which proposal: the forge's word, held against the commits that stand on the branch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from govops.errors import UndecidableError
from govops.evidence.records import Account, Method
from govops.forge import Forge, ForgeProposal, IncompleteEvidenceError, NoProposalError
from govops.git import CleanRoom
from govops.history import Oid

_FURTHEST = 100  # steps that one push is followed over


@dataclass(frozen=True, slots=True)
class Landing:
    """Consecutive steps of the protected branch that landed at once. ``told`` and ``method`` are None for a push."""

    steps: tuple[Oid, ...]
    told: ForgeProposal | None = None
    method: Method | None = None
    pusher: Account | None = None
    at: str | None = None

    @property
    def tip(self) -> Oid:
        """The last step: the change's id."""
        return self.steps[-1]


class Landings:
    """Asks the forge about the steps of one branch; each proposal is asked for once.

    ``bring`` tries to bring a proposal's heads into the repository.
    """

    def __init__(self, room: CleanRoom, forge: Forge, branch: str, bring: Callable[[ForgeProposal], None]) -> None:
        self._room = room
        self._forge = forge
        self._branch = branch
        self._bring = bring
        self._of: dict[Oid, tuple[str, ...]] = {}
        self._told: dict[str, ForgeProposal] = {}

    def first(self, following: tuple[Oid, ...]) -> Landing:
        """What landed with the first of these steps. IncompleteEvidenceError if the forge does not tell."""
        found = sorted(self._candidates(following), key=self._closeness)
        if found:
            return found[0]
        pusher, at = self._pushed(following)
        return Landing(following[:1], pusher=pusher, at=at)

    def _candidates(self, following: tuple[Oid, ...]) -> Iterator[Landing]:
        """Landings of proposals for this branch that the forge calls merged, and whose commits bear that out.

        Where the forge names none (it may not have caught up), the number in the commit's title is asked for: it is
        believed only if the forge says that this very commit is the merge.
        """
        numbers = self._numbers(following[0])
        for number in numbers or named_in(self._room.commit(following[0]).subject)[-1:]:
            told = self._proposal(number, is_sure=bool(numbers))
            if told is None or told.target != self._branch:
                continue
            if told.state == "open" and self._reaches(following[0], told.head):
                raise IncompleteEvidenceError(
                    f"{told.forge}#{told.id} is open at the forge, and its head is on the branch by now",
                    hint="the forge has not caught up; run it again in a minute",
                )
            if told.state != "merged" or told.merge_commit not in (following if numbers else following[:1]):
                continue
            steps = following[: following.index(told.merge_commit) + 1]
            method = self._method(told, steps)
            if method is not None:
                yield Landing(steps, told, method, at=told.merged_at)

    def _method(self, told: ForgeProposal, steps: tuple[Oid, ...]) -> Method | None:
        """How the steps are the proposal's landing; None if they are not, whatever the forge calls it.

        A merge has the final head as a parent: a proposal that only came along inside of another one is not what was
        merged. Several steps are one landing if each belongs to the proposal and none was pushed before the others.
        """
        merges = [oid for oid in steps if len(self._room.commit(oid).parents) > 1]
        if merges:
            brought = self._room.commit(steps[-1]).parents[1:]
            if len(steps) > 1 or not (told.head in brought or told.method == "squash"):
                return None
            return told.method or "merge"
        if not all(self._belongs(told, oid) for oid in steps[:-1]):
            return None
        if told.head == steps[-1]:
            return "fast-forward"
        if len(steps) == 1:
            return "squash"
        own = any(self._reaches(told.head, oid) for oid in steps)  # a rebase leaves copies, so they came another way
        return None if own else "rebase"

    def _belongs(self, told: ForgeProposal, oid: Oid) -> bool:
        return told.id in self._numbers(oid) and self._forge.pusher(oid, self._branch) == (None, None)

    def _reaches(self, commit: Oid, ancestor: Oid) -> bool:
        """Whether the one has the other among its ancestors; False where either is gone."""
        try:
            return self._room.is_ancestor(ancestor, commit)
        except UndecidableError:
            return False

    def _closeness(self, landing: Landing) -> tuple[bool, int]:
        """Landings whose final head stands on the branch itself come first, then older proposals."""
        told = landing.told
        if told is None:
            return (True, 0)
        stands = told.head in (landing.tip, *self._room.commit(landing.tip).parents)
        return (not stands, int(told.id) if told.id.isdecimal() else 0)

    def _pushed(self, following: tuple[Oid, ...]) -> tuple[Account | None, str | None]:
        """Who pushed the first step, and when: the forge knows of the last commit of a push only."""
        for place, oid in enumerate(following[:_FURTHEST]):
            if place and self._numbers(oid):
                break
            told = self._forge.pusher(oid, self._branch)
            if told != (None, None):
                return told
        return None, None

    def _numbers(self, oid: Oid) -> tuple[str, ...]:
        if oid not in self._of:
            self._of[oid] = self._forge.proposals_of(oid)
        return self._of[oid]

    def _proposal(self, number: str, *, is_sure: bool) -> ForgeProposal | None:
        """The proposal; None if there is none of a number that only a title names."""
        if number not in self._told:
            try:
                self._told[number] = self._forge.proposal(number)
            except NoProposalError as error:
                if not is_sure:
                    return None
                raise IncompleteEvidenceError(
                    f"the forge names proposal {number}, and does not show it", hint="run it again later"
                ) from error
            self._bring(self._told[number])
        return self._told[number]


def named_in(title: str) -> tuple[str, ...]:
    """Numbers of proposals that a commit's title names as forges write them, in order: typed by anyone."""
    return tuple(re.findall(r"(?:pull request |\()[#!]([0-9]{1,10})\b", title))
