"""A file of a repository as the resource that its path promises, or everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from govops.finding import Finding
from govops.kinds import API_VERSION, KINDS, Kind, Resource, key_at, kind_at, kind_named, path_of
from govops.kinds.custom import CustomKind, CustomResource
from govops.yamlio.characters import escape, quoted
from govops.yamlio.expressions import expression_problems
from govops.yamlio.findings import findings
from govops.yamlio.imagined import imagined_problems
from govops.yamlio.places import Field, Place, find, places
from govops.yamlio.problem import Problem
from govops.yamlio.reader import MAX_BYTES, read
from govops.yamlio.suggestion import did_you_mean, suggest
from govops.yamlio.validation import dotted, problems_of, value_in

_WITH_EXPRESSIONS = frozenset({"Rule", "ApprovalPolicy"})
_VARIABLE = re.compile(r"\{([a-z]+)\}")
_NEWER = re.compile(r"govops/v([0-9]{1,4})(?:(?:alpha|beta)[0-9]{1,4})?", re.ASCII)
# The fields that the variable parts of a path repeat.
_IN_PATH: dict[str, Field] = {
    "name": ("metadata", "name"),
    "version": ("metadata", "version"),
    "environment": ("spec", "environment"),
    "sla": ("spec", "sla"),
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """``resource`` is None exactly if there are findings."""

    resource: Resource | CustomResource | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    """A file that was read as YAML; ``known`` is where its fields stand."""

    path: str
    data: bytes
    document: Mapping[str, Any]
    known: Mapping[Field, Place]

    def problem(self, rule: str, field: Field, message: str, hint: str, *, key: bool = False) -> Problem:
        line, column = find(self.known, field, key=key) or (1, 1)
        name = dotted(field)
        return Problem(rule, f"{name}: {message}" if name else message, hint, line, column, subject=name)

    def refused(self, problems: Sequence[Problem], *, more: int = 0) -> Loaded:
        return Loaded(None, findings(problems, data=self.data, path=self.path, more=more))


def load(data: bytes, *, path: str, custom: Sequence[CustomKind] = (), max_bytes: int = MAX_BYTES) -> Loaded:
    """Read, validate, and compare with the path. Any bytes give a resource or findings, never an exception.

    ``path`` is relative to the repository, with ``/``. ``custom`` are the kinds that the repository defines itself; the
    built-in ones come first. Findings are in the order of the file, at most twenty and one that counts the others.
    """
    reading = read(data, path=path, max_bytes=max_bytes)
    if reading.value is None:
        return Loaded(None, reading.findings)
    kind = kind_at(path)
    if kind is not None:
        return _load_built_in(kind, reading.value, data=data, path=path)
    for own in custom:
        name = own.match(path)
        if name is not None:
            return _load_custom(own, name, reading.value, data=data, path=path)
    return _load_nowhere(_File(path, data, reading.value, places(data)), custom)


def _load_built_in(kind: Kind, document: dict[str, Any], *, data: bytes, path: str) -> Loaded:
    try:
        resource = kind.model.model_validate(document)
    except ValidationError as error:
        return _explain(kind, error, _File(path, data, document, places(data)))
    if path_of(resource) != path:
        file = _File(path, data, document, places(data))
        return file.refused([_wrong_place(file, kind, resource)])
    problems = _inside(resource, data)
    return _File(path, data, document, {}).refused(problems) if problems else Loaded(resource)


def _inside(resource: Resource, data: bytes) -> list[Problem]:
    """What is wrong with the expressions and the documents within a document."""
    if resource.kind in _WITH_EXPRESSIONS:
        return list(expression_problems(resource, data=data))
    return list(imagined_problems(resource, data=data)) if resource.kind == "PolicyTest" else []


def _explain(kind: Kind, error: ValidationError, file: _File) -> Loaded:
    """The envelope first: fields are only judged by the kind and version that the file says it has."""
    envelope = [problem for problem in (_version_problem(file), _kind_problem(file, kind)) if problem]
    if any(problem.rule == "wrong-path" or problem.subject == "apiVersion" for problem in envelope):
        return file.refused(envelope)
    problems, more = problems_of(error, model=kind.model, document=file.document, known=file.known)
    if envelope:
        problems = [problem for problem in problems if problem.subject != "kind"]
    return file.refused([*envelope, *problems], more=more)


def _version_problem(file: _File) -> Problem | None:
    version = file.document.get("apiVersion", API_VERSION)
    if version == API_VERSION:
        return None
    newer = _NEWER.fullmatch(version) if isinstance(version, str) else None
    field = ("apiVersion",)
    if newer and int(newer[1]) > 1:
        message = f"{quoted(str(version))} is newer than this govops reads"
        return file.problem("unknown-kind", field, message, "upgrade govops")
    return file.problem("unknown-kind", field, f"{_shown(version)} is unknown", f"write `{API_VERSION}`")


def _kind_problem(file: _File, expected: Kind | CustomKind) -> Problem | None:
    written = file.document.get("kind", expected.name)
    if written == expected.name:
        return None
    known = kind_named(written) if isinstance(written, str) else None
    if known is not None:
        message = f"{quoted(known.name)} does not stand here, where files are of the kind {expected.name}"
        return file.problem("wrong-path", ("kind",), message, f"move it to {known.pattern}")
    hint = did_you_mean(written, [expected.name]) or f"files at this path are of the kind {expected.name}"
    return file.problem("unknown-kind", ("kind",), f"{_shown(written)} is not a kind", hint)


def _wrong_place(file: _File, kind: Kind, resource: Resource) -> Problem:
    """Points at the first field that says something else than the path does."""
    here = key_at(file.path)
    parts = zip(_VARIABLE.findall(kind.pattern), here.name.split("/") if here else (), strict=False)
    differing = [(_IN_PATH[part], said) for part, said in parts if value_in(file.document, _IN_PATH[part]) != said]
    field, said = differing[0] if differing else (_IN_PATH["name"], "something else")
    message = f"{_shown(value_in(file.document, field))} belongs at {path_of(resource)}, not at this path"
    return file.problem("wrong-path", field, message, f"the path says {quoted(said)}: correct it, or move the file")


def _load_nowhere(file: _File, custom: Sequence[CustomKind]) -> Loaded:
    """No kind claims the path; what the file says of itself tells where it belongs."""
    version = _version_problem(file)
    if version:
        return file.refused([version])
    written = file.document.get("kind")
    patterns = {kind.name: kind.pattern for kind in KINDS} | {kind.name: kind.pattern for kind in custom}
    if isinstance(written, str) and written in patterns:
        message = f"a {escape(written)} does not stand at this path"
        return file.refused([file.problem("wrong-path", ("kind",), message, f"move it to {patterns[written]}")])
    if written is None:
        message, hint = "no kind has files at this path", "compare it with the paths that `govops schema` lists"
        return file.refused([file.problem("wrong-path", (), message, hint)])
    hint = suggest(written, list(patterns), what="kinds")
    return file.refused([file.problem("unknown-kind", ("kind",), f"{_shown(written)} is not a kind", hint)])


def _load_custom(kind: CustomKind, name: str, document: dict[str, Any], *, data: bytes, path: str) -> Loaded:
    faults = kind.validate(document)
    identity = None if faults else kind.identity(document)
    if not faults and (identity is None or identity[1] == name):
        return Loaded(CustomResource(kind.name, name, document))
    file = _File(path, data, document, places(data))
    problems: list[Problem] = []
    if kind.spec.envelope:
        problems = [problem for problem in (_version_problem(file), _kind_problem(file, kind)) if problem]
    told = {problem.subject for problem in problems}
    problems += [_custom_problem(kind, file, field, said) for field, said in faults if dotted(field) not in told]
    if identity is not None:
        message = f"{_shown(identity[1])} does not match the file's name, which says {quoted(name)}"
        problems.append(file.problem("wrong-path", identity[0], message, "correct it, or rename the file"))
    return file.refused(problems)


def _custom_problem(kind: CustomKind, file: _File, field: Field, message: str) -> Problem:
    is_unknown = message.startswith("unknown field")
    top = ("spec",) if kind.spec.envelope else ()
    known = kind.spec.schema_.get("properties", {}) if is_unknown and field[:-1] == top else {}
    hint = did_you_mean(field[-1] if field else "", list(known)) or _remedy(
        kind, value_in(file.document, field), message
    )
    return file.problem("invalid-resource", field, message, hint, key=is_unknown)


def _remedy(kind: CustomKind, value: Any, message: str) -> str:
    if isinstance(value, bool | int | float) and message.endswith("is not of the type `string`"):
        return "put it in quotes, so that it is read as text"
    return f"see `spec.schema` in the KindDefinition of {kind.name}"


def _shown(value: Any) -> str:
    return "null" if value is None else quoted(str(value))
