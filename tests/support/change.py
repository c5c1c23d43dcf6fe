"""One proposal from its first commit to its landing, told by whoever holds the story."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from govops.evidence.records import Account, Contributor, Dismissal, Proposal, Review
from tests.support.cast import FORGE_COMMITTER, RECORDER
from tests.support.evidence import Edit, Signer
from tests.support.objects import Tree
from tests.support.trees import Edits, context, edited, flat, merged, subjects

if TYPE_CHECKING:
    from tests.support.world import World

Method = Literal["merge", "squash", "rebase", "fast-forward"]
Decision = Literal["approve", "reject", "comment"]
NOW = "now"  # the next tick of the story's clock; None as a time means that nobody told


@dataclass
class Change:
    """A proposal branch and its reviews. Every verb returns the change, so that stories chain."""

    world: World
    number: int
    title: str
    opener: str
    account: Account
    opened_at: str
    head: str
    pushers: list[Account] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    landed: Landed | None = None

    # ---- the branch

    def push(
        self, person: str, *edits: Edits, account: str | None = None, message: str | None = None, **identity: Any
    ) -> Change:
        """One more commit, pushed by the person's account; ``identity`` goes to :meth:`World.commit`."""
        self.pushers.append(self.world.account(person, account))
        identity.setdefault("author", person)
        return self._commit(edits, message or f"{self.title}: more", **identity)

    def commit_as(self, *edits: Edits, message: str | None = None, **identity: Any) -> Change:
        """One more commit of which nobody knows who pushed it: ``author``, ``committer``, ``co_authors``."""
        return self._commit(edits, message or f"{self.title}: more", **identity)

    def amend(self, person: str, *edits: Edits) -> Change:
        """Replace the last commit by another one with the edits on top (a forced push)."""
        old = self.world.node(self.head)
        self.pushers.append(self.world.account(person))
        tree = edited(self.world.objects, old.tree, flat(edits))
        self._move(self.world.commit(tree, old.parents, message=self.title, author=person))
        return self

    def update_branch(self, by: str | None = None, tip: str | None = None) -> Change:
        """Merge the protected branch, or an older ``tip`` of it, into the proposal's."""
        onto = tip or self.world.main
        tree = self._merged_tree(onto)
        parents = [self.head, onto]
        self._move(self.world.commit(tree, parents, message="Merge main", author=by or self.opener))
        return self

    def rebase(self, *edits: Edits, by: str | None = None) -> Change:
        """Replay the proposal's commits on the protected branch's tip; ``edits`` slip into the last one."""
        who = by or self.opener
        self.pushers.append(self.world.account(who))
        self._move(self._replayed(who, flat(edits))[-1])
        return self

    # ---- reviews, each against the head of its moment

    def approve(self, person: str, **how: Any) -> Change:
        """Approve the current head; ``how`` as in :meth:`review`."""
        return self.review(person, "approve", **how)

    def reject(self, person: str, **how: Any) -> Change:
        """Ask for changes; ``how`` as in :meth:`review`."""
        return self.review(person, "reject", **how)

    def comment(self, person: str, **how: Any) -> Change:
        """Say something that decides nothing; ``how`` as in :meth:`review`."""
        return self.review(person, "comment", **how)

    def review(
        self,
        person: str,
        decision: Decision,
        *,
        at: str = NOW,
        account: str | None = None,
        login: str | None = None,
        head: str | None = None,
    ) -> Change:
        """A review by the person's usual account, or by another ``account`` id or ``login``."""
        world = self.world
        head = head or self.head
        about = subjects(world.node(self.merge_bases(head)[0]).tree, world.node(head).tree)
        self.reviews.append(
            Review(
                id=f"{self.number}-{len(self.reviews) + 1}",
                account=world.account(person, account, login),
                decision=decision,
                at=world.clock.tick() if at == NOW else at,
                head=head,
                subjects=about,
                context=context(world.objects, about, world.node(head).tree),
            )
        )
        return self

    def dismiss(self, person: str, *, at: str | None = NOW, by: str = "carol") -> Change:
        """Withdraw the person's latest decision that stands; ``at=None``: the forge does not tell when."""
        ids = self.world.account_ids(person)
        standing = [i for i, review in enumerate(self.reviews) if review.account.id in ids and not review.dismissed]
        index = [i for i in standing if self.reviews[i].decision != "comment"][-1]
        when = self.world.clock.tick() if at == NOW else at
        withdrawal = Dismissal(at=when, by=self.world.account(by))
        self.reviews[index] = self.reviews[index].model_copy(update={"dismissed": withdrawal})
        return self

    def merge_bases(self, head: str | None = None) -> tuple[str, ...]:
        """Of the head (or an earlier one) and the protected branch, as it was before the change landed."""
        tip = self.landed.base if self.landed else None
        return self.world.merge_bases(tip or self.world.main, head or self.head)

    # ---- landing

    def merge(
        self,
        method: Method = "squash",
        *,
        by: str = "carol",
        amend: Iterable[Edits] = (),
        tree_override: Literal["ours", "theirs"] | Tree | None = None,
        stale_tree: bool = False,
        extra_parents: Iterable[str] = (),
        record: bool = True,
        **recording: Any,
    ) -> Landed:
        """Land on the protected branch; ``recording`` goes to :meth:`Landed.record`.

        ``amend`` puts edits on top of what lands. ``tree_override`` lands the protected branch's own tree
        (``ours``), the head's (``theirs``, also ``stale_tree``) or a given one.
        """
        world = self.world
        override = "theirs" if stale_tree else tree_override
        self.landed = Landed(
            world, base=world.main, commits=(), at=world.clock.tick(), change=self, method=method, merger=by
        )
        self.landed.proposal = self._proposal(method, by)
        if method == "rebase":
            commits = self._replayed(FORGE_COMMITTER, flat(amend))
        elif method == "fast-forward":
            commits = world.between(world.main, self.head)
            assert commits[0] == self.head or world.main in world.ancestors(self.head), "main has moved"
        else:
            parents = [world.main, self.head, *extra_parents] if method == "merge" else [world.main, *extra_parents]
            author = by if method == "merge" else self.opener
            tree = edited(world.objects, self._landing_tree(override), flat(amend))
            message = f"{self.title} (#{self.number})"
            commits = [world.commit(tree, parents, message=message, author=author, committer=FORGE_COMMITTER)]
        self.landed.commits = tuple(commits)
        world.advance(commits[-1])
        if record:
            self.landed.record(**recording)
        return self.landed

    # ---- how it is done

    def _commit(self, edits: Iterable[Edits], message: str, **identity: Any) -> Change:
        tree = edited(self.world.objects, self.world.node(self.head).tree, flat(edits))
        self._move(self.world.commit(tree, [self.head], message=message, **identity))
        return self

    def _move(self, head: str) -> None:
        self.head = head
        self.world.objects.ref(f"refs/pull/{self.number}/head", head)

    def _merged_tree(self, tip: str) -> Tree:
        world = self.world
        base = world.node(world.merge_bases(tip, self.head)[0]).tree
        return merged(world.objects, base, world.node(tip).tree, world.node(self.head).tree)

    def _landing_tree(self, override: Literal["ours", "theirs"] | Tree | None) -> Tree:
        if override is None:
            return self._merged_tree(self.world.main)
        if override == "ours":
            return self.world.node(self.world.main).tree
        return self.world.node(self.head).tree if override == "theirs" else override

    def _replayed(self, committer: str, edits: dict[str, Any]) -> list[str]:
        """The proposal's own commits again, on the protected branch's tip; merges are left out."""
        world, tip, done = self.world, self.world.main, list[str]()
        own = [oid for oid in world.between(world.main, self.head) if len(world.node(oid).parents) < 2]
        for oid in own:
            old = world.node(oid)
            tree = merged(world.objects, world.node(old.parents[0]).tree, world.node(tip).tree, old.tree)
            if oid == own[-1]:
                tree = edited(world.objects, tree, edits)
            tip = world.commit(
                tree, [tip], message=old.message, author=old.author, committer=committer, co_authors=old.co_authors
            )
            done.append(tip)
        return done

    def _proposal(self, method: Method, merger: str) -> Proposal:
        """The forge's view of the proposal; reviews are added when the receipt is written."""
        world = self.world
        bases = self.merge_bases()
        return Proposal(
            forge=self.account.forge,
            id=str(self.number),
            title=self.title,
            opener=self.account,
            opened_at=self.opened_at,
            merger=world.account(merger),
            method=method,
            merge_bases=bases,
            head=self.head,
            subjects=subjects(world.node(bases[0]).tree, world.node(self.head).tree),
            contributors=tuple(self._contributors()),
        )

    def told_contributors(self) -> tuple[Contributor, ...]:
        """Everyone who made it, the opener first."""
        return tuple(self._contributors())

    def _contributors(self) -> Iterable[Contributor]:
        yield Contributor(source="opener", account=self.account)
        seen: set[tuple[str, str]] = set()
        for oid in self.world.between(self.world.main, self.head):
            node = self.world.node(oid)
            claims = [("author", node.author), ("committer", node.committer)]
            claims += [("co-author", person) for person in node.co_authors]
            for source, ident in claims:
                if (source, ident) not in seen:
                    seen.add((source, ident))
                    name, _, email = ident.rstrip(">").rpartition(" <")
                    yield Contributor.model_validate({"source": source, "name": name, "email": email})
        for account in dict.fromkeys((pusher.id, pusher.login) for pusher in self.pushers):
            pusher = next(one for one in self.pushers if (one.id, one.login) == account)
            yield Contributor(source="pusher", account=pusher)


@dataclass
class Landed:
    """What stands on the protected branch now, and what a recorder may say of it."""

    world: World
    base: str | None
    commits: tuple[str, ...]
    at: str
    change: Change | None = None
    proposal: Proposal | None = None
    pusher: Account | None = None
    method: str = ""
    merger: str = ""

    @property
    def commit(self) -> str:
        """The last commit: the change's id in a report."""
        return self.commits[-1]

    def record(
        self,
        *,
        receipt_edit: Edit | None = None,
        signer: Signer = RECORDER,
        recorder: str = RECORDER,
        repository: str | None = None,
        branch: str | None = None,
        landed_at: str | None = NOW,
    ) -> str:
        """Write a receipt (again, if it is there already); the record's path on the evidence branch.

        ``signer`` names the key: another one than the recorder's, or None for none. ``landed_at`` is the
        time of landing unless told otherwise.
        """
        proposal = self.proposal
        if proposal is not None and self.change is not None:
            proposal = proposal.model_copy(update={"reviews": tuple(self.change.reviews)})
        facts = {
            "repository": repository or self.world.repository,
            "branch": branch or self.world.branch,
            "base": self.base,
            "tip": self.commit,
            "landed_at": self.at if landed_at == NOW else landed_at,
            "pusher": self.pusher,
            "proposal": proposal,
        }
        return self.world.evidence.receipt(facts, recorder=recorder, signer=signer, edit=receipt_edit)
