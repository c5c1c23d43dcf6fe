"""What a story says of a file's content, as bytes and modes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from govops.finding import Finding
from tests.support import files
from tests.support.cast import public_line
from tests.support.files import Content, File
from tests.support.objects import Objects, Tree
from tests.support.steps import Files, Written

_KINDS: Mapping[str, Callable[..., File]] = {
    r"registry/models/([^/]+)/model\.yaml": files.model,
    r"registry/models/([^/]+)/versions/(.+)\.yaml": files.version,
    r"registry/users/(.+)\.yaml": files.user,
    r"registry/roles/(.+)\.yaml": files.role,
    r"registry/use-cases/(.+)\.yaml": files.usecase,
    r"registry/incidents/(.+)\.yaml": files.incident,
    r"registry/slas/([^/]+)\.yaml": files.sla,
    r"policies/delegations/(.+)\.yaml": lambda name, **spec: files.delegation(
        name, spec.pop("from", "bob"), spec.pop("to", "mallory"), spec.pop("roles", ["approver"]), **spec
    ),
    r"policies/waivers/(.+)\.yaml": files.waiver,
    r"policies/ratifications/(.+)\.yaml": files.ratification,
    r"policies/segregation/(.+)\.yaml": files.segregation,
}


@dataclass(frozen=True, slots=True)
class Contents:
    """Reads what stands from ``objects``; ``settings`` are the company's own fields of Settings.

    ``landed`` tells the commit of a landing, by its title.
    """

    objects: Objects
    settings: Mapping[str, Any]
    landed: Callable[[str], str] = str

    def edits(self, told: Files, tree: Tree) -> dict[str, Content]:
        """The edits of a step on top of a tree."""
        return {path: self._content(path, content, tree) for path, content in told.items()}

    def _content(self, path: str, told: str | Written, tree: Tree) -> Content:
        if told == "deleted":
            return None
        if isinstance(told, str):
            return valid(path, {}, self.settings, self.landed)
        text = self._start(path, told, tree).decode()
        for old, new in told.replace.items():
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
            text = text.replace(old, new)
        content = (text + told.append).encode()
        return (told.mode, content) if told.mode else content

    def _start(self, path: str, told: Written, tree: Tree) -> bytes:
        if told.spec is not None:
            return valid(path, told.spec, self.settings, self.landed)
        if told.text is not None:
            return told.text.encode()
        return self.objects.read(tree[told.copy_of or path][1])


def valid(path: str, spec: Mapping[str, Any], settings: Mapping[str, Any], landed: Callable[[str], str] = str) -> bytes:
    """A file of the kind that the path tells; fields that ``spec`` leaves out have their defaults."""
    spec = {key: _meant(value, landed) for key, value in spec.items()}
    if path == "policies/govops.yaml":
        return files.settings(**{**settings, **spec})[1]
    if found := re.fullmatch(r"policies/approvals/(.+)\.yaml", path):
        match = dict(spec.pop("match", {}))
        actions = match.pop("actions", None) or [files.FAMILIES[found[1]]]
        return files.policy(found[1], actions=actions, match=match, **spec)[1]
    if found := re.fullmatch(r"registry/deployments/([^/]+)/(.+)\.yaml", path):
        return files.deployment(found[1], found[2], spec.pop("version", "1.0"), **spec)[1]
    for pattern, build in _KINDS.items():
        if found := re.fullmatch(pattern, path):
            return build(*found.groups(), **spec)[1]
    raise AssertionError(f"no kind is known for {path}; give its text")


def _meant(value: Any, landed: Callable[[str], str]) -> Any:
    """``key of NAME`` anywhere in a spec is that person's public key, ``landing of TITLE`` that change's commit.

    ``fingerprint of RULE in TITLE at PATH`` is that of what was found there, if it is about nobody.
    """
    if isinstance(value, str) and value.startswith("key of "):
        return public_line(value.removeprefix("key of "))
    if isinstance(value, str) and value.startswith("landing of "):
        return landed(value.removeprefix("landing of "))
    if isinstance(value, str) and (named := re.fullmatch(r"fingerprint of (\S+) in (.+) at (\S+)", value)):
        return Finding(named[1], "", commit=landed(named[2]), path=named[3]).fingerprint
    if isinstance(value, Mapping):
        return {name: _meant(item, landed) for name, item in value.items()}
    return [_meant(item, landed) for item in value] if isinstance(value, list) else value
