"""What a policy takes: every way in which it can come together, and in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from govops.kinds.approvals import Approvals


@dataclass(frozen=True, slots=True)
class Need:
    """So many approvals by distinct people who hold a role or a permission."""

    count: int
    role: str | None = None
    permission: str | None = None

    @property
    def text(self) -> str:
        """In words: ``2 approvals by role approver``."""
        return f"{self.count} approval{'s' if self.count > 1 else ''} by {holder(self.role, self.permission)}"


Way = tuple[Need, ...]
"""Needs that all have to be met, each by people of its own."""


def holder(role: str | None, permission: str | None) -> str:
    """``role approver``, ``permission model:approve``."""
    return f"role {role}" if role else f"permission {permission}"


def ways_of(items: Iterable[Approvals]) -> tuple[Way, ...]:
    """Every way to give what all the items take, each once, in the order of the file; for no items the empty way.

    How many there are at most, the kind says.
    """
    ways: list[Way] = [()]
    for item in items:
        own = [way for one in item.alternatives for way in ways_of(one)] if item.any_of else [(_need(item),)]
        ways = [(*way, *more) for way in ways for more in own]
    return tuple(dict.fromkeys(ways))


def words(items: Iterable[Approvals]) -> str:
    """``1 approval by role approver, and either 2 by role analyst or 1 by permission model:approve``."""
    items = tuple(items)
    texts = [f"either {_choice(item)}" if item.any_of else _need(item).text for item in items]
    if items and items[0].any_of:
        texts[0] = texts[0].replace(" by ", " approvals by ", 1).replace("1 approvals", "1 approval")
    return (", and " if any(item.any_of for item in items) else " and ").join(texts) or "no approval"


def _choice(item: Approvals) -> str:
    return " or ".join(_alternative(one) for one in item.alternatives)


def _alternative(items: tuple[Approvals, ...]) -> str:
    parts = [f"(either {_choice(item)})" if item.any_of else _briefly(item) for item in items]
    return f"({' and '.join(parts)})" if len(parts) > 1 else parts[0]


def _briefly(item: Approvals) -> str:
    return f"{item.count} by {holder(item.role, item.permission)}"


def _need(item: Approvals) -> Need:
    return Need(item.count, item.role, item.permission)
