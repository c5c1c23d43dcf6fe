"""A server of our own over a bare repository, and people who are known to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govops.app.audit import audit
from govops.app.governance import Actor, Draft, Site, Submitted
from govops.app.hosting import decide, open_proposal
from govops.errors import ExitCode
from govops.evidence.records import Account
from govops.git import LockedError, NewCommit, Stamp, Store
from govops.workspace import Opened
from govops.workspace.keys import SigningKey
from tests.support.cast import CAST, FORGE, RECORDER, private_key, public_line
from tests.support.files import File
from tests.support.git import git
from tests.support.lowest import ROOT
from tests.support.world import World

SERVED: Mapping[str, Any] = {"tools": ["govops@localhost"]}


_WRITER = """
import sys
from pathlib import Path
from govops.app.governance import BusyError, Site
from tests.support.files import model
from tests.support.hosting import Server, recorder_key

def patiently(ask):
    while True:
        try: return ask()
        except BusyError: pass

here = Server(Site(Path(sys.argv[1]), key=recorder_key()))
person, name, count = sys.argv[2], sys.argv[3], int(sys.argv[4])
print("ready", flush=True)
for number in range(count):
    id_ = f"{name}-{number}"
    patiently(lambda: here.open(person, id_, model(id_)))
    print("open", id_, flush=True)
    print("merged", id_, patiently(lambda: here.approve("bob", id_)).commit, flush=True)
"""


@dataclass(frozen=True)
class Server:
    """One repository and its site."""

    site: Site

    @property
    def git_dir(self) -> Path:
        """The bare repository."""
        return self.site.repository

    def open(self, person: str, id_: str, *files: File | tuple[str, None], **draft: Any) -> Submitted:
        """Propose files in somebody's name."""
        wanted = Draft(draft.pop("title", f"Change {id_}"), dict(files), **draft)
        return open_proposal(self.site, actor(person), wanted, id=id_)

    def approve(self, person: str, id_: str, **how: Any) -> Submitted:
        """Approve in somebody's name."""
        return decide(self.site, actor(person), id_, decision="approve", **how)

    def reject(self, person: str, id_: str, **how: Any) -> Submitted:
        """Reject in somebody's name."""
        return decide(self.site, actor(person), id_, decision="reject", **how)

    def verdict(self) -> ExitCode:
        """What an auditor finds."""
        return audit(Opened(self.site.repository)).exit_code()

    def ref(self, name: str) -> str:
        """The commit that a branch names, empty for none."""
        return git(self.git_dir, "rev-parse", "--verify", "--quiet", f"refs/heads/{name}", ok=(0, 1)).decode().strip()

    def refs(self) -> dict[str, str]:
        """Every ref and what it names."""
        lines = git(self.git_dir, "for-each-ref", "--format=%(refname) %(objectname)").decode().splitlines()
        return dict(line.split(" ") for line in lines)

    def push(self, *files: File | tuple[str, None], branch: str = "main", parents: tuple[str, ...] = ()) -> str:
        """What somebody does who can push: one commit on a branch, past the server; its id."""
        who = Stamp("Mallory Moore", "mallory@acme.example", 1_800_000_000)
        with Store.open(self.git_dir) as store:
            for _ in range(1000):  # others may be writing as well
                tip = self.ref(branch) or None
                commit = store.commit(NewCommit("Pushed\n", who, (*([tip] if tip else []), *parents), dict(files)))
                with suppress(LockedError):
                    if store.swap({f"refs/heads/{branch}": (tip, commit)}):
                        return commit
        raise AssertionError(f"{branch} never held still")

    def read(self, branch: str, path: str) -> bytes:
        """A file as a branch has it."""
        return git(self.git_dir, "cat-file", "blob", f"{branch}:{path}")

    def log(self, branch: str, form: str) -> list[str]:
        """The first-parent log of a branch, newest first, in git's own format."""
        return git(self.git_dir, "log", "--first-parent", f"--format={form}", branch).decode().splitlines()


def server(folder: Path, *files: Any, settings: Mapping[str, Any] | None = None, **world: Any) -> Server:
    """A bare repository with the whole cast adopted, served with the recorder's key."""
    made = World(folder / "world", *files, settings={**SERVED, **(settings or {})}, **world)
    bare = folder / "served.git"
    subprocess.run(["git", "clone", "-q", "--bare", made.path, bare], check=True, capture_output=True)
    return Server(Site(bare, key=recorder_key()))


def recorder_key(name: str = RECORDER) -> SigningKey:
    """The key of a name, to sign with."""
    return SigningKey(public_line(name), name, private_key(name))


def actor(person: str, account: int = 0) -> Actor:
    """Somebody of the cast, authenticated by one of their accounts."""
    known = next(one for one in CAST if one.name == person)
    return Actor(person, Account(forge=FORGE, id=known.accounts[account], login=person, type="human"))


def writer(here: Server, person: str, name: str, count: int) -> subprocess.Popen[str]:
    """A server of its own, at work on the same repository: it opens and approves so many proposals, and says so."""
    command = [sys.executable, "-c", _WRITER, str(here.git_dir), person, name, str(count)]
    out = subprocess.PIPE
    process = subprocess.Popen(command, env=environment(), stdout=out, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def said(process: subprocess.Popen[str]) -> dict[str, str]:
    """What a writer said until its end, last of each proposal: its id, and the commit that landed or nothing."""
    assert process.stdout is not None
    with process:
        lines = [line.split() for line in process.stdout.read().splitlines()]
    assert all(line[0] in ("open", "merged") for line in lines), lines
    return {line[1]: line[2] if len(line) > 2 else "" for line in lines}


def environment() -> dict[str, str]:
    """For a process of ours that uses what supports the tests."""
    return os.environ | {"PYTHONPATH": str(ROOT)}
