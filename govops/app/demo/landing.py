"""How a change reaches main: merged, squashed, rebased, or pushed without a proposal."""

from __future__ import annotations

from govops.app.demo.objects import Hands, MadeCommit, Tree
from govops.app.demo.plot import Change, Push
from govops.app.demo.proposals import FORGE, Branch, Stage, co_authored_by, landing_time, merged
from govops.history import Ident


def push(change: Change, stage: Stage) -> tuple[MadeCommit, ...]:
    """One commit straight onto main; the first one has no parent."""
    main = stage.main[-1] if stage.main else None
    ident = stage.company.people[change.by].ident
    files = [file for event in change.events if isinstance(event, Push) for file in event.files]
    made = stage.objects.commit(
        change.title,
        stage.edited(main.tree if main else {}, files),
        parents=(main.id,) if main else (),
        hands=Hands(ident, ident, landing_time(change, stage.number)),
    )
    return (made,)


def land(change: Change, stage: Stage, branch: Branch, label: str) -> tuple[MadeCommit, ...]:
    """The commits that main gains on its first-parent chain, oldest first. ``label`` is the proposal's id."""
    if change.landing == "rebase":
        return _rebase(change, stage, branch)
    people, main, head = stage.company.people, stage.main[-1].id, branch.head.id
    parents: tuple[str, ...]
    if change.landing == "squash":
        message, parents, author = f"{change.title} (#{label}){_co_authors(branch)}", (main,), people[change.by]
    else:
        message, parents, author = f"Merge proposal #{label}: {change.title}", (main, head), people[change.merger]
    made = stage.objects.commit(
        message,
        _tree(change, stage, branch),
        parents=parents,
        hands=Hands(author.ident, FORGE, landing_time(change, stage.number)),
    )
    return (made,)


def _tree(change: Change, stage: Stage, branch: Branch) -> Tree:
    if change.whole_tree:
        return branch.head.tree
    resolved = stage.edited({}, change.merged)
    tree = merged(branch.base.tree, stage.main[-1].tree, branch.head.tree, resolved)
    return stage.edited(tree, change.slipped_in)


def _rebase(change: Change, stage: Stage, branch: Branch) -> tuple[MadeCommit, ...]:
    """Each commit again on top of main; whoever pressed the button is the committer of the copies."""
    made: list[MadeCommit] = []
    presser, at = stage.company.people[change.merger].ident, landing_time(change, stage.number)
    current, before = stage.main[-1], branch.base
    for original, _ in branch.own:
        current = stage.objects.commit(
            original.message,
            merged(before.tree, current.tree, original.tree),
            parents=(current.id,),
            hands=Hands(original.hands.author, presser, at),
        )
        before = original
        made.append(current)
    return tuple(made)


def _co_authors(branch: Branch) -> str:
    found = [Ident(item.name, item.email) for item in branch.contributors if item.source == "co-author"]
    return "\n\n" + "\n".join(co_authored_by(ident) for ident in found) if found else ""
