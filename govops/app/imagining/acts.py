"""What an imagined change does: to which files, from what to what, and what that means."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from govops.app.imagining.locating import Located, locate
from govops.app.imagining.people import reachable
from govops.app.imagining.placeholders import placeholder
from govops.decision import Law
from govops.errors import UsageError
from govops.history import Entry, PathChange
from govops.history.snapshot import File, Snapshot
from govops.kinds import Resource, ResourceKey, kind_named, path_of_key
from govops.kinds.custom import CustomResource
from govops.kinds.deployment import Deployment
from govops.kinds.policy_test import NONE, ImaginedAct, whole
from govops.kinds.user import User
from govops.lifecycle import Action, Misstep, Surroundings, derive, is_minor

AnyResource = Resource | CustomResource
Standing = Callable[[str], AnyResource | None]
"""Path -> what stands there, of a kind of the users' own too."""

_GOING = (".delete", ".undeploy")
_REGULAR = "100644"


@dataclass(frozen=True, slots=True)
class Done:
    """All that an imagined change does. ``content`` is what it finds and leaves at each path that it has documents for.

    ``is_documented``: it has them for all.
    """

    actions: tuple[Action, ...]
    landed: tuple[PathChange, ...]
    missteps: tuple[Misstep, ...] = ()
    content: Mapping[str, tuple[AnyResource | None, AnyResource | None]] = field(default_factory=dict)
    is_documented: bool = False


class Acts:
    """Performs acts in a snapshot for as long as it takes to judge them; ``undo`` leaves everything as it was."""

    def __init__(self, law: Law, snapshot: Snapshot, standing: Standing) -> None:
        self._law = law
        self._snapshot = snapshot
        self._standing = standing
        self._before: dict[str, File | None] = {}
        self._now: dict[str, AnyResource | None] = {}

    def perform(self, acts: Iterable[ImaginedAct]) -> Done:
        """What all of them do together. UsageError where one is about a kind that there is not."""
        found = [(act, locate(act.resource or act.path or "", self._law.custom_kinds())) for act in acts]
        for act, at in found:
            self._set_the_scene(act, at)
        new = {at.path: _document(act.new, at) for act, at in found if act.has_documents}
        around = self._surroundings({at.key: new[at.path] for act, at in found if act.has_documents})
        actions, missteps, landed = list[Action](), list[Misstep](), dict[str, PathChange]()
        for act, at in found:
            if act.has_documents:
                derived = derive(at.path, self.standing(at.path), new[at.path], around=around, custom=at.custom)
                actions += derived.actions
                missteps += derived.missteps
                landed[at.path] = self._change(at.path, new[at.path])
            else:
                actions.append(self._named(act, at))
                landed.setdefault(at.path, self._change_to(at.path, f"{act.action} of {at.path}", act.action or ""))
        sides = {at.path: (self.standing(at.path), new[at.path]) for act, at in found if act.has_documents}
        is_documented = all(act.has_documents for act, _ in found)
        told = tuple(landed[path] for path in sorted(landed))
        return Done(tuple(actions), told, tuple(missteps), sides, is_documented)

    def land(self, done: Done) -> None:
        """Leave in the snapshot what the change leaves there."""
        for path, (_, new) in done.content.items():
            self._put(path, new)

    def standing(self, path: str) -> AnyResource | None:
        """What stands at a path at this moment of the imagination."""
        if path in self._now:
            return self._now[path]
        file = self._snapshot.files.get(path)
        return (file.resource or self._standing(path)) if file else None

    def undo(self) -> None:
        """Put back what stood there before."""
        for path, file in self._before.items():
            self._place(path, file)
        self._before.clear()
        self._now.clear()

    # ---- what stands before

    def _set_the_scene(self, act: ImaginedAct, at: Located) -> None:
        """Put there what the act supposes: the document before it, and the risk tier of the model."""
        if act.old is not None:
            self._put(at.path, _document(act.old, at))
        if act.risk_tier:
            model = ResourceKey("Model", at.key.name.split("/")[1 if at.key.kind == "Deployment" else 0])
            stands = self._snapshot.find(*model)
            tiered = _with(stands, risk_tier=act.risk_tier) if stands else placeholder(model, risk_tier=act.risk_tier)
            self._put(path_of_key(model) or "", tiered)

    def _put(self, path: str, content: AnyResource | None) -> None:
        if isinstance(content, User):
            content = reachable(content)
        resource = content if isinstance(content, Resource) else None
        self._now[path] = content
        self._before.setdefault(path, self._snapshot.files.get(path))
        self._place(path, File(_entry(content), resource, resource) if content is not None else None)

    def _place(self, path: str, file: File | None) -> None:
        self._snapshot.put(path, file)
        self._law.moved(path)

    # ---- what is done

    def _named(self, act: ImaginedAct, at: Located) -> Action:
        """An act without documents.

        One side is left open, so that policies on certain fields speak of it; a minor edit leaves all fields alone.
        """
        side = self.standing(at.path)
        if isinstance(side, Resource) and (act.impact or act.labels):
            side = _with(side, impact=act.impact) if act.impact else side
            side = _labelled(side, act.labels)
        elif side is None:
            made = placeholder(at.key, risk_tier=act.risk_tier, impact=act.impact)
            side = _labelled(made, act.labels) if made else None
        action = Action(act.action or "", at.key.kind, at.key.name, at.path)
        if is_minor(action.name):
            if side is None:
                raise UsageError(f"{at.key} does not stand in the registry", hint="give the edit as `old` and `new`")
            return replace(action, old=side, new=side)
        return replace(action, old=side) if action.name.endswith(_GOING) else replace(action, new=side)

    def _surroundings(self, new: Mapping[ResourceKey, AnyResource | None]) -> Surroundings:
        def after(kind: str, name: str) -> Resource | None:
            key = ResourceKey(kind, name)
            found = new[key] if key in new else self._snapshot.find(kind, name)
            return found if isinstance(found, Resource) else None

        def stays(environment: str, model: str) -> list[str | None]:
            """As if a version that comes back with a reason had run there before the one that runs now."""
            key = ResourceKey("Deployment", f"{environment}/{model}")
            now, then = self._snapshot.find(*key), new.get(key)
            current = now.spec.version if isinstance(now, Deployment) else None
            is_return = isinstance(then, Deployment) and then.spec.rollback is not None and current is not None
            return [then.spec.version, current] if isinstance(then, Deployment) and is_return else [current]

        return Surroundings(after, stays)

    def _change(self, path: str, content: AnyResource | None) -> PathChange:
        file = self._snapshot.files.get(path)
        return PathChange(path, file.entry if file else None, _entry(content) if content is not None else None)

    def _change_to(self, path: str, words: str, action: str) -> PathChange:
        file = self._snapshot.files.get(path)
        old = file.entry if file else None
        new = None if action.endswith(_GOING) else Entry(_REGULAR, blob_id(words))
        return PathChange(path, old or (Entry(_REGULAR, blob_id(path)) if new is None else None), new)


def blob_id(words: str) -> str:
    """An id for content that stands nowhere."""
    return hashlib.sha1(f"imagined {words}".encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()


def _entry(content: AnyResource | None) -> Entry:
    document: Any = content.model_dump(mode="json") if isinstance(content, Resource) else content and content.document
    return Entry(_REGULAR, blob_id(json.dumps(document, sort_keys=True)))


def _document(content: Any, at: Located) -> AnyResource | None:
    """What a test writes, as a resource; UsageError if it is not one of the users' own kind."""
    if content is None or content == NONE:
        return None
    kind = kind_named(at.key.kind)
    if kind is not None:
        return kind.model.model_validate(whole(content, at.key))
    custom = at.custom
    if custom is None:
        raise UsageError(f"{at.path}: no kind has documents there")
    document = whole(content, at.key) if custom.spec.envelope else content
    faults = custom.validate(document)
    for where, message in faults:
        raise UsageError(f"the document of {at.key} is wrong: {'.'.join(map(str, where)) or 'it'}: {message}")
    return CustomResource(at.key.kind, at.key.name, document)


def _with(resource: Resource, **fields: Any) -> Resource:
    return resource.model_copy(update={"spec": resource.spec.model_copy(update=fields)})


def _labelled(resource: Resource, labels: Mapping[str, str]) -> Resource:
    if not labels:
        return resource
    metadata = resource.metadata.model_copy(update={"labels": {**resource.metadata.labels, **labels}})
    return resource.model_copy(update={"metadata": metadata})
