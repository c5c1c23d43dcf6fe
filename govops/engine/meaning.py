"""What a difference means: every file's old and new content, in the registry as it stood, as actions and missteps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from govops.decision import ChangeFacts, Verdict, is_rule_file
from govops.engine.facts import Parsed
from govops.engine.registry import Registry
from govops.finding import Status
from govops.history import PathChange
from govops.history.deeds import Deed
from govops.kinds import Resource
from govops.lifecycle import (
    Action,
    Derivation,
    Misstep,
    Surroundings,
    changed_fields,
    derive,
    is_control_file,
    version_named,
)

_COMPANIONS = frozenset({"README.md", ".gitkeep"})


def meaning(
    registry: Registry, parsed: Sequence[tuple[PathChange, Parsed]]
) -> tuple[tuple[Action, ...], tuple[Misstep, ...]]:
    """Actions and missteps of all files, in the order given; ``registry`` stands before the change."""
    derivations = list(_derive(registry, parsed))
    actions = tuple(action for derivation in derivations for action in derivation.actions)
    return actions, tuple(misstep for derivation in derivations for misstep in derivation.missteps)


def deeds_of(facts: ChangeFacts, verdict: Verdict) -> Iterator[Deed]:
    """What the change did, and who had which part in it."""
    for action in facts.actions:
        yield Deed(
            resource=f"{action.kind}/{action.resource}",
            action=action.name,
            commit=facts.id,
            time=facts.time,
            contributors=verdict.makers,
            approvers=tuple(sorted({w.opinion.person for w in verdict.weighed if action.path in w.counted})),
            fields=changed_fields(action),
            is_approved=verdict.status is Status.PASS,
            version=version_named(action),
            is_told=verdict.status is not Status.UNVERIFIABLE,
            approving=verdict.approving,
            vouching=verdict.vouching(action.path),
        )


def _derive(registry: Registry, parsed: Sequence[tuple[PathChange, Parsed]]) -> Iterator[Derivation]:
    """What each file's difference means, given the registry before and the files as they are now."""
    now = {p.resource.key: p.resource for _, p in parsed if isinstance(p.resource, Resource)}
    gone = {diff.path for diff, _ in parsed}
    snapshot = registry.snapshot

    def after(kind: str, name: str) -> Resource | None:
        if (kind, name) in now:
            return now[(kind, name)]  # type: ignore[index]  # a ResourceKey is that tuple
        return None if snapshot.path_of(kind, name) in gone else snapshot.find(kind, name)

    around = Surroundings(after, registry.stays_at)
    for diff, content in parsed:
        yield _meaning(registry, diff, content, around)


def _meaning(registry: Registry, diff: PathChange, content: Parsed, around: Surroundings) -> Derivation:
    custom = next((k for k in registry.law.custom_kinds() if k.match(diff.path) is not None), None)
    old = registry.before(diff)
    known = content.resource is not None or (diff.new is None and old is not None)
    if known and not registry.lacks(diff):
        return derive(diff.path, old, content.resource, around=around, custom=custom)
    return Derivation(actions=tuple(_plain_action(diff)))


def _plain_action(diff: PathChange) -> Iterator[Action]:
    """Control files and companions are changed, not described; a broken rule file needs approval all the same.

    Anything else that no kind can read is a finding and not an action.
    """
    name = diff.path.rpartition("/")[2]
    if is_control_file(diff.path):
        yield Action("control.change", "ControlFile", diff.path, diff.path)
    elif name in _COMPANIONS:
        yield Action("docs.change", "Document", diff.path, diff.path)
    elif is_rule_file(diff.path):
        root = diff.path.rpartition("/")[0]
        action = {"registry/users": "user.update", "registry/roles": "role.update"}.get(root, "policy.change")
        yield Action(action, "Unreadable", diff.path, diff.path, summary="left unreadable")
