"""Write a waiver as a commit on a branch of its own, on top of the protected branch: ready to be proposed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from govops import yamlio
from govops.app.proposing.branches import put
from govops.engine import Checks
from govops.errors import UsageError
from govops.git import CleanRoom
from govops.history import Entry, Oid
from govops.history.snapshot import File
from govops.kinds import API_VERSION, ResourceKey, kind_named, path_of_key, split_key
from govops.kinds.scalars import Instant, duration_seconds
from govops.kinds.settings import SettingsSpec
from govops.kinds.waiver import Waiver
from govops.rules import RULES
from govops.workspace import now
from govops.workspace.files import TreeDocuments
from govops.workspace.opening import open_branches, settings_of
from govops.workspace.standing import rule_tree

_SCHEMA_LINE = "# yaml-language-server: $schema=../../schemas/Waiver.schema.json\n"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A waiver as somebody asks for it; ``expires`` is an instant, or a duration from now such as ``30d``."""

    name: str
    rules: tuple[str, ...]
    reason: str
    owner: str
    expires: str
    resource: str | None = None
    path: str | None = None

    @property
    def scope(self) -> dict[str, str]:
        """What is given of it."""
        return {k: v for k, v in (("resource", self.resource), ("path", self.path)) if v is not None}


@dataclass(frozen=True, slots=True)
class Added:
    """The branch that holds the waiver, its commit, the file, and the protected branch on top of which it is."""

    branch: str
    commit: Oid
    path: str
    text: str = field(repr=False)
    onto: str = ""


def add(repository: Path, wanted: Wanted) -> Added:
    """Make the branch ``waiver-NAME``; the work tree stays as it is.

    UsageError for a waiver that could not be in force (what cannot be waived, an end that is too far or past, somebody
    or something that is not there), and where file or branch are there already.
    """
    settings = settings_of(repository)
    path = f"policies/waivers/{wanted.name}.yaml"
    text = _SCHEMA_LINE + yamlio.dump(_document(wanted, _end(wanted.expires, settings)))
    with open_branches(repository) as (room, protected, _):
        _check(room, protected.tip, path, text)
        tip = protected.tip
    branch = f"waiver-{wanted.name}"
    commit = put(repository, branch, {path: text}, f"Waive {', '.join(wanted.rules)}", onto=tip)
    return Added(branch, commit, path, text, settings.protected_branch)


def _document(wanted: Wanted, expires: str) -> dict[str, Any]:
    spec = {
        "rules": list(wanted.rules),
        "scope": wanted.scope,
        "reason": wanted.reason,
        "owner": wanted.owner,
        "expires": expires,
    }
    return {"apiVersion": API_VERSION, "kind": "Waiver", "metadata": {"name": wanted.name}, "spec": spec}


def _end(given: str, settings: SettingsSpec) -> str:
    """The instant, which lies in the future and no further away than Settings allow."""
    today, days = now(), settings.limits.waiver_days
    if given.isascii() and given[-1:] in "mhdw":
        try:
            end = datetime.fromisoformat(today) + timedelta(seconds=duration_seconds(given))
        except ValueError as error:
            raise UsageError(f"--expires: {error}") from error
        given = end.isoformat(timespec="seconds").replace("+00:00", "Z")
    try:
        TypeAdapter(Instant).validate_python(given)
    except ValidationError as error:
        hint = "such as 2026-03-31T00:00:00Z, or 30d from now"
        raise UsageError(f"'{given[:40]}' is not an instant in UTC", hint=hint) from error
    if given <= today:
        raise UsageError(f"{given} is past", hint="a waiver excuses what lands after it")
    if datetime.fromisoformat(given) - datetime.fromisoformat(today) > timedelta(days=days):
        raise UsageError(f"{given} is more than {days} days away", hint="that is the most that Settings allow")
    return given


def _check(room: CleanRoom, tip: Oid, path: str, text: str) -> None:
    tree = rule_tree(room, tip)
    if path in tree.snapshot.files:
        raise UsageError(f"{path} is there already", hint="edit it, or choose another name")
    loaded = yamlio.load(text.encode(), path=path)
    if not isinstance(loaded.resource, Waiver):
        found = loaded.findings[0]
        raise UsageError(found.message, hint=found.hint)
    tree.snapshot.put(path, File(Entry("100644", "0" * 40), loaded.resource))
    for finding in Checks(RULES, TreeDocuments(tree)).resource(path, tree.snapshot):
        if finding.rule == "rule-not-waivable":  # the others ask about files that were not read
            raise UsageError(finding.message, hint=finding.hint)
    for message, hint in _lacking(room, tip, loaded.resource):
        raise UsageError(message, hint=hint)


def _lacking(room: CleanRoom, tip: Oid, waiver: Waiver) -> Iterator[tuple[str, str]]:
    spec = waiver.spec
    if room.entry(tip, f"registry/users/{spec.owner}.yaml") is None:
        yield f"there is no User `{spec.owner}`", "the owner answers for the waiver; name somebody of registry/users"
    if spec.scope.resource is None:
        return
    key = ResourceKey(*split_key(spec.scope.resource))
    where = path_of_key(key) if kind_named(key.kind) else None
    if where is not None and room.entry(tip, where) is None:
        yield f"there is no {key.kind} `{key.name}`", f"for what is not there yet, name its path: --path {where}"
