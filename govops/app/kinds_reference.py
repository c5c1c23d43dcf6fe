"""The page docs/reference/kinds.md: every built-in kind, from the descriptions of its models' fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from govops.kinds import KINDS, Kind, json_schema

_HEAD = """\
# Kinds

What may be written in YAML. Every file has the same envelope, and its path follows from its kind and its name:

```yaml
apiVersion: govops/v1
kind: Model
metadata:
  name: churn-outlook     # a-z, 0-9 and `-`, at most 63
  labels: {team: pricing} # optional, for your own filtering
spec: {}                  # what the tables below list
```

Fields that are not listed are refused. `govops schema KIND` prints the JSON Schema of a kind, with the exact patterns
and limits; editors use the copies in [`schemas/`](../../schemas). This page is made from the code by `make docs`.

PolicyTest and EscalationRule are validated and judged as policy changes; no verdict rests on what they say.
"""
_OPEN = "map"
Schema = Mapping[str, Any]


def kinds_page() -> str:
    """The whole page as Markdown: a table of kinds, then each kind with the fields of its ``spec``."""
    rows = [f"| [`{kind.name}`](#{kind.name.lower()}) | `{kind.pattern}` | {_about(kind)} |" for kind in KINDS]
    table = ["| kind | path | what it is |", "|---|---|---|", *rows, ""]
    return "\n".join([_HEAD, *table, *(_section(kind) for kind in KINDS)])


def _about(kind: Kind) -> str:
    return _cell(json_schema(kind)["description"].split("\n")[0])


def _section(kind: Kind) -> str:
    schema = json_schema(kind)
    definitions: Schema = schema.get("$defs", {})
    spec = _resolved(schema["properties"]["spec"], definitions)
    rows = [*_metadata(schema, definitions), *_rows(spec, definitions, "")]
    lines = [f"## {kind.name}", "", f"{schema['description']}", "", f"Path: `{kind.pattern}`", ""]
    return "\n".join([*lines, "| field of `spec` | type | needed | meaning |", "|---|---|---|---|", *rows, ""])


def _metadata(schema: Schema, definitions: Schema) -> Iterator[str]:
    """What the kind's metadata has beside a name and labels."""
    metadata = _resolved(schema["properties"]["metadata"], definitions)
    extra = {name: field for name, field in metadata["properties"].items() if name not in ("name", "labels")}
    yield from _fields(extra, metadata.get("required", ()), definitions, "metadata.")


def _rows(shape: Schema, definitions: Schema, prefix: str) -> Iterator[str]:
    yield from _fields(shape.get("properties", {}), shape.get("required", ()), definitions, prefix)


def _fields(fields: Mapping[str, Schema], required: Any, definitions: Schema, prefix: str) -> Iterator[str]:
    for name, field in fields.items():
        inner, suffix = _inner(field, definitions)
        described = field.get("description") or (inner or {}).get("description", "")
        needed = "yes" if name in required else _default(field)
        yield f"| `{prefix}{name}` | {_type(field, definitions)} | {needed} | {_cell(described)} |"
        if inner is not None:
            yield from _rows(inner, definitions, f"{prefix}{name}{suffix}.")


def _inner(field: Schema, definitions: Schema) -> tuple[Schema | None, str]:
    """The object that a field holds, alone or as the items of a list, with the suffix that says so."""
    found = _resolved(field, definitions)
    if found.get("type") == "array":
        items = _resolved(found.get("items", {}), definitions)
        return (items, "[]") if "properties" in items else (None, "")
    return (found, "") if "properties" in found else (None, "")


def _resolved(field: Schema, definitions: Schema) -> Schema:
    """What a field is once references are followed and the alternatives ``null`` and a fixed word are left out."""
    if "$ref" in field:
        return _resolved(definitions[field["$ref"].rpartition("/")[2]], definitions)
    others = [one for one in field.get("anyOf", ()) if one.get("type") != "null" and "const" not in one]
    return _resolved(others[0], definitions) if len(others) == 1 else field


def _type(field: Schema, definitions: Schema) -> str:
    words = [f"`{one['const']}`" for one in field.get("anyOf", ()) if "const" in one]
    return " or ".join([*words, _plain_type(_resolved(field, definitions), definitions)])


def _plain_type(found: Schema, definitions: Schema) -> str:
    if "const" in found:
        return f"`{found['const']}`"
    if "enum" in found:
        return " · ".join(f"`{word}`" for word in found["enum"])
    if "anyOf" in found:
        return " or ".join(
            dict.fromkeys(_plain_type(_resolved(one, definitions), definitions) for one in found["anyOf"])
        )
    if found.get("type") == "array":
        return f"list of {_plain_type(_resolved(found.get('items', {}), definitions), definitions)}"
    if found.get("type") == "object" or "type" not in found:
        return _OPEN
    named = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` · `false`"}
    return f"{named[found['type']]}{_bounds(found)}"


def _bounds(found: Schema) -> str:
    low, high = found.get("minimum"), found.get("maximum")
    if low is None or high is None:
        return f", at least {low}" if low is not None else ""
    return "" if high >= 2**53 else f", {low} to {high}"


def _default(field: Schema) -> str:
    value = field.get("default")
    if value is None or value in ([], {}, ""):
        return "no"
    if isinstance(value, list):
        return f"no: {', '.join(f'`{item}`' for item in value)}"
    if isinstance(value, bool):
        return f"no: `{str(value).lower()}`"
    return f"no: `{value}`"


def _cell(text: str) -> str:
    return text.replace("\n", " ").replace("|", "\\|")
