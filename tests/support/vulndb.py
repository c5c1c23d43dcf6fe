"""A second count of the history that docs/how-to/judge-a-gerrit-history.md judges. It shares nothing with govops.

`git log` reads the commits and their trailers, PyYAML the people and the reports, jsonschema the forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from jsonschema import Draft202012Validator

from tests.support.git import git
from tests.support.lowest import ROOT

PAGE = ROOT / "docs/how-to/judge-a-gerrit-history.md"
RULES = PAGE.with_suffix("")
KINDS = {"data/reports": "policies/kinds/report.yaml", "data/excluded": "policies/kinds/exclusion.yaml"}

Variant = Literal["barred", "allowed"]
"""Whether committers are barred from approving."""

People = Mapping[str, str]
"""Address in lower case -> person."""


@dataclass(frozen=True, slots=True)
class Landing:
    """A commit, addresses in lower case. ``blobs`` has every path that it touches, without an id where it deletes."""

    oid: str
    author: str
    committer: str
    reviewers: tuple[str, ...]
    blobs: Mapping[str, str]

    def makers(self, variant: Variant) -> set[str]:
        """Addresses of those who must not approve."""
        return {self.author, self.committer} - tools() if variant == "barred" else {self.author}


def landings(history: Path) -> list[Landing]:
    """Every commit, oldest first."""
    reviewers = "%(trailers:key=Reviewed-by,valueonly,unfold,separator=%x1e)"
    form = f"--format=%x00%H%x1f%ae%x1f%ce%x1f{reviewers}"
    log = git(history, "log", "--reverse", form, "--raw", "--no-abbrev", "--no-renames").decode()
    return [_landing(entry) for entry in log.split("\0")[1:]]


def trailers(history: Path, tip: str) -> dict[str, list[tuple[str, str]]]:
    """(key in lower case, value) of each commit up to ``tip``, as git reads them."""
    log = git(history, "log", "--format=%x00%H%n%(trailers:only,unfold)", tip).decode()
    found = {}
    for oid, *lines in (entry.splitlines() for entry in log.split("\0")[1:]):
        parts = [line.partition(": ") for line in lines if line]
        found[oid] = [(key.lower(), value) for key, _, value in parts]
    return found


def unreviewed(commits: Iterable[Landing], who: People, variant: Variant) -> set[str]:
    """Commits that nobody known approved but those who made them."""
    found = set()
    for landing in commits:
        makers = {who.get(address, address) for address in landing.makers(variant)}
        if not {who[address] for address in landing.reviewers if address in who} - makers:
            found.add(landing.oid)
    return found


def malformed(commits: Iterable[Landing], history: Path) -> Iterator[tuple[str, str]]:
    """(commit, path) of every document that the schema of its kind refuses."""
    schemas = {folder: Draft202012Validator(read(RULES / path)["spec"]["schema"]) for folder, path in KINDS.items()}
    contents = objects(history, "blob")
    for landing in commits:
        for path, blob in landing.blobs.items():
            if blob and not schemas[path.rpartition("/")[0]].is_valid(_document(contents[blob])):
                yield landing.oid, path


def people() -> dict[str, str]:
    """Whose each address is, by the User files."""
    users = map(read, sorted((RULES / "registry/users").iterdir()))
    return {address.lower(): user["metadata"]["name"] for user in users for address in user["spec"]["emails"]}


def tools() -> set[str]:
    """Addresses that are nobody's, by the Settings."""
    return set(read(RULES / "policies/govops.yaml")["spec"]["tools"])


def read(path: Path) -> Any:
    """A YAML file as PyYAML reads it."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))  # noqa: TID251 -- a reader that is not govops' own


class _Undated(yaml.CSafeLoader):
    """Takes dates for the text that they are."""


_Undated.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if not tag.endswith(":timestamp")]
    for first, known in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _document(data: bytes) -> Any:
    return yaml.load(data, _Undated)  # noqa: S506, TID251 -- a safe loader, and not govops' own


def _landing(entry: str) -> Landing:
    head, *changed = entry.strip("\n").split("\n")
    oid, author, committer, given = head.split("\x1f")
    reviewers = tuple(re.sub(r".*<(.*)>", r"\1", value).lower() for value in given.split("\x1e") if value)
    blobs = {}
    for modes, path in (line.split("\t") for line in changed if line):
        blob = modes.split(" ")[3]
        blobs[path] = blob if blob.strip("0") else ""
    return Landing(oid, author.lower(), committer.lower(), reviewers, blobs)


def objects(history: Path, wanted: str) -> dict[str, bytes]:
    """Every object of a type that there is, by its id."""
    every, found, at = git(history, "cat-file", "--batch", "--batch-all-objects"), dict[str, bytes](), 0
    while at < len(every):
        start = every.index(b"\n", at) + 1
        oid, kind, size = every[at:start].decode().split()
        at = start + int(size) + 1
        if kind == wanted:
            found[oid] = every[start : at - 1]
    return found
