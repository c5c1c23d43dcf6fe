"""Markdown that has to fit into one comment of a forge."""

from __future__ import annotations

from collections.abc import Sequence


def fitted(sections: Sequence[str], limit: int) -> str:
    """Sections with blank lines between them; those that do not fit are left out whole, the first one never.

    The last section is kept if there is room, since it says where the rest can be read.
    """
    first, *middle, last = (*sections, "") if len(sections) == 1 else tuple(sections)
    kept, room = [first], limit - len(first) - len(last) - 200
    left_out = 0
    for section in middle:
        if len(section) + 1 > room:
            left_out += 1
            continue
        kept.append(section)
        room -= len(section) + 1
    if left_out:
        kept.append(f"{left_out} more section{'s' if left_out > 1 else ''} did not fit: see the job's own report.\n")
    return "\n".join([*kept, last] if last else kept)
