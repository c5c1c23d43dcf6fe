"""Resources that govops writes for people: the file's path, and its text with the schema line for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govops import yamlio
from govops.errors import UsageError
from govops.kinds.paths import fill


def resource_file(
    kind: str, name: str, spec: Mapping[str, Any], *, labels: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """(path, text) of a resource that ``govops validate`` accepts as far as one file can tell.

    Empty lists and fields that are None are left out. UsageError for what the kind refuses.
    """
    path = fill(kind, name)
    if path is None:
        raise UsageError(f"'{name[:60]}' cannot be the name of a {kind}")
    kept = {key: value for key, value in spec.items() if value is not None and value != []}
    metadata = {"name": name, **({"labels": labels} if labels else {})}
    value = {"apiVersion": "govops/v1", "kind": kind, "metadata": metadata, "spec": kept}
    text = schema_line(kind, path) + yamlio.dump(value)
    for finding in yamlio.load(text.encode("utf-8", "surrogatepass"), path=path).findings:
        raise UsageError(f"{path}: {finding.message}", hint=finding.hint)
    return path, text


def schema_line(kind: str, path: str) -> str:
    """The comment by which editors with a YAML language server find the kind's JSON Schema in ``schemas/``."""
    return f"# yaml-language-server: $schema={'../' * path.count('/')}schemas/{kind}.schema.json\n"
