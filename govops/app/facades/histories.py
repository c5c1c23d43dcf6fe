"""What became of a version: every step of its file, and where it came to run and went again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from govops.app.facades.reading import every, item
from govops.app.governance import NotFoundError
from govops.app.indexing import Current
from govops.kinds.quoting import quoted

_ENVIRONMENTS = ("staging", "production")


def of_version(now: Current, at: int, model: str, version: str) -> list[dict[str, Any]]:
    """The actions of its changes, oldest first, each with who opened, approved and landed the change.

    NotFoundError if there never was such a version.
    """
    own = [*every(now, "events", {"resource": f"ModelVersion/{model}/{version}"}, at)]
    if not own and now.reader.one("model_versions", {"model": model, "version": version}, at=at) is None:
        raise NotFoundError(f"there is no version {quoted(f'{model}/{version}')}", hint="mind the names")
    found = [*own, *_moves(now, at, model, version)]
    return [_told(now, at, row) for row in sorted(found, key=lambda row: (row["position"], row["number"]))]


def _moves(now: Current, at: int, model: str, version: str) -> Iterator[dict[str, Any]]:
    """The actions by which the version came to run somewhere, or went."""
    for environment in _ENVIRONMENTS:
        where = {"environment": environment, "model": model}
        moves = sorted(every(now, "deployment_history", where, at), key=lambda row: row["position"])
        before = ["", *(row["version"] for row in moves)]
        turns = {row["position"] for row, left in zip(moves, before, strict=False) if version in (row["version"], left)}
        for row in every(now, "events", {"resource": f"Deployment/{environment}/{model}"}, at):
            if row["position"] in turns:
                yield row


def _told(now: Current, at: int, row: dict[str, Any]) -> dict[str, Any]:
    change = now.reader.one("changes", {"commit": row["commit_id"]}, at=at) or {}
    approvers = sorted({name for one in change.get("requirements") or () for name in one["counted"]})
    who = {name: change.get(name, "") for name in ("proposal", "opener", "merger")}
    return {**item(row), **who, "approvers": approvers}
