"""A story of tests/corpus, played in a world: each verb of the one is a verb of the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from tests.support import steps
from tests.support.change import NOW, Change, Landed
from tests.support.contents import Contents
from tests.support.files import Content
from tests.support.hostile import plant
from tests.support.steps import Files, Step
from tests.support.stories import Company
from tests.support.trees import edited
from tests.support.world import World

ADOPTION = "Adopt govops"


class Player:
    """The people of one story at work in a repository of their own below ``path``."""

    worlds: type[World] = World

    def __init__(self, path: Path, company: Company, object_format: str = "sha1") -> None:
        self.canary = path / "canary"  # what a planted program leaves behind
        self.world = self.worlds(path / "repository", object_format=object_format, settings=company.settings)
        self._contents = Contents(self.world.objects, company.settings, lambda title: self._landed[title].commit)
        if company.files:
            self._adopt(company)
        self._proposals: dict[str, Change] = {}
        self._landed = {ADOPTION: Landed(self.world, base=None, commits=(self.world.main,), at="")}

    def play(self, story: list[Step]) -> World:
        """All of it, in order; the world as it stands afterwards."""
        for step in story:
            _ACTS[step.verb](self, step.who, step.details)
        return self.world

    def title_of(self, commit: str | None) -> str | None:
        """Which landing brought a commit to main; None for a commit that came in none."""
        return next((title for title, landed in self._landed.items() if commit in landed.commits), None)

    # ---- what the steps do

    def propose(self, who: str, told: steps.Proposes) -> None:
        base = self._proposals[told.on].head if told.on else None
        tree = self.world.tree(base)
        edits, identity = self._contents.edits(told.files, tree), _identity(told)
        assert told.title not in self._proposals.keys() | self._landed.keys(), f"{told.title!r} stands twice"
        change = self.world.propose(who, told.title, edits, account=told.account, base=base, **identity)
        self._proposals[told.title] = change

    def push(self, who: str, told: steps.Pushes) -> None:
        change = self._proposal(told)
        change.push(who, self._edits_of(change, told.files), account=told.account, **_identity(told))

    def commit(self, who: str, told: steps.Commits) -> None:
        change = self._proposal(told)
        change.commit_as(self._edits_of(change, told.files), **{"author": who, **_identity(told)})

    def amend(self, who: str, told: steps.Rewrites) -> None:
        change = self._proposal(told)
        change.amend(who, self._edits_of(change, told.files))

    def rebase(self, who: str, told: steps.Rewrites) -> None:
        change = self._proposal(told)
        change.rebase(self._edits_of(change, told.files), by=who)

    def update(self, who: str, told: steps.Updates) -> None:
        tip = self._landed[told.to].commit if told.to else None
        self._proposal(told).update_branch(by=who, tip=tip)

    def approve(self, who: str, told: steps.Reviews) -> None:
        self._proposal(told).approve(who, account=told.account, login=told.login)

    def reject(self, who: str, told: steps.Reviews) -> None:
        self._proposal(told).reject(who, account=told.account, login=told.login)

    def comment(self, who: str, told: steps.Reviews) -> None:
        self._proposal(told).comment(who, account=told.account, login=told.login)

    def dismiss(self, who: str, told: steps.Dismisses) -> None:
        self._proposal(told).dismiss(told.whose, by=who, at=NOW if told.at == "now" else None)

    def sign(self, who: str, told: steps.Signs, decision: str = "approve") -> None:
        change, key = self._proposal(told), _key(who, told)
        self.world.approve_signed(
            who, change, decision=decision, signer=key, at=told.at or NOW, edit=lambda payload: _say(payload, told.says)
        )

    def refuse(self, who: str, told: steps.Signs) -> None:
        self.sign(who, told, decision="reject")

    def sign_proposal(self, who: str, told: steps.Signs) -> None:
        change, key = self._proposal(told), _key(who, told)
        self.world.propose_signed(who, change, signer=key, edit=lambda payload: _say(payload, told.says))

    def merge(self, who: str, told: steps.Merges) -> None:
        change = self._proposal(told)
        sides: Mapping[str | None, Any] = {"main": "ours", "proposal": "theirs", None: None}
        landed = change.merge(
            told.method,
            by=who,
            amend=[self._edits_of(change, told.files)],
            tree_override=sides[told.tree],
            extra_parents=[self._proposals[title].head for title in told.also],
            record=told.recorded,
        )
        self._landed[change.title] = landed

    def land(self, who: str, told: steps.Lands) -> None:
        assert told.title not in self._proposals.keys() | self._landed.keys(), f"{told.title!r} stands twice"
        identity = {"message": told.title, **_identity(told)}
        if told.root:
            root = self.world.commit(self.world.tree(), [], message="Root", author=who)
            identity["parents"] = [root, self.world.main]
        edits = self._contents.edits(told.files, self.world.tree())
        landed = self.world.push(who, edits, account=told.account, record=told.recorded, **identity)
        self._landed[told.title] = landed

    def rewind(self, who: str, told: steps.Rewinds) -> None:
        self.world.advance(self._landed[told.to].commit)

    def record(self, who: str, told: steps.Records) -> None:
        landed = self._landed[told.change] if told.change else list(self._landed.values())[-1]

        def edit(payload: dict[str, Any]) -> None:
            if told.tells_of:
                payload["proposal"].update(_told_as(self._proposals[told.tells_of]))
            _say(payload, told.says)

        landed.record(
            signer=None if who == "nobody" else who,
            recorder=told.recorder,
            repository=told.repository,
            branch=told.branch,
            receipt_edit=edit,
        )

    def edit_evidence(self, who: str, told: steps.EditsEvidence) -> None:
        branch = self.world.evidence
        records = {f"record {number}": path for number, path in enumerate(branch.paths, start=1)}
        named = {name: branch.tree[path] for name, path in records.items() if path in branch.tree}
        edits = self._contents.edits(told.files, branch.tree | named)
        by_path = {records.get(name, name): content for name, content in edits.items()}
        branch.write(by_path, author=self.world.ident(who))

    def wait(self, who: str, told: steps.Passes) -> None:
        self.world.clock.pass_by(days=told.days)

    def forget(self, who: str, told: steps.Forgets) -> None:
        self.world.forget(self._proposal(told))

    def plant(self, who: str, told: steps.Plants) -> None:
        plant(self.world, self.canary)

    # ---- how it is done

    def _adopt(self, company: Company) -> None:
        """The adoption commit once more, with the company's own files in it."""
        tree = edited(self.world.objects, self.world.tree(), self._contents.edits(company.files, self.world.tree()))
        self.world.advance(self.world.commit(tree, [], message=ADOPTION, author="carol"))
        self.world.adoption = self.world.main

    def _proposal(self, told: Any) -> Change:
        return self._proposals[told.proposal] if told.proposal else list(self._proposals.values())[-1]

    def _edits_of(self, change: Change, told: Files) -> dict[str, Content]:
        return self._contents.edits(told, self.world.tree(change.head))


def _identity(told: Any) -> dict[str, Any]:
    """What a step says of its commit, as World.commit wants it."""
    given = {name: getattr(told, name) for name in ("message", "author", "committer", "co_authors", "signed_by")}
    if told.date is not None:
        given |= {"author_time": told.date, "committer_time": told.date}
    return {name: value for name, value in given.items() if value}


def _key(who: str, told: steps.Signs) -> str | None:
    """Whose key signs: the person's unless told."""
    return None if told.key == "nobody" else told.key or who


def _say(payload: dict[str, Any], says: Mapping[str, Any]) -> None:
    for place, value in says.items():
        node: Any = payload
        *way, last = (int(name) if name.isdecimal() else name for name in place.split("."))
        for name in way:
            node = node[name]
        assert isinstance(last, int) or last in node, f"a record has no {place}"
        node[last] = value


def _told_as(change: Change) -> dict[str, Any]:
    """What a receipt would say of another proposal: its head, subjects and reviews."""
    reviews = [review.model_dump(mode="json") for review in change.reviews]
    return {"id": str(change.number), "head": change.head, "subjects": reviews[-1]["subjects"], "reviews": reviews}


_ACTS = cast(
    "Mapping[str, Callable[[Player, str, Any], None]]",
    {
        "proposes": Player.propose,
        "pushes": Player.push,
        "commits": Player.commit,
        "amends": Player.amend,
        "rebases": Player.rebase,
        "updates the branch": Player.update,
        "approves": Player.approve,
        "rejects": Player.reject,
        "comments": Player.comment,
        "dismisses": Player.dismiss,
        "signs an approval": Player.sign,
        "signs a rejection": Player.refuse,
        "signs the proposal": Player.sign_proposal,
        "merges": Player.merge,
        "pushes to main": Player.land,
        "rewinds main": Player.rewind,
        "records": Player.record,
        "edits the evidence": Player.edit_evidence,
        "passes": Player.wait,
        "forgets the head": Player.forget,
        "plants programs": Player.plant,
    },
)
