"""People at their desks: a clone and a key each, and a bare repository that all of them can reach."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from govops.app.audit import audit
from govops.app.proposing import approve, merge, propose, sit_down
from govops.app.proposing.approving import refuse_useless, who
from govops.app.proposing.desk import Desk, find
from govops.workspace import Opened
from govops.workspace.keys import SigningKey, key_from_file
from tests.support.git import git as ask
from tests.support.newcomer import write_key


@dataclass(frozen=True)
class Seat:
    """One person's clone and key."""

    desk: Desk
    key: SigningKey

    @property
    def place(self) -> Path:
        """The clone's work tree."""
        return self.desk.repository

    def branch(self, name: str, path: str, content: bytes, message: str = "Change") -> None:
        """A commit on a branch, new or not."""
        git_dir = self.place / ".git"
        known = ask(git_dir, "branch", "--list", name)
        git(self.place, "switch", "-q", *([] if known else ["-c"]), name)
        (self.place / path).parent.mkdir(parents=True, exist_ok=True)
        (self.place / path).write_bytes(content)
        git(self.place, "add", path)
        git(self.place, "commit", "-q", "-m", message)

    def propose(self, name: str | None = None) -> str:
        """Propose what is checked out; its name."""
        return propose(self.desk, self.key, name=name).name

    def approve(self, name: str | None = None, *, reject: bool = False) -> None:
        """As the command does: an approval that would not count is refused."""
        self.desk.refresh()
        found = find(self.desk, name)
        person = who(self.desk, found, self.key)
        if not reject:
            refuse_useless(self.desk, found, person)
        approve(self.desk, found, person, reject=reject, reason="because")

    def merge(self, name: str | None = None, *, audited: bool = False) -> str:
        """Merge; the merge commit."""
        self.desk.refresh()
        return merge(self.desk, find(self.desk, name), audited=audited).commit

    def verdict(self) -> int:
        """The exit code of an audit of what all share, as it was fetched."""
        self.desk.refresh()
        evidence = f"refs/remotes/origin/{self.desk.evidence}"
        return int(audit(Opened(self.place, ref="origin/main", evidence_ref=evidence)).exit_code())


Team = Callable[[str], Seat]


def git(place: Path, *arguments: str) -> None:
    """Run git in a clone."""
    subprocess.run(["git", "-C", place, *arguments], check=True, capture_output=True)


def seats(remote: Path, folder: Path) -> Team:
    """A seat for anybody, made in the folder when first asked for."""
    known: dict[str, Seat] = {}

    def seat(name: str) -> Seat:
        if name not in known:
            place = folder / name
            subprocess.run(["git", "clone", "-q", "--branch", "main", remote, place], check=True, capture_output=True)
            git(place, "config", "user.name", name.capitalize())
            git(place, "config", "user.email", f"{name}@acme.example")
            key = write_key(folder / "keys" / name, name)
            known[name] = Seat(sit_down(place), key_from_file(key))
        return known[name]

    return seat
