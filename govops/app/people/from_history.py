"""Who made the commits of a branch: names and addresses, grouped into people. What git names is only a proposal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from govops.app.people.draft import alike, wrong_email, wrong_name
from govops.evidence.testimony import from_headers
from govops.history import Commit, Ident

FORGES_OWN = frozenset({"noreply@github.com", "noreply@gitlab.com"})  # who commits what people click together
_NOBODYS_NAMES = frozenset(
    {"root", "admin", "unknown", "user", "nobody", "ubuntu", "github", "gitlab", "your name", "(no author)"}
)


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs to one person, as far as commits tell: most used first, one spelling of each address.

    Who has a name that is nobody's (`root`) is called by the address.
    Several addresses are joined by nothing but a shared name, several names by a shared address.
    """

    names: tuple[str, ...]
    emails: tuple[str, ...]


def idents_of(commits: Iterable[Commit]) -> Counter[Ident]:
    """Every author, committer and co-author, and how often each stands there."""
    found: Counter[Ident] = Counter()
    for commit in commits:
        for claim in from_headers(commit, committer=True):
            found[Ident(" ".join(claim.name.split()), claim.email.strip())] += 1
    del found[Ident("", "")]  # a malformed commit, which nobody made
    return found


def faults_of(idents: Iterable[Ident]) -> dict[Ident, str]:
    """Names and addresses that no User can have -> what is wrong, safe to print; sorted."""
    wrong = ((ident, wrong_email(ident.email) or wrong_name(ident.name)) for ident in sorted(idents, key=_spelling))
    return {ident: reason for ident, reason in wrong if reason}


def grouped(idents: Counter[Ident]) -> list[Group]:
    """People: those who share an address in any letter case, or a name that is somebody's. Sorted by name."""
    leader: dict[str, str] = {}

    def find(node: str) -> str:
        while leader.setdefault(node, node) != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    ordered = sorted(idents, key=_spelling)
    for ident in ordered:
        for node in _nodes(ident)[1:]:
            leader[find(node)] = find(_nodes(ident)[0])
    members: dict[str, list[Ident]] = {}
    for ident in ordered:
        members.setdefault(find(_nodes(ident)[0]), []).append(ident)
    groups = [_group(Counter({ident: idents[ident] for ident in found})) for found in members.values()]
    return sorted(groups, key=lambda group: (alike(group.names[0]), group.emails))


def _nodes(ident: Ident) -> list[str]:
    name = alike(ident.name)
    return [f"email:{ident.email.lower()}", *([] if name in _NOBODYS_NAMES else [f"name:{name}"])]


def _group(idents: Counter[Ident]) -> Group:
    names: Counter[str] = Counter()
    emails: Counter[str] = Counter()
    for ident, count in idents.items():
        names[ident.name] += count
        emails[ident.email] += count
    spelt: dict[str, str] = {}
    for email in _most_used(emails, rather=str.lower):
        spelt.setdefault(email.lower(), email)
    somebodys = [name for name in _most_used(names, rather=str.title) if alike(name) not in _NOBODYS_NAMES]
    return Group(tuple(somebodys or spelt.values()), tuple(spelt.values()))


def _most_used(found: Counter[str], *, rather: Callable[[str], str]) -> Iterator[str]:
    """By count; of equals first those that are spelt like ``rather``."""
    yield from sorted(found, key=lambda text: (-found[text], text != rather(text), text))


def _spelling(ident: Ident) -> tuple[str, str]:
    return ident.email, ident.name
