"""A history made again with other content, as a tool that expunges does it, and the tombstones for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.world import World


@dataclass
class Rewrite:
    """The branch made again with other content; ``commits`` are old to new, ``content`` is as tombstones tell it."""

    world: World
    commits: dict[str, str]
    content: list[dict[str, str | None]]

    def sign(self, person: str, *, signer: str | None = None, **changed: Any) -> None:
        """The person's tombstone, signed with their own key or another one."""
        facts = {
            "type": "govops/tombstone/v1",
            "repository": self.world.repository,
            "branch": self.world.branch,
            "person": person,
            "reason": "A court ordered it",
            "at": self.world.clock.tick(),
            "commits": [{"old": old, "new": new} for old, new in self.commits.items()],
            "content": self.content,
        }
        self.world.evidence.add(facts | changed, signer=signer or person)


def rewritten(world: World, path: str, becomes: bytes | None) -> Rewrite:
    """Every commit of the branch again, with something else wherever ``path`` had content."""
    new = None if becomes is None else world.objects.blob(becomes)
    old, mapped = _chain(world), dict[str, str]()
    content: dict[str, str | None] = {}
    for oid in old:
        node = world.node(oid)
        tree = dict(node.tree)
        if path in tree:
            content[tree[path][1]] = new
            if new is None:
                del tree[path]
            else:
                tree[path] = (tree[path][0], new)
        parents = [mapped.get(parent, parent) for parent in node.parents]
        if (tree, tuple(parents)) == (node.tree, node.parents):
            continue
        mapped[oid] = world.commit(tree, parents, message=node.message, author=node.author)
    world.advance(mapped[old[-1]])
    return Rewrite(world, mapped, [{"path": path, "old": was, "new": new} for was in content])


def _chain(world: World) -> list[str]:
    found: list[str] = []
    at = world.main
    while at:
        found.append(at)
        parents = world.node(at).parents
        at = parents[0] if parents else ""
    return found[::-1]
