"""The files of a new governed repository, as text. Settings come last: they are what adopts govops."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govops.app.ci import COMMITTERS, RECORDER, CiForge, ci_files
from govops.app.example import example_company
from govops.app.init.starting_policies import starting_policies
from govops.app.people.draft import Draft
from govops.app.resource_files import resource_file
from govops.app.schemas import all_schemas

SETTINGS = "policies/govops.yaml"
EDITION = "2026.1"


@dataclass(frozen=True, slots=True)
class Scaffold:
    """What a new repository says of itself. ``merge_bot`` is the address that writes trailers, where those count.

    ``ci`` is the forge whose CI runs govops there, and ``recorder`` the public key line of what it then records with.
    """

    name: str
    repository: str
    branch: str
    people: tuple[Draft, ...]
    single_maintainer: bool
    evidence: str = "signature"
    merge_bot: str | None = None
    example: bool = False
    schemas: bool = True
    ci: CiForge | None = None
    recorder: str | None = None


def files_of(wanted: Scaffold) -> dict[str, str]:
    """Path -> text, in the order in which to write them. UsageError for values that Settings or a User refuse."""
    files: dict[str, str] = {}
    if wanted.schemas:
        files.update({f"schemas/{name}": text for name, text in all_schemas().items()})
    files.update(_example() if wanted.example else _roles())
    if not wanted.example:
        files.update(resource_file("ApprovalPolicy", name, spec) for name, spec in starting_policies())
    files.update(person.file() for person in wanted.people)
    if wanted.ci is not None:
        files.update(ci_files(wanted.ci, branch=wanted.branch))
    path, text = _settings(wanted)
    files.pop(path, None)
    files[path] = text
    return files


def _example() -> dict[str, str]:
    """The example company, Settings and all."""
    company = example_company()
    files = (file for root in ("registry", "policies") for file in sorted((company / root).rglob("*")))
    return {file.relative_to(company).as_posix(): _text(file) for file in files if file.is_file()}


def _roles() -> dict[str, str]:
    """The five roles, which the example company has in the same words."""
    company = example_company()
    return {
        file.relative_to(company).as_posix(): _text(file)
        for file in sorted((company / "registry/roles").glob("*.yaml"))
    }


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _settings(wanted: Scaffold) -> tuple[str, str]:
    spec: dict[str, Any] = {
        "repository": wanted.repository,
        "protected_branch": wanted.branch,
        "evidence_branch": "govops/evidence",
        "edition": EDITION,
        "evidence": _evidence(wanted),
        "single_maintainer": wanted.single_maintainer,
    }
    if wanted.ci is not None:
        spec["forge"] = {"type": wanted.ci, "committers": list(COMMITTERS[wanted.ci])}
    if wanted.recorder is not None:
        spec["recorders"] = [{"name": RECORDER, "key": wanted.recorder}]
    return resource_file("Settings", wanted.name, spec)


def _evidence(wanted: Scaffold) -> dict[str, Any]:
    if wanted.evidence == "trailer":
        trailers = {"keys": ["Reviewed-by"], "committers": [wanted.merge_bot]}
        return {"mode": "trailer", "accept": ["trailer", "signature"], "contributors": "claimed", "trailers": trailers}
    accept = ["signature"] if wanted.evidence == "signature" else ["receipt", "signature"]
    return {"mode": wanted.evidence, "accept": accept, "contributors": "attested"}
