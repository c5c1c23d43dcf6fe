"""How a value from a file is shown in a message: quoted, cut and escaped."""

from __future__ import annotations

LONGEST = 60


def quoted(value: object) -> str:
    """The value between backticks, at most 60 characters of it, nothing that a terminal would obey."""
    text = str(value)
    shown = text[:LONGEST] + ("…" if len(text) > LONGEST else "")
    return "`" + "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in shown) + "`"
