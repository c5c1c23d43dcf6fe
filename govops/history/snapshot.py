"""What stands at one commit: every governed file, with the indexes that rules ask.

One snapshot is carried along the chain and moved forward by each change, never rebuilt. Everyone but the
engine, which moves it, treats it as read-only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from govops.history import Entry
from govops.history.wordings import Wordings
from govops.kinds import Reference, Resource
from govops.kinds.lookalike import skeleton

KEYS = "ssh"  # the forge of those who have none: its accounts are public keys


@dataclass(frozen=True, slots=True)
class File:
    """One governed path. ``resource`` is None when its content is broken or is no resource at all.

    ``last_valid`` is the last content of this path that could be read, ``resource`` included. ``is_missing`` says
    that the repository lacks its object, so that nobody knows the content.
    """

    entry: Entry
    resource: Resource | None = None
    last_valid: Resource | None = None
    is_missing: bool = False


class Snapshot:
    """Governed files by path, resources by kind, key and reference, and people by address, look and role.

    ``broken`` are the paths whose content cannot be read now and could be read before, ``missing`` those whose
    object is not there.
    """

    def __init__(self) -> None:
        self.files: dict[str, File] = {}
        self._paths: dict[str, dict[str, str]] = {}
        self._referrers: dict[tuple[str, str], set[str]] = {}
        self._addresses: dict[str, set[str]] = {}
        self._looks: dict[str, set[str]] = {}
        self._servants: dict[str, dict[str, None]] = {}  # a set with an order, so that every run sees the same one
        self._folded: dict[str, set[str]] = {}
        self._versions: dict[str, set[str]] = {}
        self._wordings: dict[str, Wordings] = {}  # by kind, since somebody asked for them
        self.broken: set[str] = set()
        self.missing: set[str] = set()

    def put(self, path: str, file: File | None) -> None:
        """Replace what stands at ``path``; None removes it."""
        before = self.files.pop(path, None)
        self.broken.discard(path)
        self.missing.discard(path)
        if before is not None:
            self._index(path, before.resource, add=False)
            _toggle(self._folded, folded(path), path, add=False)
        if file is not None:
            self.files[path] = file
            if file.resource is None and file.last_valid is not None:
                self.broken.add(path)
            if file.is_missing:
                self.missing.add(path)
            self._index(path, file.resource, add=True)
            _toggle(self._folded, folded(path), path, add=True)

    def find(self, kind: str, name: str) -> Resource | None:
        """The readable resource of that kind and key name."""
        path = self._paths.get(kind, {}).get(name)
        return self.files[path].resource if path is not None else None

    def path_of(self, kind: str, name: str) -> str | None:
        """Where that resource stands."""
        return self._paths.get(kind, {}).get(name)

    def of_kind(self, kind: str) -> Iterator[tuple[str, Resource]]:
        """(path, resource) of one kind, sorted by path; broken files are left out."""
        for path in sorted(self._paths.get(kind, {}).values()):
            resource = self.files[path].resource
            if resource is not None:
                yield path, resource

    def paths_of(self, kind: str) -> set[str]:
        """Paths of the readable resources of one kind."""
        return set(self._paths.get(kind, {}).values())

    def names(self, kind: str) -> tuple[str, ...]:
        """Key names of one kind, sorted."""
        return tuple(sorted(self._paths.get(kind, {})))

    def referrers(self, kind: str, name: str) -> tuple[str, ...]:
        """Paths of the resources that refer to this one, sorted, whether it exists or not."""
        return tuple(sorted(self._referrers.get((kind, name), ())))

    def versions(self, model: str) -> Collection[str]:
        """Key names of a model's readable ModelVersions, in no promised order."""
        return self._versions.get(model, set())

    def worded_like(self, path: str) -> Iterator[tuple[str, float]]:
        """(path, likeness from 0 to 1) of resources of the same kind that may say the same, most alike first."""
        file = self.files.get(path)
        if file is None or file.resource is None or not file.resource.wording:
            return iter(())
        kind = file.resource.kind
        if kind not in self._wordings:
            self._wordings[kind] = Wordings()
            for other, resource in self.files.items():
                if resource.resource is not None and resource.resource.kind == kind:
                    self._wordings[kind].put(other, resource.resource.wording)
        return self._wordings[kind].near(path)

    def people_at(self, address: str) -> tuple[str, ...]:
        """User names with this address (see :func:`addresses`), sorted; more than one is a conflict."""
        return tuple(sorted(self._addresses.get(address, ())))

    def people_like(self, display_name: str) -> tuple[str, ...]:
        """User names whose display name reads like this one, sorted."""
        return tuple(sorted(self._looks.get(skeleton(display_name), ())))

    def serving(self, role: str) -> Collection[str]:
        """Names of the active humans who hold the role, in no promised order."""
        return self._servants.get(role, {}).keys()

    def twins(self, path: str) -> tuple[str, ...]:
        """Other governed paths that differ from this one by letter case only, sorted."""
        return tuple(sorted(self._folded.get(folded(path), set()) - {path}))

    def _index(self, path: str, resource: Resource | None, *, add: bool) -> None:
        if resource is None:
            return
        kind, name = resource.key
        if add:
            self._paths.setdefault(kind, {})[name] = path
        else:
            self._paths.get(kind, {}).pop(name, None)
        for reference in resource.references():
            _toggle(self._referrers, (reference.kind, reference.name), path, add=add)
        if kind in self._wordings:
            self._wordings[kind].put(path, resource.wording if add else "")
        if kind == "User":
            self._index_person(name, resource, add=add)
        elif kind == "ModelVersion":
            _toggle(self._versions, resource.metadata.name, name, add=add)

    def _index_person(self, name: str, user: Resource, *, add: bool) -> None:
        for address in addresses(user):
            _toggle(self._addresses, address, name, add=add)
        _toggle(self._looks, skeleton(user.title), name, add=add)
        for role in active_roles(user):
            serving = self._servants.setdefault(role, {})
            if add:
                serving[name] = None
            else:
                del serving[name]


def addresses(user: Resource) -> frozenset[str]:
    """Every way to recognise a User: ``email:<lower case>``, ``account:<forge>:<id>``, ``key:<type> <base64>``."""
    spec = getattr(user, "spec", None)
    found = {f"email:{email.lower()}" for email in getattr(spec, "emails", ())}
    found |= {account_address(account.forge, account.id) for account in getattr(spec, "accounts", ())}
    found |= {f"key:{' '.join(line.split()[:2])}" for line in getattr(spec, "keys", ())}
    return frozenset(found)


def active_roles(user: Resource) -> tuple[str, ...]:
    """The roles in which a User may approve: none of anybody who is gone or no human."""
    spec = getattr(user, "spec", None)
    serves = getattr(spec, "active", False) and getattr(spec, "type", "") == "human"
    return getattr(spec, "roles", ()) if serves else ()


def folded(path: str) -> str:
    """The spelling under which two paths collide on some file system: NFC and case-folded."""
    return path if path.isascii() and path.islower() else unicodedata.normalize("NFC", path).casefold()


def account_address(forge: str, identifier: str) -> str:
    """The address of a forge account: its immutable id, never its login. Where the forge is ``ssh``, that is a key."""
    return f"key:{identifier}" if forge == KEYS else f"account:{forge}:{identifier}"


def binding_references(resource: Resource) -> tuple[Reference, ...]:
    """The references whose content is part of what a reviewer judged."""
    return tuple(reference for reference in resource.references() if reference.binding)


def _toggle(index: dict[Any, set[str]], key: Any, value: str, *, add: bool) -> None:
    if add:
        index.setdefault(key, set()).add(value)
        return
    values = index.get(key)
    if values is not None:
        values.discard(value)
        if not values:
            del index[key]
