"""OpenSLO files: written from the agreements that stand, and read into a branch that proposes agreements."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govops import yamlio
from govops.app.proposing.branches import put
from govops.app.resource_files import resource_file
from govops.app.sla.standing import standing
from govops.errors import UsageError
from govops.sla.openslo import Draft, Given, exported, imported
from govops.workspace.opening import open_branches

LARGEST_FILE = 4 * 1024 * 1024  # bytes; one document of it has at most what a resource may have

_MARK = re.compile(rb"^---(?:[ \t].*)?$", re.MULTILINE)
_EMPTY = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\n?)*")


@dataclass(frozen=True, slots=True)
class OpenSlo:
    """A file of OpenSLO documents, "" where there is none; ``unsaid`` is what it does not say of which agreement."""

    text: str
    unsaid: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProposedAgreements:
    """The files of a new branch, path to text, and what of the documents they do not say; no branch without files."""

    branch: str
    onto: str
    files: Mapping[str, str]
    unsaid: tuple[str, ...]


def export(repository: Path, names: Collection[str] = (), *, ref: str | None = None) -> OpenSlo:
    """The agreements of these names, or all, as OpenSLO; each Service once."""
    documents, unsaid = dict[str, str](), list[str]()
    for stood in standing(repository, names, ref=ref):
        made = exported(stood.agreement)
        unsaid += [f"{stood.agreement.metadata.name}: {reason}" for reason in made.unsaid]
        for document in made.documents:
            documents[f"{document['kind']}/{document['metadata']['name']}"] = yamlio.dump(document)
    return OpenSlo("---\n".join(documents.values()), tuple(unsaid))


def propose(repository: Path, file: Path, given: Given) -> ProposedAgreements:
    """Write the agreements of a file to the new branch ``sla-import-NAME``, NAME being the first one's.

    UsageError where the file cannot be read whole, an agreement stands already, or would not be valid.
    """
    made = imported(documents_of(file), given)
    files = dict(_file(draft) for draft in made.drafts)
    if not files:
        return ProposedAgreements("", "", {}, made.unsaid)
    with open_branches(repository) as (room, protected, _):
        for path in files:
            if room.entry(protected.tip, path) is not None:
                raise UsageError(f"{path} is there already", hint="give the SLO another name, or edit that file")
    names = [draft.name for draft in made.drafts]
    branch = f"sla-import-{names[0]}"
    put(repository, branch, files, f"Import {', '.join(names)} from OpenSLO", onto=protected.tip)
    return ProposedAgreements(branch, protected.ref, files, made.unsaid)


def documents_of(file: Path) -> tuple[dict[str, Any], ...]:
    """Every document of a YAML file, by the strict reader. UsageError for the first that it refuses, with its place."""
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UsageError(f"could not read {file}: {error.strerror}") from error
    if len(data) > LARGEST_FILE:
        raise UsageError(f"{file} has more than {LARGEST_FILE} bytes", hint="split it")
    return tuple(_documents(file, data))


def _documents(file: Path, data: bytes) -> Iterator[dict[str, Any]]:
    marks = [mark.span() for mark in _MARK.finditer(data)]
    starts, ends = [0, *(end for _, end in marks)], [*(start for start, _ in marks), len(data)]
    for start, end in zip(starts, ends, strict=True):
        content = data[start:end]
        if _EMPTY.fullmatch(content):
            continue
        lines = data.count(b"\n", 0, start)
        reading = yamlio.read(b"\n" * lines + content, path=str(file))
        if reading.value is None:
            finding = reading.findings[0]
            raise UsageError(f"{file}:{finding.line}:{finding.column}: {finding.message}", hint=finding.hint)
        yield reading.value


def _file(draft: Draft) -> tuple[str, str]:
    return resource_file("ServiceLevelAgreement", draft.name, draft.spec, labels=draft.labels)
