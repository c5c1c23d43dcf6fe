"""What stands on the protected branch, for whoever drafts a change of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from govops import yamlio
from govops.app.governance import ConflictError, MissingConditionError, NotFoundError, Site, StaleError
from govops.git import CleanRoom
from govops.history import Oid
from govops.kinds import Resource
from govops.kinds.custom import CustomKind, custom_kind
from govops.kinds.kind_definition import KindDefinition
from govops.kinds.paths import fill
from govops.kinds.quoting import quoted
from govops.workspace.documents import LARGEST_DOCUMENT
from govops.workspace.opening import open_branches

R = TypeVar("R", bound=Resource)


@dataclass(frozen=True, slots=True)
class Stood(Generic[R]):
    """A file of the protected branch that holds a resource."""

    path: str
    text: str
    blob: Oid
    resource: R


class Tip:
    """The tip of the protected branch, while the clean room is open."""

    def __init__(self, room: CleanRoom, commit: Oid) -> None:
        self.commit = commit
        self._room = room

    def find(self, kind: type[R], name: str) -> Stood[R] | None:
        """The resource of that kind and (compound) name, None without a file. ConflictError if it is unreadable."""
        path = fill(kind.__name__, name)
        entry = self._room.entry(self.commit, path) if path is not None else None
        if path is None or entry is None:
            return None
        text = self._text(entry.oid)
        loaded = yamlio.load(text or b"", path=path)
        if text is None or not isinstance(loaded.resource, kind):
            raise ConflictError(f"{path} cannot be read as it stands", hint=f"mend it first: govops validate {path}")
        return Stood(path, text.decode(), entry.oid, loaded.resource)

    def get(self, kind: type[R], name: str) -> Stood[R]:
        """The same; NotFoundError if there is none."""
        found = self.find(kind, name)
        if found is None:
            raise NotFoundError(
                f"there is no {kind.__name__} {quoted(name)}", hint="propose it first, or mind the name"
            )
        return found

    def seen(self, kind: type[R], name: str, blob: str | None) -> Stood[R]:
        """The same, for somebody who has seen it as ``blob``.

        MissingConditionError if they do not say, StaleError if it is not what stands.
        """
        found = self.get(kind, name)
        if blob is None:
            hint = f"name its blob id, {found.blob} now (over HTTP: If-Match)"
            raise MissingConditionError(f"say which state of {found.resource.key} you have seen", hint=hint)
        if blob != found.blob:
            raise StaleError(f"{found.resource.key} is not as you have seen it", hint="read it again")
        return found

    def blob(self, path: str) -> Oid | None:
        """The id of what stands at a path."""
        entry = self._room.entry(self.commit, path)
        return entry.oid if entry is not None else None

    def text(self, path: str) -> bytes | None:
        """The content of what stands at a path."""
        oid = self.blob(path)
        return self._text(oid) if oid is not None else None

    def past(self, kind: type[R], name: str) -> Iterator[R | None]:
        """Every state that a resource ever had, oldest first, None where it was gone; unreadable ones are left out."""
        path = fill(kind.__name__, name) or ""
        for commit in self._room.touching(self.commit, path):
            entry = self._room.entry(commit, path)
            loaded = yamlio.load(self._text(entry.oid) or b"", path=path).resource if entry is not None else None
            if entry is None or isinstance(loaded, kind):
                yield loaded if isinstance(loaded, kind) else None

    def paths(self, folder: str) -> tuple[str, ...]:
        """Of every file below a folder."""
        return tuple(self._room.listing(self.commit, folder))

    @cached_property
    def own_kinds(self) -> tuple[CustomKind, ...]:
        """The kinds that the repository defines itself."""
        found = []
        for path, entry in self._room.listing(self.commit, "policies/kinds").items():
            loaded = yamlio.load(self._text(entry.oid) or b"", path=path).resource
            if isinstance(loaded, KindDefinition):
                found.append(custom_kind(loaded))
        return tuple(found)

    def _text(self, blob: Oid) -> bytes | None:
        for _, content in self._room.blobs([blob], limit=LARGEST_DOCUMENT):
            return content if isinstance(content, bytes) else None
        return None


@contextmanager
def open_tip(site: Site) -> Iterator[Tip]:
    """The protected branch of a site as it stands now."""
    with open_branches(site.repository) as (room, protected, _):
        yield Tip(room, protected.tip)
