"""How a value from a file is shown in a message: quoted, cut and escaped."""

from __future__ import annotations

import json

LONGEST = 60


def quoted(value: object) -> str:
    """The value between backticks, at most 60 characters of it, nothing that a terminal would obey."""
    text = json.dumps(value, ensure_ascii=False, default=str) if _is_spelled_otherwise(value) else str(value)
    shown = text[:LONGEST] + ("…" if len(text) > LONGEST else "")
    return "`" + "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in shown) + "`"


def _is_spelled_otherwise(value: object) -> bool:
    """Whether Python writes the value in another way than YAML and JSON do."""
    return value is None or isinstance(value, bool | dict | list)
