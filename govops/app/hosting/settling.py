"""Put in order what was left undone: by a server that was stopped, or by changes that landed another way."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace

from govops.app.governance import Site
from govops.app.hosting.delivering import Hub, caught_up
from govops.app.hosting.landing import closed, conclude, record
from govops.app.hosting.scene import Scene, key_of, writing
from govops.forge.hosted import HostedProposal
from govops.git import Store
from govops.kinds.quoting import quoted
from govops.kinds.settings import SettingsSpec
from govops.workspace.hosted import HOSTED
from govops.workspace.leftovers import sweep
from govops.workspace.turns import in_turn


@dataclass(frozen=True, slots=True)
class Settled:
    """What was done. ``landed``, ``conflicted`` and ``found`` are ids of proposals; ``found`` had landed another way.

    ``is_recorded`` is False while a change still lacks its receipt. ``ignored`` are documents among the open ones that
    nobody believes, ``pending`` proposals that the forge has not got. ``swept`` is how many left-over files were
    removed.
    """

    landed: tuple[str, ...] = ()
    conflicted: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    is_recorded: bool = True
    ignored: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    swept: int = 0

    @property
    def warnings(self) -> tuple[str, ...]:
        """What somebody should hear of, for a log."""
        ignored = (
            f"{quoted(path)} on {HOSTED} counts for nothing: the server did not sign it" for path in self.ignored
        )
        pending = (f"proposal {id_} is kept here, and the forge has not got it yet" for id_ in self.pending)
        unrecorded = () if self.is_recorded else ("a change has no receipt yet: govops record says why",)
        return (*ignored, *pending, *unrecorded)


def settle(site: Site) -> Settled:
    """Receipts for all that landed, branches and documents in step, and whatever passes the gate by now lands.

    To be called when a server starts, and now and then. BusyError while somebody else writes all the time.
    """
    done, hub = writing(site, _catch_up)
    if hub is not None:
        hub.fetch()
        return replace(_elsewhere(site, hub.settings), swept=sweep(site.repository))
    if not done.is_recorded and site.key is not None:  # while others write: it may take long
        done = replace(done, is_recorded=record(site, site.key))
    waiting, standing = writing(site, _waiting)
    states = {id_: _again(site, id_) for id_ in waiting}
    if standing and done.is_recorded and {*states.values()} <= {"open"}:
        in_turn(site.repository, lambda turn: turn.settle(standing))
    return replace(
        done,
        landed=tuple(id_ for id_, state in states.items() if state == "merged"),
        conflicted=tuple(id_ for id_, state in states.items() if state == "conflicted"),
        swept=sweep(site.repository),
    )


def _catch_up(scene: Scene, store: Store) -> tuple[Settled, Hub | None] | None:
    """Close what landed another way, and put branches right; where there is a forge, that instead."""
    if scene.is_elsewhere:
        return Settled(), Hub(scene.site, scene.settings)
    key_of(scene.site, scene.settings)
    if scene.is_settled:
        return Settled(ignored=scene.branch.ignored), None
    found = [_found(scene, kept) for kept in scene.branch.open.values() if scene.has_landed(kept)]
    keeper = scene.keeper(store)
    if found and not keeper.keep(found, f"Close {len(found)} that landed another way"):
        return None
    if not found and not keeper.tidy():
        return None
    ids = tuple(kept.id for kept in found)
    return Settled(found=ids, is_recorded=False, ignored=scene.branch.ignored), None


def _waiting(scene: Scene, store: Store) -> tuple[tuple[str, ...], str]:
    """Ids of open proposals, of which some may land by now; none where nothing has moved since all was settled.

    And what stands, to be remembered; nothing where a change may have landed that has no receipt yet.
    """
    standing = scene.standing if scene.is_recorded else ""
    return () if scene.is_settled else tuple(scene.branch.open), standing


def _elsewhere(site: Site, settings: SettingsSpec) -> Settled:
    """Bring the forge what it has not got, and close what it has closed."""
    kept, ignored = writing(site, lambda scene, _: (tuple(scene.branch.open.values()), scene.branch.ignored))
    now = [caught_up(site, settings, one) for one in kept]
    return Settled(
        landed=tuple(one.id for one in now if one.state == "merged"),
        ignored=ignored,
        pending=tuple(one.id for one in now if one.state == "open" and not one.number),
    )


def _again(site: Site, id_: str) -> str:
    """The state of a proposal after the gate has looked at it once more."""

    def attempt(scene: Scene, store: Store) -> str | None:
        kept = scene.branch.open.get(id_)
        if kept is None:
            return "gone"
        judged = scene.judge(kept)
        if not judged.conflicts and not judged.passes:
            return kept.state
        told = conclude(scene, store, kept, f"Settle proposal {id_}", judged)
        return told.state if told else None

    return writing(site, attempt)


def _found(scene: Scene, kept: HostedProposal) -> HostedProposal:
    """A proposal that is on the protected branch already, closed by the first step that has it."""
    room = scene.gate.room
    steps = room.between(kept.base, scene.gate.base, first_parent=True)
    place = bisect_left(steps, True, key=lambda step: room.is_ancestor(kept.head, step))
    return closed(scene, kept, "merged").model_copy(update={"merge_commit": steps[place]})
