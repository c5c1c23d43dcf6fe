"""Change a few fields of a YAML file and nothing else: comments, order and spelling of the rest survive."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from govops.errors import UsageError
from govops.yamlio.reader import read
from govops.yamlio.writer import dump

if TYPE_CHECKING:
    from ruamel.yaml import YAML

_WIDEST = 2**31  # text is never folded
_LAYOUTS = ((4, 2), (2, 0))  # lists are indented under their key, or not
_BY_HAND = "edit the file by hand"


def edited(
    text: str, fields: Mapping[tuple[str, ...], Any], *, path: str, without: Iterable[tuple[str, ...]] = ()
) -> str:
    """The text with these fields set, each by its place such as ``("spec", "status")``, the last part of which may be
    new; and without those others, if they are there.

    UsageError where the text is no YAML as govops reads it, has no such place, or is laid out so that other lines would
    change.
    """
    before = read(text.encode("utf-8", "surrogateescape"))
    if before.value is None:
        raise UsageError(f"{path} cannot be read: {before.findings[0].message}", hint=f"see `govops validate {path}`")
    wanted = _plain(before.value)
    yaml, document = _understood(text, path)
    for place, value in fields.items():
        _set(wanted, place, _plain(value), path)
        _set(document, place, _spelled(value), path)
    for place in without:
        _remove(wanted, place)
        _remove(document, place)
    after = _written(yaml, document)
    _refuse_more(text, after, path)
    if read(after.encode("utf-8", "surrogateescape")).value != wanted:
        raise UsageError(f"{path} would not say what was asked for after the edit", hint=_BY_HAND)
    return after


def _understood(text: str, path: str) -> tuple[YAML, Any]:
    """The document, and a writer that gives the very text back."""
    from ruamel.yaml import YAML

    for sequence, offset in _LAYOUTS:
        yaml = YAML(typ="rt")
        yaml.preserve_quotes, yaml.width = True, _WIDEST
        yaml.indent(mapping=2, sequence=sequence, offset=offset)
        document = yaml.load(text)
        if _written(yaml, document) == text:
            return yaml, document
    raise UsageError(f"an edit of {path} would change its layout", hint=_BY_HAND)


def _written(yaml: YAML, document: Any) -> str:
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _set(root: Any, place: tuple[str, ...], value: Any, path: str) -> None:
    here = root
    for key in place[:-1]:
        here = here.get(key) if isinstance(here, dict) else None
    if not isinstance(here, dict):
        raise UsageError(f"{path} has no `{'.'.join(place[:-1])}`", hint=f"see `govops validate {path}`")
    here[place[-1]] = value


def _remove(root: Any, place: tuple[str, ...]) -> None:
    here = root
    for key in place[:-1]:
        here = here.get(key) if isinstance(here, dict) else None
    if isinstance(here, dict):
        here.pop(place[-1], None)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _spelled(value: Any) -> Any:
    """New values in quotes wherever readers of YAML could take them for something else."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, Mapping):
        return {key: _spelled(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_spelled(item) for item in value]
    quoted = isinstance(value, str) and dump({"value": value}) != f"value: {value}\n"
    return DoubleQuotedScalarString(value) if quoted else value


def _refuse_more(before: str, after: str, path: str) -> None:
    """A comment beside a value that is replaced may be lost: then somebody has to look."""
    if set(_comments(before)) - set(_comments(after)):
        raise UsageError(f"the edit of {path} would lose a comment", hint=_BY_HAND)


def _comments(text: str) -> Iterator[str]:
    """What stands behind a `#`, be it a comment or not."""
    for line in text.splitlines():
        _, sign, rest = line.partition("#")
        if sign:
            yield rest
