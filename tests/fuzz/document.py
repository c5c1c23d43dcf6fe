"""YAML: a value on which all readers agree, and which is written and read back, or findings that show where."""

from __future__ import annotations

import re

from govops.yamlio import dump, load, read
from govops.yamlio.places import places
from tests.support.yaml_readers import agreed

_PATH = re.compile(rb"# path: ([ -~]+)\n")  # as the examples say where they belong


def check(data: bytes) -> None:
    """Also against the kind whose path the first line states."""
    reading = read(data, path="x")
    assert (reading.value is None) == bool(reading.findings)
    assert all(finding.line and finding.column and finding.hint for finding in reading.findings)
    known = places(data)
    stated = _PATH.match(data)
    loaded = load(data, path=stated[1].decode() if stated else "registry/models/a/model.yaml")
    assert (loaded.resource is None) == bool(loaded.findings)
    assert all(len(finding.message) <= 500 for finding in loaded.findings)
    if reading.value is not None:
        agreed(data.decode(), reading.value)
        assert all((key,) in known for key in reading.value)
        assert read(dump(reading.value).encode()).value == reading.value
