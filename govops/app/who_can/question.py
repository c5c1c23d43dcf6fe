"""What is asked: an action and a resource that exist, or the nearest names of those that do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from govops.app.imagining import Located, kind_pattern, locate
from govops.app.imagining.placeholders import placeholder
from govops.app.past.names import Family, family, nearest
from govops.errors import UsageError
from govops.history import Entry
from govops.kinds import Metadata, ResourceKey, kind_named, path_of_key
from govops.kinds.custom import CustomKind
from govops.kinds.policy_test import ImaginedAct, whole
from govops.lifecycle import actions_on, is_control_file, makes
from govops.workspace import Gate

_FILES = ("ControlFile", "Document")


@dataclass(frozen=True, slots=True)
class Question:
    """The action, and where the resource stands at the gate's base; ``entry`` None if it does not."""

    action: str
    at: Located
    entry: Entry | None
    model: str | None

    @property
    def act(self) -> ImaginedAct:
        """The same as an act without documents."""
        if self.at.key.kind in _FILES:
            return ImaginedAct(action=self.action, path=self.at.path)
        return ImaginedAct(action=self.action, resource=str(self.at.key))

    def files(self, gate: Gate) -> Iterator[tuple[str, Entry | None]]:
        """What stands there, and the model that it belongs to."""
        yield self.at.path, self.entry
        if self.model:
            yield self.model, gate.room.entry(gate.base, self.model)


def understand(gate: Gate, action: str, resource: str) -> Question:
    """UsageError for actions, kinds and resources that there are not, with the nearest that there is."""
    kinds = gate.registry.law.custom_kinds()
    at = _located(resource, kinds)
    _known(action, at)
    entry = gate.room.entry(gate.base, at.path)
    if entry is None and not _may_be_new(action, at):
        raise _nowhere(gate, at)
    return Question(action, at, entry, _model_path(at.key))


def _located(text: str, kinds: tuple[CustomKind, ...]) -> Located:
    """A path, or a kind in any spelling and a name."""
    if text.endswith((".yaml", "README.md", ".gitkeep")) or is_control_file(text):
        return locate(text, kinds)
    kind, slash, name = text.partition("/")
    found = family(kind, kinds)
    if not slash or not name:
        hint = "write KIND/NAME, as in ModelVersion/fraud/1.0 or Deployment/production/fraud, or the path of a file"
        raise UsageError(f"'{text[:60]}' names no resource", hint=hint)
    at = locate(f"{found.kind}/{name}", kinds)
    if not _is_a_name(at):
        raise UsageError(f"'{text[:60]}' is no name of a {found.kind}", hint=f"it stands at {kind_pattern(found.kind)}")
    return at


def _is_a_name(at: Located) -> bool:
    """Whether a file of that name could stand there."""
    if at.custom is not None:
        return at.custom.match(at.path) is not None
    kind = kind_named(at.key.kind)
    metadata: Any = kind.model.model_fields["metadata"].annotation if kind else Metadata
    try:
        metadata.model_validate(whole({}, at.key)["metadata"])
        placeholder(at.key)
    except ValidationError:
        return False
    return True


def _known(action: str, at: Located) -> None:
    known = actions_on(at.key.kind, at.key.name, at.custom)
    if action in known:
        return
    near = next(iter(get_close_matches(action.lower(), known, n=1)), "")
    hint = f"did you mean '{near}'?" if near else f"one of: {', '.join(known)}"
    raise UsageError(f"'{action[:60]}' is nothing that is done to {_a_kind(at)}", hint=hint)


def _a_kind(at: Located) -> str:
    words = {"ControlFile": "a control file", "Document": "a README.md or .gitkeep"}
    return words.get(at.key.kind, f"a {at.key.kind}" + (_in_environment(at.key)))


def _in_environment(key: ResourceKey) -> str:
    return f" in {key.name.partition('/')[0]}" if key.kind == "Deployment" else ""


def _may_be_new(action: str, at: Located) -> bool:
    """Whether the action may be what makes the resource."""
    if at.custom is None:
        return makes(action)
    first = {step.action for step in at.custom.spec.transitions if step.from_ is None}
    return action in {at.custom.spec.action("create"), *first}


def _nowhere(gate: Gate, at: Located) -> UsageError:
    """There is no such resource to do anything to."""
    folder = at.custom.folder if at.custom else _folder(at.key.kind)
    names: Iterable[str] = Family(at.key.kind, at.custom).named(gate.room.listing(gate.base, folder))
    return UsageError(
        f"there is no {at.key.kind} named '{at.key.name[:80]}' at {gate.base[:12]}",
        hint=nearest(at.key.kind, at.key.name, names),
    )


def _folder(kind: str) -> str:
    """The folder that has all files of a built-in kind."""
    found = kind_named(kind)
    return found.pattern.partition("{")[0].rpartition("/")[0] if found else ""


def _model_path(key: ResourceKey) -> str | None:
    """The file of the model that a version or a deployment belongs to."""
    if key.kind not in ("ModelVersion", "Deployment"):
        return None
    name = key.name.split("/")[0 if key.kind == "ModelVersion" else 1]
    return path_of_key(ResourceKey("Model", name))
