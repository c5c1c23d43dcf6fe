"""What the files of a proposal name and what they may resemble, found at the base without reading everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from govops.git import CleanRoom
from govops.history import Entry, Oid
from govops.kinds import Reference, Resource, path_of_key
from govops.kinds.custom import CustomKind
from govops.kinds.likeness import Wording
from govops.workspace.documents import LARGEST_DOCUMENT

_FOLDERS = {"UseCase": "registry/use-cases", "Model": "registry/models"}
_OWN_FILE = {"UseCase": ".yaml", "Model": "/model.yaml"}


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The files around a proposal, as they stand at ``base``. Texts of a folder are read once."""

    room: CleanRoom
    base: Oid
    _texts: dict[str, Mapping[str, tuple[Entry, bytes]]] = field(default_factory=dict)

    def referred(self, resources: Iterable[Resource], custom: tuple[CustomKind, ...]) -> dict[str, Entry]:
        """The files that these resources name; people are not among them."""
        wanted = {ref for one in resources for ref in one.references() if ref.kind != "User"}
        paths = {path for reference in wanted for path in _places(reference, custom)}
        found = ((path, self.room.entry(self.base, path)) for path in sorted(paths))
        return {path: entry for path, entry in found if entry is not None}

    def naming(self, names: Iterable[str], folder: str) -> dict[str, Entry]:
        """Files of a folder in which one of the names stands."""
        words = [name.encode() for name in names]
        if not words:
            return {}
        return {p: entry for p, (entry, text) in self._in(folder).items() if any(word in text for word in words)}

    def alike(self, resources: Iterable[Resource]) -> dict[str, Entry]:
        """Files of other use cases and models that may read like these, and those that spell something with escapes."""
        files: dict[str, Entry] = {}
        for resource in resources:
            if resource.wording:
                wording = Wording.of(resource.wording)
                files |= {
                    path: entry
                    for path, (entry, text) in self._in(_FOLDERS[resource.kind]).items()
                    if path.endswith(_OWN_FILE[resource.kind])
                    and (b"\\" in text or wording.may_stand_in(text.decode("utf-8", "replace")))
                }
        return files

    def _in(self, folder: str) -> Mapping[str, tuple[Entry, bytes]]:
        if folder not in self._texts:
            files = self.room.listing(self.base, folder)
            texts = dict(self.room.blobs({entry.oid: None for entry in files.values()}, limit=LARGEST_DOCUMENT))
            read = ((path, entry, texts.get(entry.oid)) for path, entry in files.items())
            self._texts[folder] = {path: (entry, text) for path, entry, text in read if isinstance(text, bytes)}
        return self._texts[folder]


def _places(reference: Reference, custom: tuple[CustomKind, ...]) -> Iterator[str]:
    path = path_of_key(reference.key)
    if path is not None:
        yield path
    yield from (k.spec.path.replace("{name}", reference.name) for k in custom if k.spec.kind == reference.kind)
