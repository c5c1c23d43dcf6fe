"""Random stories in the words of tests/corpus, told while they are played, so that every step is possible."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.oracle.choices import (
    APPROVERS,
    MAKERS,
    MERGERS,
    METHODS,
    MODEL,
    PEOPLE,
    SETTINGS,
    Draw,
    Told,
    pick,
    policies,
    rarely,
    seldom,
)
from tests.oracle.edits import EDITS, PLAIN, Edit, delegation, segregation, waiver
from tests.oracle.play import Playing, Remembered
from tests.support.change import Change
from tests.support.steps import Step
from tests.support.stories import Company
from tests.support.trees import ConflictError


@dataclass(slots=True)
class Story:
    """What was told, and the world as it stands afterwards."""

    company: Company
    steps: list[Told]
    world: Remembered

    def __repr__(self) -> str:
        """As a file of the corpus has it."""
        import yaml

        told = {"company": self.company.model_dump(exclude_defaults=True), "story": self.steps}
        return "\n" + yaml.safe_dump(told, sort_keys=False, width=120)


@st.composite
def companies(draw: Draw) -> Company:
    """How the company differs from the usual one."""
    files: dict[str, Any] = {MODEL: "valid"} if draw(st.booleans()) else {}
    if draw(st.booleans()):
        files["policies/approvals/models.yaml"] = {"spec": draw(policies())}
    second = seldom(draw, policies(), 3)
    if second is not None:
        files["policies/approvals/second.yaml"] = {"spec": {"match": {"actions": ["model.*"]}, **second}}
    if rarely(draw, 4):
        files[MODEL] = "valid"
        files["registry/models/fraud/versions/1.0.yaml"] = {"spec": {"status": "approved"}}
    if rarely(draw, 4):
        path, files[path] = delegation(draw, {}, None)
    if rarely(draw, 3):
        path, files[path] = waiver(draw, {}, None)
    if rarely(draw, 3):
        path, files[path] = segregation(draw, {}, None)
    settings = seldom(draw, SETTINGS, 3) or {}
    return Company.model_validate({"files": files, "settings": settings})


@dataclass(slots=True)
class Teller:
    """Tells one step after the other, and plays it."""

    draw: Draw
    player: Playing
    steps: list[Told] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    landed: list[str] = field(default_factory=list)
    numbers: int = 0

    # ---- steps

    def business(self) -> None:
        """Somebody proposes something, others approve it, and it lands: mostly as it should."""
        self._carry(self.files(None, self.draw(pick(PLAIN, PLAIN, EDITS))))

    def excuse(self) -> None:
        """A waiver is proposed, approved and lands, mostly."""
        path, content = waiver(self.draw, self.player.world.tree(), self.player.world)
        self._carry({path: content})

    def ratify(self) -> None:
        """Somebody wants to accept what landed."""
        changes = self.draw(st.lists(st.sampled_from(self.landed), min_size=1, max_size=2, unique=True))
        spec: Told = {"changes": [f"landing of {change}" for change in changes]}
        if rarely(self.draw, 4):
            rule = self.draw(pick("not-approved", "no-policy-matches", "executable-file", "stale-approval"))
            spec["fingerprints"] = [f"fingerprint of {rule} in {changes[0]} at {MODEL}"]
        self._carry({f"policies/ratifications/{self.draw(pick('one', 'one', 'two'))}.yaml": {"spec": spec}})

    def separate(self) -> None:
        """A policy of what is kept apart is proposed, approved and lands, mostly."""
        path, content = segregation(self.draw, self.player.world.tree(), self.player.world)
        self._carry({path: content})

    def _carry(self, files: Told) -> None:
        title = self._title("Proposal")
        maker = self.draw(pick("alice", "alice", "dave", "erin", "bob"))
        if not self.act(maker, "proposes", {"title": title, "files": files}):
            return
        self.titles.append(title)
        if rarely(self.draw, 4):
            self.disturb()
        approvers = self.draw(st.lists(pick("carol", "bob", "erin"), max_size=2, unique=True))
        for who in (*approvers, self.draw(pick("carol", "carol", "carol", "bob", "erin"))):
            self.act(who, self.draw(pick("approves", "approves", "approves", "signs an approval")), {"proposal": title})
        if rarely(self.draw, 4):
            self.disturb()
        told = {"proposal": title, "method": self.draw(pick(*METHODS))}
        if self._fits(self._head(title), told) and self.act(self.draw(MERGERS), "merges", told):
            self.landed.append(title)

    def disturb(self) -> None:
        """Something comes between."""
        self.draw(
            st.sampled_from([self.push, self.update, self.review, self.dismiss, self.land, self.sign, self.wait])
        )()

    def propose(self) -> None:
        """A proposal, some on top of another one."""
        title = self._title("Proposal")
        on = seldom(self.draw, st.sampled_from(self.titles), 8) if self.titles else None
        tree = self._head(on).head if on else None
        told = {"title": title, "files": self.files(tree), **self.identity()} | ({"on": on} if on else {})
        account = seldom(self.draw, pick("id-bob-2", "id-alice-2", "id-nobody"), 12)
        if self.act(self.draw(MAKERS), "proposes", told | ({"account": account} if account else {})):
            self.titles.append(title)

    def push(self) -> None:
        """One more commit, or another one."""
        title, change = self._open()
        verb = self.draw(pick("pushes", "pushes", "commits", "amends", "rebases"))
        told: Told = {"proposal": title, "files": self.files(change.head)}
        self.act(self.draw(PEOPLE), verb, told | (self.identity() if verb in ("pushes", "commits") else {}))

    def update(self) -> None:
        """Main comes into the proposal."""
        title, _ = self._open()
        to = seldom(self.draw, st.sampled_from(self.landed), 4) if self.landed else None
        self.act(self.draw(MAKERS), "updates the branch", {"proposal": title} | ({"to": to} if to else {}))

    def review(self) -> None:
        """A decision on the forge."""
        title, _ = self._open()
        verb = self.draw(pick("approves", "approves", "approves", "rejects", "comments"))
        who = self.draw(APPROVERS)
        account = seldom(self.draw, pick(f"id-{who}-2", "id-nobody"), 6)
        self.act(who, verb, {"proposal": title} | ({"account": account} if account else {}))

    def dismiss(self) -> None:
        """Somebody's latest decision is withdrawn."""
        title, change = self._open()
        standing = {
            review.account.id for review in change.reviews if review.decision != "comment" and not review.dismissed
        }
        people = [
            name for name in ("bob", "carol", "erin", "dave", "alice") if standing & {f"id-{name}", f"id-{name}-2"}
        ]
        if people:
            told = {
                "proposal": title,
                "whose": self.draw(st.sampled_from(people)),
                "at": self.draw(pick("now", "now", "unknown")),
            }
            self.act(self.draw(MERGERS), "dismisses", told)

    def sign(self) -> None:
        """A decision, or a proposal, signed."""
        title, change = self._open()
        who = self.draw(APPROVERS)
        verb = self.draw(pick("signs an approval", "signs an approval", "signs a rejection", "signs the proposal"))
        told: Told = {"proposal": title}
        key = seldom(self.draw, pick("alice", "bob", "nobody", "zed"), 8)
        says = seldom(self.draw, pick({"branch": "release"}, {"context": []}), 10)
        if not (says and "context" in says and verb == "signs the proposal"):
            told |= {"says": says} if says else {}
        if self._differs(change):
            self.act(who, verb, told | ({"key": key} if key else {}))

    def merge(self) -> None:
        """The proposal lands."""
        title, change = self._open()
        method = self.draw(pick(*METHODS))
        told: Told = {"proposal": title, "method": method}
        if method in ("merge", "squash"):
            tree = seldom(self.draw, pick("main", "proposal"), 10)
            told |= {"tree": tree} if tree else {}
        if method != "fast-forward" and rarely(self.draw, 8):
            told["files"] = self.files(change.head)
        told |= self._recorded()
        if self._fits(change, told) and self.act(self.draw(MERGERS), "merges", told):
            self.landed.append(title)

    def land(self) -> None:
        """A direct push, some of them of what others wrote or signed."""
        title = self._title("Push")
        change = (
            self._head(self.draw(st.sampled_from(self.titles))) if self.titles and self.draw(st.booleans()) else None
        )
        files = self._as_proposed(change) if change else self.files(None)
        if files:
            told = {"title": title, "files": files, **self.identity(), **self._recorded()}
            if self.act(self.draw(PEOPLE), "pushes to main", told):
                self.landed.append(title)

    def record(self) -> None:
        """A receipt, late, twice, forged, or otherwise."""
        if not self.landed:
            return
        says = seldom(self.draw, pick({"landed_at": None}, {"landed_at": "2026-01-05T10:00:00Z"}, {"pusher": None}), 3)
        told = {"change": self.draw(st.sampled_from(self.landed))} | ({"says": says} if says else {})
        self.act(self.draw(pick("recorder", "recorder", "mallory", "nobody")), "records", told)

    def wait(self) -> None:
        """Days go by."""
        self.act("time", "passes", {"days": self.draw(pick(1, 1, 3, 30))})

    def rewind(self) -> None:
        """A forced push of main."""
        if len(self.landed) > 1:
            self.act("mallory", "rewinds main", {"to": self.draw(st.sampled_from(self.landed[:-1]))})

    def forget(self) -> None:
        """The forge collects a branch."""
        if self.titles:
            self.act("forge", "forgets the head", {"proposal": self.titles.pop()})

    # ---- what they say

    def identity(self) -> Told:
        """Whom a commit names."""
        found: dict[str, st.SearchStrategy[Any]] = {
            "author": PEOPLE,
            "committer": st.one_of(PEOPLE, st.just("Forge <noreply@forge.example>")),
            "signed_by": PEOPLE,
            "co_authors": st.lists(st.one_of(PEOPLE, st.just("Who <who@else.example>")), min_size=1, max_size=1),
        }
        chosen = seldom(self.draw, st.sampled_from(sorted(found)), 6)
        return {chosen: self.draw(found[chosen])} if chosen else {}

    def files(self, at: str | None, edits: Sequence[Edit] | None = None) -> Told:
        """Edits of one to three files."""
        tree, found = self.player.world.tree(at), {}
        for _ in range(self.draw(pick(1, 1, 1, 2, 3))):
            path, content = self.draw(st.sampled_from(edits or EDITS))(self.draw, tree, self.player.world)
            if content is not None and (content != "deleted" or path in tree):
                found[path] = content
        return found or {"src/train.py": {"text": f"{self._count()}\n"}}

    def _as_proposed(self, change: Change) -> Told:
        """Some of a proposal's files, as they stand there, on main."""
        world = self.player.world
        main, tree = world.tree(), world.tree(change.head)
        found: Told = {}
        for path in sorted(path for path, _ in main.items() ^ tree.items()):
            if path.startswith("policies/ratifications/"):
                continue  # it names commits, whose ids are others in real git
            if path not in tree:
                found[path] = "deleted"
            elif tree[path][1] in world.objects.texts() and self.draw(pick(True, True, False)):
                found[path] = {"text": world.objects.read(tree[path][1]).decode(), "mode": tree[path][0]}
        return found

    def _recorded(self) -> Told:
        return {"recorded": False} if rarely(self.draw, 8) else {}

    def _title(self, what: str) -> str:
        return f"{what} {self._count()}"

    def _count(self) -> int:
        self.numbers += 1
        return self.numbers

    def _open(self) -> tuple[str, Change]:
        """A proposal, the latest ones first, landed or not."""
        if not self.titles:
            self.propose()
        title = self.draw(st.sampled_from(self.titles[::-1]))
        return title, self._head(title)

    def _head(self, title: str) -> Change:
        return next(change for change in self.player.world.changes if change.title == title)

    def _differs(self, change: Change) -> bool:
        world = self.player.world
        return world.tree(change.merge_bases()[0]) != world.tree(change.head)

    def _fits(self, change: Change, told: Told) -> bool:
        """Whether it can land so without anybody resolving a conflict."""
        world = self.player.world
        ahead = world.main in world.ancestors(change.head) and world.main != change.head
        if told["method"] == "fast-forward":
            return ahead
        if change.head in world.ancestors(world.main):
            return False
        if told["method"] == "rebase":
            return all(len(world.node(oid).parents) == 1 for oid in world.between(world.main, change.head))
        return True

    def act(self, who: str, verb: str, details: Told) -> bool:
        """Play a step; False if nobody could do that."""
        told = {f"{who} {verb}": details}
        step = Step.model_validate(told)
        world = self.player.world
        main, clock, changes = world.main, copy(world.clock), [(one, _parts(one)) for one in world.changes]
        try:
            self.player.play([step])
        except (ConflictError, LookupError, ValueError):  # a merge that conflicts, a file that is gone, nothing to sign
            world.advance(main)
            world.clock = clock
            world.changes[:] = [one for one, _ in changes]
            for one, parts in changes:
                vars(one).update(parts)
            return False
        self.steps.append(told)
        return True


def _parts(change: Change) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, list) else value for name, value in vars(change).items()}


@st.composite
def stories(draw: Draw, most: int = 10) -> Story:
    """A company, and up to ``most`` steps there."""
    company = draw(companies())
    teller = Teller(draw, Playing(Path("nowhere"), company))
    verbs = [
        *[teller.business] * 8,
        *[teller.propose] * 2,
        *[teller.push] * 2,
        *[teller.review] * 5,
        *[teller.merge] * 4,
        *[teller.sign] * 2,
        *[teller.land] * 2,
        teller.update,
        teller.dismiss,
        teller.record,
        teller.wait,
    ]
    rare = [*verbs, *verbs, teller.rewind, teller.forget, teller.separate, teller.excuse]
    for _ in range(draw(st.integers(2, most))):
        draw(st.sampled_from([*rare, *([teller.ratify] * 5 if teller.landed else [])]))()
    world = teller.player.world
    assert isinstance(world, Remembered)
    return Story(company, teller.steps, world)
