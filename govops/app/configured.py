"""Read a configuration file as a model, or say what is wrong with it, and where."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from govops.errors import UsageError
from govops.yamlio.configuration import read_as

_Model = TypeVar("_Model", bound=BaseModel)
_SIZE = 256 * 1024


def configured(model: type[_Model], path: Path, *, hint: str) -> _Model:
    """What a file says. UsageError with every fault and its place, or with ``hint`` if it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(_SIZE + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", hint=hint) from error
    config, findings = read_as(model, data, path=path.name)
    if config is None:
        first, *more = findings
        also = "".join(f"; then {one.place}: {one.message}" for one in more)
        raise UsageError(f"{first.place}: {first.message}", hint=f"{first.hint}{also}")
    return config
