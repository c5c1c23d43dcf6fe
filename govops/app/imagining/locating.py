"""Which file is meant by a kind and a name, or by a path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from govops.errors import UsageError
from govops.kinds import ResourceKey, key_at, kind_at, kind_named, path_of_key
from govops.kinds.custom import CustomKind
from govops.kinds.paths import COMPANIONS
from govops.lifecycle import is_control_file


@dataclass(frozen=True, slots=True)
class Located:
    """One resource or file: what it is, what it is called and where it stands."""

    key: ResourceKey
    path: str
    custom: CustomKind | None = None


def locate(resource: str, kinds: Iterable[CustomKind]) -> Located:
    """``Kind/name`` or a path. UsageError for kinds that there are not, and for paths that no kind has."""
    by_name = {kind.name: kind for kind in kinds}
    kind, _, name = resource.partition("/")
    if kind_named(kind) is not None:
        key = ResourceKey(kind, name)
        path = path_of_key(key)
        if path is None:
            raise UsageError(f'"{resource[:80]}" is no name of a {kind}', hint=f"it stands at {kind_pattern(kind)}")
        return Located(key, path)
    if kind in by_name:
        return Located(ResourceKey(kind, name), by_name[kind].path_of(name), by_name[kind])
    return _at_path(resource, by_name.values())


def kind_pattern(kind: str) -> str:
    """The path of a built-in kind's files."""
    found = kind_named(kind)
    return found.pattern if found else ""


def _at_path(path: str, kinds: Iterable[CustomKind]) -> Located:
    if is_control_file(path):
        return Located(ResourceKey("ControlFile", path), path)
    if path.rpartition("/")[2] in COMPANIONS:
        return Located(ResourceKey("Document", path), path)
    kind = kind_at(path)
    if kind is not None:
        return Located(key_at(path) or ResourceKey(kind.name, path.rpartition("/")[2].removesuffix(".yaml")), path)
    for custom in kinds:
        name = custom.match(path)
        if name is not None:
            return Located(ResourceKey(custom.name, name), path, custom)
    raise UsageError(f'"{path[:80]}" is neither a resource nor a governed file')
