"""A company whose history is told like a story, and stands in a real git repository afterwards.

    world = World(tmp_path)
    change = world.propose("alice", "Register fraud", model("fraud")).approve("bob")
    landed = change.merge("squash", by="carol")

Every event moves the clock by one hour. Nothing here asks the code under test for anything but the
shape of a record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govops.evidence.records import Account
from tests.support import cast, files
from tests.support.cast import CAST, Person
from tests.support.change import NOW, Change, Landed
from tests.support.clock import Clock, git_time
from tests.support.evidence import Edit, EvidenceBranch, Signer
from tests.support.git import git
from tests.support.objects import Objects, Tree
from tests.support.trees import Edits, context, edited, flat, subjects

_SAME = "same"


@dataclass(frozen=True, slots=True)
class Node:
    """A commit as the story knows it; people are ``Name <email>``."""

    tree: Tree
    parents: tuple[str, ...]
    author: str
    committer: str
    message: str
    co_authors: tuple[str, ...] = ()


class World:
    """One repository at ``path`` (git directory ``path/.git``), its adoption commit already there.

    ``edits`` change what is adopted, ``settings`` changes single fields of Settings.
    """

    branch = "main"
    store: type[Objects] = Objects

    def __init__(
        self,
        path: Path,
        *edits: Edits,
        object_format: str = "sha1",
        settings: Mapping[str, Any] | None = None,
        people: tuple[Person, ...] = CAST,
        adopt: bool = True,
    ) -> None:
        self.path = path
        self.objects = self.store(path / ".git", object_format)
        self.clock = Clock()
        self.repository = (settings or {}).get("repository", files.REPOSITORY)
        self.evidence = EvidenceBranch(self.objects, self.clock, "refs/heads/govops/evidence")
        self.main = ""
        self.changes: list[Change] = []
        self._people = {person.name: person for person in people}
        self._nodes: dict[str, Node] = {}
        if adopt:
            tree = edited(self.objects, edited(self.objects, {}, files.company(people, settings)), flat(edits))
            self.advance(self.commit(tree, [], message="Adopt govops", author="carol"))
        self.adoption = self.main

    # ---- the story

    def propose(
        self,
        person: str,
        title: str,
        *edits: Edits,
        account: str | None = None,
        base: str | None = None,
        message: str | None = None,
        **identity: Any,
    ) -> Change:
        """Open a proposal of one commit on the protected branch's tip, or on ``base``.

        ``identity`` goes to :meth:`commit`: ``author`` (default: the person), ``committer``, ``co_authors``,
        ``signed_by``, ``at``.
        """
        start = base or self.main
        tree = edited(self.objects, self.node(start).tree, flat(edits))
        identity.setdefault("author", person)
        head = self.commit(tree, [start], message=message or title, **identity)
        change = Change(
            world=self,
            number=len(self.changes) + 1,
            title=title,
            opener=person,
            account=self.account(person, account),
            opened_at=self.clock.tick(),
            head=head,
        )
        self.objects.ref(f"refs/pull/{change.number}/head", head)
        self.changes.append(change)
        return change

    def push(
        self,
        person: str,
        *edits: Edits,
        message: str = "Push",
        account: str | None = None,
        record: bool = True,
        recording: Mapping[str, Any] | None = None,
        **identity: Any,
    ) -> Landed:
        """Push one commit straight to the protected branch.

        With ``record`` a receipt says so (``proposal: null``); ``recording`` goes to :meth:`Landed.record`,
        ``identity`` to :meth:`commit`.
        """
        identity.setdefault("author", person)
        landed = self.commit_raw(*edits, message=message, **identity)
        landed.pusher = self.account(person, account)
        if record:
            landed.record(**(recording or {}))
        return landed

    def commit_raw(
        self, *edits: Edits, parents: Sequence[str] | None = None, message: str = "Raw", **identity: Any
    ) -> Landed:
        """A commit on the protected branch that nobody records; ``parents[0]`` should be its old tip."""
        base = self.main or None
        at = self.clock.tick()
        start = self.node(base).tree if base else {}
        tree = edited(self.objects, start, flat(edits))
        identity.setdefault("at", at)
        ancestry = parents if parents is not None else [base] if base else []
        oid = self.commit(tree, ancestry, message=message, **identity)
        self.advance(oid)
        return Landed(self, base=base, commits=(oid,), at=at)

    def approve_signed(
        self,
        person: str,
        change: Change,
        *,
        decision: str = "approve",
        role: str = "",
        signer: Signer = _SAME,
        at: str = NOW,
        edit: Edit | None = None,
    ) -> str:
        """The person's own signed record about the change's head; the record's path.

        ``signer`` names whose key signs it (None: nobody's); ``edit`` works on the payload before that.
        """
        base = change.merge_bases()[0]
        return self._approve(person, base, change.head, decision=decision, role=role, signer=signer, at=at, edit=edit)

    def approve_landed(self, person: str, landed: Landed, *, decision: str = "approve") -> str:
        """The person's own signed record about what a change did, after it landed; the record's path."""
        assert landed.base is not None
        return self._approve(person, landed.base, landed.commit, decision=decision)

    def _approve(
        self,
        person: str,
        base: str,
        head: str,
        *,
        decision: str,
        role: str = "",
        signer: Signer = _SAME,
        at: str = NOW,
        edit: Edit | None = None,
    ) -> str:
        tree = self.node(head).tree
        about = subjects(self.node(base).tree, tree)
        facts = {
            "repository": self.repository,
            "branch": self.branch,
            "person": person,
            "decision": decision,
            "role": role,
            "at": self.clock.tick() if at == NOW else at,
            "merge_base": base,
            "head": head,
            "subjects": about,
            "context": context(self.objects, about, tree),
        }
        by = person if signer == _SAME else signer
        return self.evidence.approval(facts, signer=by, author=self.ident(person), edit=edit)

    def report_incident(
        self, person: str, name: str, *, signer: Signer = _SAME, edit: Edit | None = None, **facts: Any
    ) -> str:
        """The person's own signed report of a critical incident on ``Model/fraud``, now; the record's path."""
        told = {
            "repository": self.repository,
            "branch": self.branch,
            "person": person,
            "name": name,
            "severity": "critical",
            "title": f"Incident {name}",
            "resource": "Model/fraud",
            "at": self.clock.tick(),
        }
        by = person if signer == _SAME else signer
        return self.evidence.incident(told | facts, signer=by, author=self.ident(person), edit=edit)

    def propose_signed(self, person: str, change: Change, *, signer: Signer = _SAME, edit: Edit | None = None) -> str:
        """The person's own signed proposal of the change's head; as in :meth:`approve_signed`."""
        base = change.merge_bases()[0]
        facts = {
            "repository": self.repository,
            "branch": self.branch,
            "name": f"{person}-{change.number}",
            "person": person,
            "title": change.title,
            "at": self.clock.tick(),
            "merge_base": base,
            "head": change.head,
            "subjects": subjects(self.node(base).tree, self.node(change.head).tree),
        }
        by = person if signer == _SAME else signer
        return self.evidence.proposal(facts, signer=by, author=self.ident(person), edit=edit)

    def forget(self, change: Change) -> None:
        """The forge deletes the proposal's branch and collects what nothing else reaches."""
        self.objects.ref(f"refs/pull/{change.number}/head", None)
        git(self.git_dir, "prune", "--expire=now")
        self.objects.pruned()

    # ---- what stands where

    @property
    def git_dir(self) -> Path:
        """The git directory."""
        return self.objects.directory

    def tree(self, at: str | None = None) -> Tree:
        """Path -> (mode, object id) at a commit, by default the protected branch's tip."""
        return self.node(at or self.main).tree

    def read(self, path: str, at: str | None = None) -> bytes:
        """A file's content at a commit."""
        return self.objects.read(self.tree(at)[path][1])

    def replace(self, path: str, old: str, new: str, at: str | None = None) -> files.File:
        """An edit of one place in a file that stands at a commit."""
        text = self.read(path, at).decode()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        return path, text.replace(old, new).encode()

    def ident(self, who: str) -> str:
        """``Name <email>`` of one of the cast; a full ident stays as it is."""
        if "<" in who:
            return who
        person = self._person(who)
        return f"{person.display_name} <{person.emails[0]}>"

    def account(self, who: str, id_: str | None = None, login: str | None = None) -> Account:
        """The person's usual account, or another one by its immutable id or its login."""
        person = self._person(who)
        return Account(forge=person.forge, id=id_ or person.accounts[0], login=login or who)

    def account_ids(self, who: str) -> tuple[str, ...]:
        """All ids of the person's accounts."""
        return self._person(who).accounts

    # ---- commits and their order

    def commit(
        self,
        tree: Tree,
        parents: Iterable[str],
        *,
        message: str,
        author: str,
        committer: str | None = None,
        co_authors: Sequence[str] = (),
        signed_by: Signer = None,
        at: str | None = None,
        **headers: Any,
    ) -> str:
        """Store a commit and remember it. ``headers``: ``author_time``, ``committer_time``, ``headers``."""
        who, carrier = self.ident(author), self.ident(committer or author)
        others = tuple(self.ident(person) for person in co_authors)
        text = message if message.endswith("\n") else f"{message}\n"
        if others:
            text += "\n" + "".join(f"Co-authored-by: {person}\n" for person in others)
        headers.setdefault("author_time", git_time(at or self.clock.tick()))
        ancestry = tuple(parents)
        if signed_by is not None:
            headers["sign"] = lambda payload: cast.signed(signed_by, payload, "git")
        oid = self.objects.commit(
            self.objects.tree(tree), ancestry, author=who, committer=carrier, message=text, **headers
        )
        self._nodes[oid] = Node(tree, ancestry, who, carrier, message, others)
        return oid

    def advance(self, oid: str) -> None:
        """Move the protected branch, wherever it was."""
        self.main = oid
        self.objects.ref(f"refs/heads/{self.branch}", oid)

    def node(self, oid: str) -> Node:
        """A commit of this story."""
        return self._nodes[oid]

    def nodes(self) -> Mapping[str, Node]:
        """Every commit of this story, by id."""
        return self._nodes

    def ancestors(self, *tips: str) -> set[str]:
        """The tips and all that is reachable from them."""
        seen: set[str] = set()
        waiting = list(tips)
        while waiting:
            oid = waiting.pop()
            if oid not in seen:
                seen.add(oid)
                waiting.extend(self._nodes[oid].parents)
        return seen

    def between(self, base: str, head: str) -> list[str]:
        """Commits reachable from ``head`` and not from ``base``, parents first."""
        done = self.ancestors(base)
        ordered: list[str] = []
        waiting = [(head, False)]
        while waiting:
            oid, parents_done = waiting.pop()
            if parents_done:
                ordered.append(oid)
            elif oid not in done:
                done.add(oid)
                waiting.append((oid, True))
                waiting.extend((parent, False) for parent in reversed(self._nodes[oid].parents))
        return ordered

    def merge_bases(self, one: str, other: str) -> tuple[str, ...]:
        """Best common ancestors, sorted by id."""
        common = self.ancestors(one) & self.ancestors(other)
        inner = {parent for oid in common for parent in self._nodes[oid].parents}
        return tuple(sorted(common - inner))

    def _person(self, name: str) -> Person:
        return self._people.get(name) or Person(name, name.title())
