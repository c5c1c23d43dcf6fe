"""What stands at one commit: every governed file, with the indexes that rules ask.

One snapshot is carried along the chain and moved forward by each change, never rebuilt. Everyone but the
engine, which moves it, treats it as read-only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from govops.history import Entry
from govops.kinds import Reference, Resource


@dataclass(frozen=True, slots=True)
class File:
    """One governed path. ``resource`` is None when its content is broken or is no resource at all.

    ``last_valid`` is the last content of this path that could be read, ``resource`` included.
    """

    entry: Entry
    resource: Resource | None = None
    last_valid: Resource | None = None


class Snapshot:
    """Governed files by path, and resources by kind, key, reference and personal address.

    ``broken`` are the paths whose content cannot be read now and could be read before.
    """

    def __init__(self) -> None:
        self.files: dict[str, File] = {}
        self._paths: dict[str, dict[str, str]] = {}
        self._referrers: dict[tuple[str, str], set[str]] = {}
        self._addresses: dict[str, set[str]] = {}
        self._folded: dict[str, set[str]] = {}
        self.broken: set[str] = set()

    def put(self, path: str, file: File | None) -> None:
        """Replace what stands at ``path``; None removes it."""
        before = self.files.pop(path, None)
        self.broken.discard(path)
        if before is not None:
            self._index(path, before.resource, add=False)
            _toggle(self._folded, folded(path), path, add=False)
        if file is not None:
            self.files[path] = file
            if file.resource is None and file.last_valid is not None:
                self.broken.add(path)
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

    def people_at(self, address: str) -> tuple[str, ...]:
        """User names with this address (see :func:`addresses`), sorted; more than one is a conflict."""
        return tuple(sorted(self._addresses.get(address, ())))

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
        if kind == "User":
            for address in addresses(resource):
                _toggle(self._addresses, address, name, add=add)


def addresses(user: Resource) -> frozenset[str]:
    """Every way to recognise a User: ``email:<lower case>``, ``account:<forge>:<id>``, ``key:<type> <base64>``."""
    spec = getattr(user, "spec", None)
    found = {f"email:{email.lower()}" for email in getattr(spec, "emails", ())}
    found |= {account_address(account.forge, account.id) for account in getattr(spec, "accounts", ())}
    found |= {f"key:{' '.join(line.split()[:2])}" for line in getattr(spec, "keys", ())}
    return frozenset(found)


def folded(path: str) -> str:
    """The spelling under which two paths collide on some file system: NFC and case-folded."""
    return path if path.isascii() and path.islower() else unicodedata.normalize("NFC", path).casefold()


def account_address(forge: str, identifier: str) -> str:
    """The address of a forge account: its immutable id, never its login."""
    return f"account:{forge}:{identifier}"


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
