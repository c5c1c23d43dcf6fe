"""Trees as plain mappings: edited, compared and merged, without asking the code under test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from govops.evidence.records import ContextBlob, FileState, Subject
from tests.support.files import Content, Edit
from tests.support.objects import Objects, Tree

Edits = Edit | Mapping[str, Content]


class ConflictError(AssertionError):
    """The story asks for a merge that a person would have to resolve."""


def flat(edits: Iterable[Edits]) -> dict[str, Content]:
    """Edits given as (path, content) pairs or mappings, as one mapping; the last word counts."""
    found: dict[str, Content] = {}
    for edit in edits:
        found.update(edit if isinstance(edit, Mapping) else [edit])
    return found


def edited(objects: Objects, tree: Tree, edits: Mapping[str, Content]) -> Tree:
    """The tree after the edits; deleting what is not there is a mistake in the story."""
    result = dict(tree)
    for path, content in edits.items():
        if content is None:
            del result[path]
        elif isinstance(content, bytes):
            mode = tree[path][0] if path in tree else "100644"
            result[path] = (mode if mode in ("100644", "100755") else "100644", objects.blob(content))
        elif content[0] == "160000":
            result[path] = (content[0], content[1].decode("ascii"))
        else:
            result[path] = (content[0], objects.blob(content[1]))
    return result


def subjects(old: Tree, new: Tree) -> tuple[Subject, ...]:
    """Every path that differs, in order of path bytes; a rename is a delete and an add."""
    paths = {path for path, _ in old.items() ^ new.items()}
    ordered = sorted(paths, key=lambda path: path.encode("utf-8", "surrogateescape"))
    return tuple(Subject(path=path, old=_state(old.get(path)), new=_state(new.get(path))) for path in ordered)


_PROMISED = {
    "Model": "registry/models/{}/model.yaml",
    "ModelVersion": "registry/models/{}/versions/{}.yaml",
    "Deployment": "registry/deployments/{}/{}.yaml",
    "UseCase": "registry/use-cases/{}.yaml",
}


def context(objects: Objects, about: Iterable[Subject], tree: Tree) -> tuple[ContextBlob, ...]:
    """Files that the new contents refer to and that are no subjects themselves, as they stand in the tree."""
    own = {subject.path for subject in about}
    paths: set[str] = set()
    for subject in about:
        if subject.new is not None and subject.new.mode in ("100644", "100755"):
            paths.update(_references(objects.read(subject.new.oid)))
    return tuple(ContextBlob(path=path, oid=tree[path][1] if path in tree else None) for path in sorted(paths - own))


def merged(objects: Objects, base: Tree, ours: Tree, theirs: Tree) -> Tree:
    """Three-way merge path by path; text that both sides changed goes through ``git merge-file``."""
    result: Tree = {}
    for path in base.keys() | ours.keys() | theirs.keys():
        entry = _merged_entry(objects, path, (base.get(path), ours.get(path), theirs.get(path)))
        if entry is not None:
            result[path] = entry
    return result


def _merged_entry(objects: Objects, path: str, sides: tuple[Any, Any, Any]) -> tuple[str, str] | None:
    base, ours, theirs = sides
    if theirs in (base, ours):
        return ours  # type: ignore[no-any-return]  # YAML has no types
    if ours == base:
        return theirs  # type: ignore[no-any-return]  # YAML has no types
    if base is None or ours is None or theirs is None or len({base[0], ours[0], theirs[0]}) > 1:
        raise ConflictError(path)
    text = objects.merged(base[1], ours[1], theirs[1])
    if text is None:
        raise ConflictError(path)
    return ours[0], objects.blob(text)


def _state(entry: tuple[str, str] | None) -> FileState | None:
    return None if entry is None else FileState(mode=entry[0], oid=entry[1])


def _references(data: bytes) -> list[str]:
    """Paths of the files whose content a reviewer of this one has judged with it."""
    try:
        document = yaml.CSafeLoader(data).get_single_data()
        kind, name, spec = document["kind"], document["metadata"]["name"], document["spec"]
        if kind == "Deployment":
            return [f"registry/models/{name}/versions/{spec['version']}.yaml"]
        if kind == "ModelVersion":
            return [f"registry/models/{name}/model.yaml"]
        if kind == "UseCase":
            return [f"registry/models/{use['model']}/model.yaml" for use in spec["models"]]
        if kind == "SlaViolation":
            return [f"registry/slas/{spec['sla']}.yaml"]
        if kind == "ServiceLevelAgreement":
            return [_PROMISED[spec["resource"].split("/")[0]].format(*spec["resource"].split("/")[1:])]
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError):
        return []  # broken content refers to nothing
    return []
