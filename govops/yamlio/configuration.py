"""A file that is no resource, such as a configuration, as a model of its own."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from govops.finding import Finding
from govops.yamlio.findings import findings
from govops.yamlio.places import places
from govops.yamlio.reader import read
from govops.yamlio.validation import problems_of

_Model = TypeVar("_Model", bound=BaseModel)


def read_as(model: type[_Model], data: bytes, *, path: str) -> tuple[_Model | None, tuple[Finding, ...]]:
    """The document as ``model``, or None and what is wrong with it, in the order of the file.

    The same strict YAML as that of resources. ``path`` is only named in the findings.
    """
    reading = read(data, path=path)
    if reading.value is None:
        return None, reading.findings
    try:
        return model.model_validate(reading.value), ()
    except ValidationError as error:
        problems, more = problems_of(error, model=model, document=reading.value, known=places(data))
        return None, findings(problems, data=data, path=path, more=more)
