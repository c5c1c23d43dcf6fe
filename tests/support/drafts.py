"""A draft as a commit of its own on a branch, and what the gate takes it for."""

from __future__ import annotations

from govops.app.gate import outlook
from govops.app.governance import Actor, Draft
from govops.git import NewCommit, Stamp, Store
from govops.outlook import Outlook
from govops.workspace import Asked
from tests.support.world import World

AT = "2026-03-01T00:00:00Z"


def actor(world: World, name: str) -> Actor:
    """One of the cast, as a server knows them."""
    return Actor(name, world.account(name))


def judged(world: World, draft: Draft) -> Outlook:
    """What the gate says of the draft, nobody having approved it."""
    who = Stamp("Alice Adams", "alice@acme.example", 1772323200)
    with Store.open(world.path) as store:
        head = store.commit(NewCommit(f"{draft.title}\n", who, (world.main,), draft.files))
    return outlook(Asked(world.path, AT, head=head))


def acts(found: Outlook) -> list[str]:
    """The actions, as ``action name``."""
    return [f"{one.name} {one.resource.partition('/')[2]}" for one in found.change.actions]
