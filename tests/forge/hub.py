"""A company on a forge: its story in a real repository, its reviews in a fake forge, and a clone that records both."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from govops.app.audit import audit
from govops.evidence.book import EvidenceBook
from govops.evidence.records import Account, Receipt, Review
from govops.finding import Report
from govops.git import CleanRoom
from govops.workspace import Opened
from govops.workspace.evidence import read_evidence
from tests.support.cast import CAST, RECORDER, private_key
from tests.support.change import Change, Landed, Method
from tests.support.cli import Ran, govops
from tests.support.fake_facts import Made, Pull, Push, Seen, User
from tests.support.fake_forge import REPOSITORY, FakeForge, Kind
from tests.support.trees import Edits
from tests.support.world import World

EVIDENCE = "govops/evidence"
# GitLab rebases the proposal's own branch, which then is fast-forwarded to: nothing lands as a copy.
WAYS: list[tuple[Kind, Method]] = [
    (kind, method) for kind in get_args(Kind) for method in get_args(Method) if (kind, method) != ("gitlab", "rebase")
]


@dataclass
class Hub:
    """``world`` is the forge's repository, ``fake`` its API, ``clone`` the recorder's."""

    world: World
    fake: FakeForge
    clone: Path
    key: Path
    settings: dict[str, Any]

    # ---- what the forge comes to know

    def publish(self, change: Change, *, landed: Landed | None = None) -> Pull:
        """Tell the forge of a proposal as it stands now; ``landed`` of another one if that brought it in."""
        landed = landed or change.landed
        world = self.world
        base = landed.base if landed else world.main
        assert base is not None
        own = world.between(base, change.head)
        pull = Pull(
            number=change.number,
            title=change.title,
            opener=self._user(change.account),
            opened_at=change.opened_at,
            head=change.head,
            base=base,
            branch=f"proposal-{change.number}",
            commits=[self._made(oid) for oid in own],
            reviews=[self._seen(change.number * 100 + n, review) for n, review in enumerate(change.reviews)],
        )
        pull.versions = _versions(pull)
        if landed is not None and change.landed is not None:
            pull.merged_at, pull.merge_commit = landed.at, landed.commit
            pull.merger = self._user(world.account(landed.merger or "carol"))
            pull.method = landed.method or "fast-forward"
            own_and_landed = [*landed.commits, *own]
        else:
            own_and_landed = own
        for oid in own_and_landed:
            if change.number not in self.fake.contains.setdefault(oid, []):
                self.fake.contains[oid].append(change.number)
        for oid, pusher in zip(reversed(own), reversed(change.pushers), strict=False):
            self.fake.pushes.append(Push(pull.branch, oid, oid, self._user(pusher), change.opened_at))
        self.fake.pulls[change.number] = pull
        return pull

    def land(self, change: Change, method: Method = "squash", **how: Any) -> Landed:
        """Land it, and tell the forge."""
        landed = change.merge(method, record=False, **how)
        self.publish(change)
        self.pushed(landed, self._user(self.world.account(landed.merger)))
        return landed

    def push(self, person: str, *edits: Edits, told: bool = True, message: str = "Push") -> Landed:
        """A direct push to the protected branch."""
        landed = self.world.push(person, *edits, record=False, message=message)
        if told:
            self.pushed(landed, self._user(self.world.account(person)))
        return landed

    def pushed(self, landed: Landed, user: User) -> None:
        """The forge notes a push of the protected branch."""
        self.fake.pushes.append(Push("main", landed.base or "", landed.commit, user, landed.at))

    def _user(self, account: Account) -> User:
        bots = {world_account for p in CAST if p.type == "bot" for world_account in self.world.account_ids(p.name)}
        user = User(int(account.id), account.login, "Bot" if account.id in bots else "User")
        self.fake.people[user.id] = user
        return user

    def _made(self, oid: str) -> Made:
        node = self.world.node(oid)
        return Made(oid, node.message, _pair(node.author), _pair(node.committer))

    def _seen(self, number: int, review: Review) -> Seen:
        seen = Seen(number, self._user(review.account), review.decision, review.at, review.head)
        if review.dismissed is not None:
            seen.dismissed_at = review.dismissed.at or review.at
            seen.told = review.dismissed.at is not None
            seen.dismissed_by = self._user(review.dismissed.by) if review.dismissed.by else None
        return seen

    # ---- what the recorder does, and what an auditor finds

    def fetch(self) -> None:
        """The clone catches up with the protected branch, as CI's checkout does."""
        refspec = "+refs/heads/main:refs/heads/main"
        subprocess.run(["git", "fetch", "-q", "--update-head-ok", "origin", refspec], cwd=self.clone, check=True)

    def record(self, *arguments: object) -> Ran:
        """``govops record`` in the clone, with the forge's address and token in the environment."""
        self.fetch()
        with pytest.MonkeyPatch.context() as shell:
            for name, value in self.fake.environment.items():
                shell.setenv(name, value)
            return govops("record", self.clone, "--key", self.key, *arguments)

    def audit(self) -> Report:
        """What an auditor of the forge's repository finds, offline."""
        return audit(Opened(self.world.path))

    def judged(self) -> Report:
        """Record everything, which must go well, and audit it."""
        ran = self.record()
        assert ran.code == 0, ran
        return self.audit()

    def book(self) -> EvidenceBook:
        """The evidence branch at the forge."""
        with CleanRoom.open(self.world.path) as room:
            return read_evidence(room, room.ref(f"refs/heads/{EVIDENCE}")).book

    def receipts(self) -> list[Receipt]:
        """Every receipt there, in the order of the recorder's chain."""
        return sorted((receipt for _, receipt in self.book().receipts()), key=lambda receipt: receipt.sequence)


@contextmanager
def company(folder: Path, kind: Kind = "github", **settings: Any) -> Iterator[Hub]:
    """A company that has just adopted govops, on a forge."""
    people = tuple(replace(person, forge=kind) for person in CAST)
    spec = {"repository": f"{kind}:{REPOSITORY}", "forge": {"type": kind}, **settings}
    world = World(folder / "hub", settings=spec, people=people)
    clone, key = folder / "clone", folder / "recorder"
    subprocess.run(["git", "clone", "-q", world.path, clone], check=True)
    key.write_bytes(pem(RECORDER))
    with FakeForge(kind) as fake:
        yield Hub(world, fake, clone, key, spec)


def pem(name: str) -> bytes:
    """Somebody's private key as OpenSSH writes it."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return private_key(name).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())


def _pair(ident: str) -> tuple[str, str]:
    name, _, email = ident.rstrip(">").rpartition(" <")
    return name, email


def _versions(pull: Pull) -> list[tuple[str, str]]:
    """(head, since when): each reviewed head stood since half an hour before its first review."""
    found: dict[str, str] = {}
    for seen in pull.reviews:
        if seen.head is not None:
            found.setdefault(seen.head, _moved(seen.at, -30))
    found.setdefault(pull.head, _moved(pull.reviews[-1].at, +10) if pull.reviews else pull.opened_at)
    return list(found.items())


def _moved(at: str, minutes: int) -> str:
    return (datetime.fromisoformat(at) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
