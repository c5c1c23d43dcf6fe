"""Resources that govops writes for people: the file's path, and its text with the schema line for editors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from govops import yamlio
from govops.errors import UsageError
from govops.kinds.paths import PATTERNS, fill

_VARIABLE = re.compile(r"\{([a-z]+)\}")


def resource_file(
    kind: str, name: str, spec: Mapping[str, Any], *, labels: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """(path, text) of a resource that ``govops validate`` accepts as far as one file can tell.

    ``name`` is compound where the path has more than one variable part: ``fraud/1.0.0`` for a ModelVersion. Empty
    lists and fields that are None are left out. UsageError for what the kind refuses.
    """
    path = fill(kind, name)
    if path is None:
        raise UsageError(f"'{name[:60]}' cannot be the name of a {kind}")
    kept = {key: value for key, value in spec.items() if value is not None and value not in ([], ())}
    metadata = {**_named(kind, name), **({"labels": labels} if labels else {})}
    value = {"apiVersion": "govops/v1", "kind": kind, "metadata": metadata, "spec": kept}
    text = schema_line(kind, path) + yamlio.dump(value)
    for finding in yamlio.load(text.encode("utf-8", "surrogatepass"), path=path).findings:
        raise UsageError(f"{path}: {finding.message}", hint=finding.hint)
    return path, text


def _named(kind: str, name: str) -> dict[str, str]:
    """What of a compound name stands in the metadata."""
    parts = dict(zip(_VARIABLE.findall(PATTERNS[kind]), name.split("/"), strict=False))
    return {key: parts[key] for key in ("name", "version") if key in parts} or {"name": name}


def schema_line(kind: str, path: str) -> str:
    """The comment by which editors with a YAML language server find the kind's JSON Schema in ``schemas/``."""
    return f"# yaml-language-server: $schema={'../' * path.count('/')}schemas/{kind}.schema.json\n"
