"""A short history with everything in it: allowed, refused, unproven, a merge, a deletion."""

from __future__ import annotations

from pathlib import Path

from tests.support.files import delete, deployment, incident, model, usecase, version
from tests.support.git import git
from tests.support.world import World


def told(path: Path, object_format: str = "sha1") -> World:
    """The story; its audit has approved, violating and undecidable changes."""
    world = World(path, object_format=object_format)
    change = world.propose("alice", "Register fraud", model("fraud"), version("fraud", "1.0"))
    change.approve("bob").merge("merge")
    world.propose("alice", "Approve it", version("fraud", "1.0", status="approved")).approve("bob").merge("squash")
    world.propose("alice", "Ship it", deployment("staging", "fraud", "1.0")).approve("bob").merge("rebase")
    world.propose("alice", "Use it", usecase("checks")).approve("alice").merge("merge")
    world.push("dave", incident("drift"), message="Pushed past everybody")
    world.push("dave", incident("outage"), message="Nobody recorded it", record=False)
    world.propose("alice", "Drop the use", delete(usecase("checks")[0])).approve("bob").merge("merge")
    return world


def checked_out(world: World) -> World:
    """The same with its files in the work tree."""
    git_dir = world.git_dir
    git(git_dir, f"--work-tree={world.path}", "read-tree", world.main)
    git(git_dir, f"--work-tree={world.path}", "checkout-index", "--all", "--force")
    return world
