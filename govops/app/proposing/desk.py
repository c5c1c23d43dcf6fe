"""Where somebody works: a repository, the remote that everybody shares, and the key that they sign with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from govops.errors import UsageError
from govops.git import CleanRoom, Stamp, authoring
from govops.history import Oid
from govops.workspace import Asked, Gate, now, open_gate, settings_of
from govops.workspace.clock import seconds
from govops.workspace.journal import Journal
from govops.workspace.keys import SigningKey, key_from_file

PROPOSALS = "govops/proposals/"
_USUAL_KEYS = ("id_ed25519", "id_rsa")


@dataclass(frozen=True, slots=True)
class Desk:
    """One repository. With ``remote`` the protected branch, the evidence and the proposals are the remote's."""

    repository: Path
    remote: str | None
    protected: str
    evidence: str

    @property
    def refs(self) -> str:
        """Where the shared branches stand here."""
        return f"refs/remotes/{self.remote}/" if self.remote else "refs/heads/"

    @property
    def journal(self) -> Journal:
        """The evidence branch."""
        return Journal(self.repository, self.evidence, self.remote)

    def refresh(self) -> None:
        """Fetch the shared branches. GovopsError if the remote cannot be reached."""
        if self.remote is None:
            return
        refspecs = [f"+refs/heads/{self.protected}:{self.refs}{self.protected}"]
        authoring.fetch(self.repository, self.remote, refspecs, missing_ok=True)
        authoring.fetch(self.repository, self.remote, [f"+refs/heads/govops/*:{self.refs}govops/*"], prune=True)

    def move(self, name: str, *, new: Oid | None, old: Oid | None) -> None:
        """Let a shared branch name ``new`` (None: delete it) if it names ``old`` until now; RejectedError otherwise."""
        from govops.git import Store

        if self.remote is not None:
            authoring.push(self.repository, self.remote, new or "", f"refs/heads/{name}", expected=old)
            return
        with Store.open(self.repository) as store:
            if not store.swap({f"refs/heads/{name}": (old, new)}):
                raise authoring.RejectedError(f"{name} has moved", hint="try again")


@dataclass(frozen=True, slots=True)
class Open:
    """A proposal that can be approved: its name, and its last commit.

    ``base`` is where it has landed already, as an emergency: the commit before it. None for one that has not.
    """

    name: str
    head: Oid
    base: Oid | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the rules in force know by the key that signs."""

    name: str
    key: SigningKey


def sit_down(repository: Path, remote: str | None = None, *, alone: bool = False) -> Desk:
    """The desk in a repository: ``remote``, else ``origin`` if there is one; none with ``alone``.

    UsageError for a remote that is not configured.
    """
    known = authoring.remotes(repository)
    if remote is not None and remote not in known:
        raise UsageError(f'there is no remote "{remote}"', hint=f"one of: {', '.join(known) or 'none is configured'}")
    chosen = None if alone else remote or ("origin" if "origin" in known else None)
    settings = settings_of(repository)
    return Desk(repository, chosen, settings.protected_branch, settings.evidence_branch)


@contextmanager
def open_desk(desk: Desk, head: str, *, base: Oid | None = None, audited: bool = False) -> Iterator[tuple[Gate, Oid]]:
    """The gate of the protected branch as everybody shares it, or as it was at ``base``; and the commit of ``head``."""
    asked = asked_of(desk, head, base=base, audited=audited)
    with open_gate(asked) as (gate, commit):
        yield gate, commit


def asked_of(desk: Desk, head: str, *, base: Oid | None = None, audited: bool = False) -> Asked:
    """What a gate is asked at this desk."""
    with CleanRoom.open(desk.repository, discover=True) as room:
        protected, evidence = f"{desk.refs}{desk.protected}", f"{desk.refs}{desk.evidence}"
        return Asked(
            desk.repository,
            now(),
            base=base,
            head=head,
            protected_ref=protected if room.ref(protected) else None,
            evidence_ref=evidence if room.ref(evidence) else None,
            audited=audited,
        )


def find(desk: Desk, name: str | None) -> Open:
    """The open proposal of that name, or the only one. UsageError if it cannot be told which."""
    found = open_proposals(desk)
    if name is None and len(found) == 1:
        return found[0]
    if name is None:
        names = ", ".join(one.name for one in found)
        raise UsageError("name a proposal" if found else "no proposal is open", hint=f"open: {names}" if found else "")
    wanted = [one for one in found if one.name == name]
    if not wanted:
        names = ", ".join(one.name for one in found) or "none"
        raise UsageError(f'no proposal "{name[:60]}" is open', hint=f"open: {names}")
    return wanted[0]


def landed(desk: Desk, revision: str) -> Open:
    """A change of the protected branch: a commit, or ``BASE..TIP`` where one change is several commits.

    UsageError if it has not landed there.
    """
    first, _, last = revision.rpartition("..")
    with CleanRoom.open(desk.repository, discover=True) as room:
        tip, commit = room.ref(f"{desk.refs}{desk.protected}"), room.resolve(last)
        base = room.resolve(first) if first else room.commit(commit).first_parent
        if tip is None or base is None or not room.is_ancestor(commit, tip):
            raise UsageError(f'"{revision[:60]}" is no change of {desk.protected}', hint="give a commit that landed")
    return Open(commit[:10], commit, base)


def open_proposals(desk: Desk) -> tuple[Open, ...]:
    """Every proposal whose last commit is not on the protected branch, by name."""
    prefix = f"{desk.refs}{PROPOSALS}"
    with CleanRoom.open(desk.repository, discover=True) as room:
        tip = room.ref(f"{desk.refs}{desk.protected}")
        heads = ((name.removeprefix(prefix), oid) for name, oid in room.refs(prefix))
        return tuple(Open(name, oid) for name, oid in heads if tip is None or not room.is_ancestor(oid, tip))


def person_of(gate: Gate, key: SigningKey) -> Person:
    """Whose key it is by the rules in force at the gate. UsageError if it is nobody's, or of more than one."""
    gate.meet(key.public.split()[1:])
    names = gate.registry.law.people_at(f"key:{key.public}")
    if len(names) != 1:
        raise UsageError(
            f"the key {key.name} belongs to {' and '.join(names) if names else 'no User'} of the rules in force",
            hint=f"add it to `keys` of your User, by a proposal of its own: {key.public}",
        )
    return Person(names[0], key)


def author_of(repository: Path) -> Stamp:
    """Who writes commits here, as git is configured, now. UsageError if git does not know."""
    name, email = (authoring.configured(repository, f"user.{word}") for word in ("name", "email"))
    if not name or not email:
        raise UsageError("git does not know who you are", hint='git config user.name "…" and git config user.email "…"')
    return Stamp(name, email, seconds(now()))


def own_key(desk: Desk, file: Path | None, passphrase: Callable[[str], str] | None) -> SigningKey:
    """The key to sign with: the given file, else git's user.signingkey, else the usual ones in ~/.ssh."""
    if file is not None:
        return key_from_file(file.expanduser(), passphrase=passphrase)
    configured = authoring.configured(desk.repository, "user.signingkey")
    if configured and not configured.startswith(("key::", "ssh-")):
        return key_from_file(Path(configured).expanduser(), passphrase=passphrase)
    for name in _USUAL_KEYS:
        usual = Path("~/.ssh").expanduser() / name
        if usual.is_file():
            return key_from_file(usual, passphrase=passphrase)
    raise UsageError("there is no SSH key to sign with", hint="give one with --key, or set git's user.signingkey")
