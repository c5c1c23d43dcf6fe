"""Propose people for the registry, from a branch's commits or from a CSV file, and write their files if asked to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from govops.app.new_files import new_files
from govops.app.people.draft import Draft, alike, slug_for, type_of
from govops.app.people.from_history import FORGES_OWN, Group, faults_of, grouped, idents_of
from govops.app.people.from_table import Row, read_table
from govops.app.people.registered import Registered, registered
from govops.errors import UsageError
from govops.history import Ident
from govops.kinds.settings import SettingsSpec
from govops.render.untrusted import log_exact
from govops.workspace import open_commits


@dataclass(slots=True)
class Proposal:
    """``files`` are path -> text of new people. ``notes`` are for whoever reviews them, safe to print.

    ``known`` counts people who are registered already. Faults of a CSV file are ``line: what is wrong``.
    """

    drafts: list[Draft] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    faults: tuple[str, ...] = ()
    known: int = 0


def from_history(root: Path, ref: str | None = None) -> Proposal:
    """Everybody who made commits of the audited branch and is not registered in the work tree at ``root``."""
    with open_commits(root, ref) as (settings, commits):
        idents = idents_of(commits)
    here = registered(root)
    proposal = Proposal(notes=list(_unreadable(here)))
    for group in grouped(_somebodys(idents, settings, proposal)):
        if not _is_known(group, here, proposal):
            proposal.notes.extend(_to_review(group))
            _propose(proposal, here, group.names[0], group.emails)
    return proposal


def from_table(root: Path, file: Path) -> Proposal:
    """Everybody in a CSV file who is not registered in the work tree at ``root``; with faults, nobody."""
    here = registered(root)
    table = read_table(file, here.roles)
    proposal = Proposal(notes=list(_unreadable(here)), faults=table.faults)
    for row in table.rows:
        if not _is_known(Group((row.name,), row.emails), here, proposal):
            _propose(proposal, here, row.name, row.emails, row)
    return proposal


def write(root: Path, proposal: Proposal) -> tuple[str, ...]:
    """Write the proposed files, all or none; their paths."""
    with new_files(root, proposal.files) as written:
        return written.created


def _propose(proposal: Proposal, here: Registered, name: str, emails: tuple[str, ...], row: Row | None = None) -> None:
    taken = {*here.slugs, *(draft.slug for draft in proposal.drafts)}
    draft = Draft(
        slug_for(name, emails[0], taken),
        name,
        emails,
        accounts=row.accounts if row else (),
        roles=row.roles if row else (),
        type=type_of(name, emails[0]),
    )
    try:
        path, text = draft.file()
    except UsageError as error:
        proposal.notes.append(f"skipped: {log_exact(name, 60)}: {error.message}")
        return
    proposal.drafts.append(draft)
    proposal.files[path] = text
    if draft.type == "bot":
        proposal.notes.append(f"review: {log_exact(name, 60)} looks like a bot, so {path} says `type: bot`")


def _somebodys(idents: Counter[Ident], settings: SettingsSpec, proposal: Proposal) -> Counter[Ident]:
    """Without forges, tools, and what no User can be called."""
    nobodys = {email.lower() for email in (*settings.forge.committers, *settings.tools)}
    for email in sorted(FORGES_OWN.intersection(ident.email.lower() for ident in idents) - nobodys):
        proposal.notes.append(f"left out: {email} is the forge itself; name it under forge.committers in Settings")
    rest = Counter({i: n for i, n in idents.items() if i.email.lower() not in nobodys | FORGES_OWN})
    for ident, reason in faults_of(rest).items():
        proposal.notes.append(f"skipped: '{log_exact(ident.name, 60)} <{log_exact(ident.email, 60)}>': {reason}")
        del rest[ident]
    return rest


def _is_known(group: Group, here: Registered, proposal: Proposal) -> bool:
    """Whether somebody with one of these addresses is registered, or else with one of these names."""
    known = {here.by_email[email.lower()] for email in group.emails if email.lower() in here.by_email}
    known = known or {here.by_name[alike(name)] for name in group.names if alike(name) in here.by_name}
    if known:
        proposal.known += 1
        proposal.notes.extend(_missing_addresses(group, sorted(known), here))
    return bool(known)


def _to_review(group: Group) -> Iterator[str]:
    names = [name for place, name in enumerate(group.names) if alike(name) not in map(alike, group.names[:place])]
    if len(group.emails) > 1:
        yield f"review: {_listed(group.emails)} share the name {log_exact(group.names[0], 60)}: one person?"
    if len(names) > 1:
        yield f"review: {_listed(names)} use the same address: one person?"


def _missing_addresses(group: Group, known: list[str], here: Registered) -> Iterator[str]:
    if len(known) > 1:
        yield f"review: {_listed(group.emails)} look like one person, and are {' and '.join(known)} in the registry"
        return
    missing = [email for email in group.emails if email.lower() not in here.by_email]
    if missing:
        path = f"registry/users/{known[0]}.yaml"
        yield f"review: {_listed(missing)} of {log_exact(group.names[0], 60)} may belong under emails in {path}"


def _unreadable(here: Registered) -> Iterator[str]:
    yield from (f"unreadable: {log_exact(path)}; `govops validate` says why" for path in here.broken)


def _listed(texts: Iterable[str]) -> str:
    shown = [log_exact(text, 60) for text in texts]
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")
